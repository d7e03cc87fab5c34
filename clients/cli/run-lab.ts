import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { Failure } from '../../contracts/failures';
import type { Fleet } from '../../contracts/fleet';
import { createCredentialResolver } from '../../store/credentials';
import { loadFleet } from '../input';
import { labPackage } from '../lab-fleet/lab-package';
import { startFleetLab } from '../lab-fleet/start-fleet-lab';
import type { CliContext } from './context';
import { exitCodes } from './exit-codes';
import type { ExitCode } from './exit-codes';
import { print } from './print';
import { interruptedBefore } from './stay-up';

export interface LabCommandOptions {
  readonly fleetFile: string;
  readonly scenarioFile: string | null;
  readonly ledgerFile: string | null;
  readonly json: boolean;
}

/** The fleet of a file as emulated hosts, on the addresses and ports that the file names, until Ctrl-C. */
export async function runLab(context: CliContext, options: LabCommandOptions): Promise<ExitCode> {
  const { io } = context;
  const config = context.config();
  const fleet = await loadFleet(options.fleetFile);
  refuseElsewhere(fleet.value, options.fleetFile);
  const packageFile = await writeLabPackage(config.packageDir);
  const lab = await startFleetLab({
    fleet: fleet.value,
    scenarioFile: options.scenarioFile ?? join(dirname(options.fleetFile), 'lab.yaml'),
    resolveCredential: createCredentialResolver({
      env: config.environment,
      baseDir: config.secretsDir,
    }),
    ledgerFile: options.ledgerFile === null ? null : resolve(options.ledgerFile),
    stateDir: join(config.stateDir, 'lab'),
    ports: 'fixed',
  });
  try {
    const hosts = fleet.value.hosts.length;
    const value = { hosts, packageFile, caFile: lab.caFile };
    print(io, options.json, value, () =>
      [
        `${String(hosts)} emulated hosts are up; Ctrl-C ends them`,
        `a package that they install: ${packageFile}`,
        ...(lab.caFile === null ? [] : [`certificate of their CA: ${lab.caFile}`]),
      ].join('\n'),
    );
    await interruptedBefore(io.signal, new Promise<never>(() => undefined));
    return exitCodes.good;
  } finally {
    await lab.close();
  }
}

/** The lab listens on loopback only: a fleet of real addresses must never look as if it were rehearsed on. */
function refuseElsewhere(fleet: Fleet, file: string): void {
  const elsewhere = fleet.hosts.filter(
    ({ connection }) => !/^(127\.\d+\.\d+\.\d+|localhost|::1)$/.test(connection.address),
  );
  const [first] = elsewhere;
  if (first === undefined) return;
  throw new Failure(
    'bad-request',
    `${file}: the lab emulates hosts on this machine only, ${first.hostId} is at ${first.connection.address}`,
    { advice: 'give it a fleet whose addresses are 127.0.0.1, such as examples/fleet.yaml' },
  );
}

async function writeLabPackage(folder: string): Promise<string> {
  const made = labPackage();
  const file = join(folder, made.fileName);
  await mkdir(folder, { recursive: true });
  await writeFile(file, made.bytes);
  return file;
}
