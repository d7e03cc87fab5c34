import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Connection, Credential, Fleet } from '../../contracts/fleet';
import { startLab } from '../../lab';
import { labOptionsFor } from '../../lab/lab-options-for';
import { loadScenario } from '../../lab/scenario';
import type { Lab } from '../../lab/types';

export interface FleetLabOptions {
  readonly fleet: Fleet;
  readonly scenarioFile: string;
  readonly resolveCredential: (credentialRef: string) => Promise<Credential>;
  readonly ledgerFile: string | null;
  /** Folder for the lab's certificates. */
  readonly stateDir: string;
  /** `fixed`: those that the fleet names; `ephemeral`: free ones. */
  readonly ports: 'fixed' | 'ephemeral';
}

export interface FleetLab {
  readonly lab: Lab;
  /** PEM file of the CA that signed the lab's certificate; null when no host uses https. */
  readonly caFile: string | null;
  /** The fleet with addresses, ports, keys and CA as the lab really has them. */
  readonly adapt: (fleet: Fleet) => Fleet;
  close(): Promise<void>;
}

/** Every host of a fleet as an emulated one. */
export async function startFleetLab(options: FleetLabOptions): Promise<FleetLab> {
  const { fleet, ledgerFile, stateDir, ports } = options;
  const scenario = await loadScenario(options.scenarioFile);
  const made = await labOptionsFor(fleet, scenario, options.resolveCredential, { ports });
  const lab = await startLab({ ...made, ledgerFile, stateDir });
  try {
    const caFile = await writeCa(lab, stateDir);
    return {
      lab,
      caFile,
      adapt: (known) => ({
        ...known,
        hosts: known.hosts.map((host) => ({
          ...host,
          connection: asServed(host.connection, lab.endpoint(host.hostId), caFile),
        })),
      }),
      close: () => lab.close(),
    };
  } catch (error) {
    await lab.close();
    throw error;
  }
}

async function writeCa(lab: Lab, stateDir: string): Promise<string | null> {
  if (lab.caPem === null) return null;
  const file = join(stateDir, 'ca.pem');
  await mkdir(stateDir, { recursive: true });
  await writeFile(file, lab.caPem);
  return file;
}

function asServed(
  connection: Connection,
  endpoint: ReturnType<Lab['endpoint']>,
  caFile: string | null,
): Connection {
  const { address, port, hostKey } = endpoint;
  if (connection.kind === 'ssh') {
    // The emulated hosts are on this machine, with keys of their own: no way leads over jump hosts.
    const { knownHosts: _files, via: _way, ...rest } = connection;
    return { ...rest, address, port, ...(hostKey !== undefined && { hostKey }) };
  }
  return { ...connection, address, port, ...(caFile === null ? {} : { caFile }) };
}
