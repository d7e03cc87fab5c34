import { isIP } from 'node:net';
import { Failure } from '../contracts/failures';
import { onFreePort } from './free-port';
import { createLedger } from './ledger';
import type { Ledger } from './ledger';
import type { Machine } from './machine';
import { defaultSeed } from './scenario.schema';
import { labHostKey } from './ssh/host-key';
import { serveSsh } from './ssh/server';
import type {
  Lab,
  LabEndpoint,
  LabFaults,
  LabHostOptions,
  LabOptions,
  LabTransport,
  WinRmService,
} from './types';
import { labCertificates } from './winrm/certificates';
import type { LabCertificates } from './winrm/certificates';
import { serveWinRm } from './winrm/server';

/** A machine whose faults can be changed while it runs. */
export interface LabMachine extends Machine {
  setFaults(faults: LabFaults): void;
}

/** Makes the machine behind one host. */
export type CreateLabMachine = (
  host: LabHostOptions,
  surroundings: { readonly ledger: Ledger; readonly timeScale: number },
) => LabMachine;

interface LabHost {
  readonly machine: LabMachine;
  readonly endpoint: LabEndpoint;
  faultsChanged(): void;
  close(): Promise<void>;
}

interface Surroundings {
  readonly options: LabOptions;
  readonly certificates: CertificatesOfKinds;
}

/** Only those that a host shows. */
type CertificatesOfKinds = { readonly [kind in 'modern' | 'legacy']?: LabCertificates };

/**
 * Starts every host of a lab, or none.
 *
 * @throws Failure bad-request when hosts cannot be had as they are asked for: what, which host, and what to do
 */
export async function startLabOf(
  createMachine: CreateLabMachine,
  options: LabOptions,
): Promise<Lab> {
  refuseTwins(options.hosts);
  for (const host of options.hosts) refuseElsewhere(host);
  const certificates = await certificatesFor(options);
  const ledger = createLedger(options.ledgerFile ?? null);
  const hosts = new Map<string, LabHost>();
  const close = async () => {
    await Promise.all([...hosts.values()].map((host) => host.close()));
    ledger.close();
  };
  const startOne = async (host: LabHostOptions) => {
    const machine = createMachine(host, { ledger, timeScale: options.timeScale ?? 1 });
    hosts.set(host.id, await serve(host, machine, { options, certificates }));
  };
  const started = await Promise.allSettled(options.hosts.map(startOne));
  const failure = started.find((result) => result.status === 'rejected');
  if (failure !== undefined) {
    await close();
    throw failure.reason;
  }
  return labOver(hosts, ledger, certificates, close);
}

function labOver(
  hosts: ReadonlyMap<string, LabHost>,
  ledger: Ledger,
  certificates: CertificatesOfKinds,
  close: () => Promise<void>,
): Lab {
  let closing: Promise<void> | null = null;
  const find = (hostId: string): LabHost => {
    const host = hosts.get(hostId);
    if (host === undefined) throw new RangeError(`the lab has no host ${JSON.stringify(hostId)}`);
    return host;
  };
  return {
    caPem: allIssuers(certificates),
    endpoint: (hostId) => find(hostId).endpoint,
    ledger: ledger.entries,
    onEffect: (listener) => ledger.onEntry(listener),
    setFaults: (hostId, faults) => {
      const host = find(hostId);
      host.machine.setFaults(faults);
      host.faultsChanged();
    },
    close: () => (closing ??= close()),
  };
}

async function serve(
  host: LabHostOptions,
  machine: LabMachine,
  surroundings: Surroundings,
): Promise<LabHost> {
  try {
    const { endpoint, server } = await onFreePort(host.transport.port ?? 0, (port) =>
      listen(host, machine, port, surroundings),
    );
    return {
      machine,
      endpoint,
      faultsChanged: () => server.faultsChanged(),
      close: async () => {
        await server.close();
        machine.dispose();
      },
    };
  } catch (error) {
    machine.dispose();
    throw cannotListen(host, error);
  }
}

interface Listening {
  readonly endpoint: LabEndpoint;
  readonly server: { faultsChanged(): void; close(): Promise<void> };
}

async function listen(
  { id, transport }: LabHostOptions,
  machine: Machine,
  port: number,
  { options, certificates }: Surroundings,
): Promise<Listening> {
  const at = { address: transport.address ?? '127.0.0.1', port };
  if (transport.kind === 'ssh') {
    const hostKey = labHostKey(options.seed ?? defaultSeed, id);
    const { sftp = true, shell = 'cmd' } = transport;
    const server = await serveSsh(machine, { ...at, hostKey, sftp, shell });
    const { address, fingerprint } = server;
    return { server, endpoint: { address, port: server.port, hostKey: fingerprint } };
  }
  const { scheme } = transport;
  const kind = certificateKind(transport);
  const shown = kind === null ? undefined : certificates[kind];
  const server = await serveWinRm(machine, {
    ...serviceOf(transport),
    ...at,
    scheme,
    timeScale: options.timeScale ?? 1,
    ...(shown !== undefined && { tls: { ...shown, isLegacy: kind === 'legacy' } }),
  });
  const { address } = server;
  const certificateFingerprint = shown?.fingerprint;
  return {
    server,
    endpoint: {
      address,
      port: server.port,
      ...(certificateFingerprint !== undefined && { certificateFingerprint }),
    },
  };
}

function serviceOf(transport: Extract<LabTransport, { kind: 'winrm' }>): Omit<WinRmService, 'tls'> {
  const { tls: _, ...service } = transport;
  return service;
}

/** Null for a host that shows no certificate. */
function certificateKind(transport: LabTransport): 'modern' | 'legacy' | null {
  if (transport.kind !== 'winrm' || transport.scheme !== 'https') return null;
  return transport.tls ?? 'modern';
}

async function certificatesFor({ hosts, stateDir }: LabOptions): Promise<CertificatesOfKinds> {
  const made: { [kind in 'modern' | 'legacy']?: LabCertificates } = {};
  for (const kind of ['modern', 'legacy'] as const) {
    const of = hosts.filter(({ transport }) => certificateKind(transport) === kind);
    if (of.length === 0) continue;
    const addresses = new Set(of.map(({ transport }) => transport.address ?? '127.0.0.1'));
    const names = [...addresses].filter((address) => isIP(address) === 0);
    // oxlint-disable-next-line no-await-in-loop -- two at most
    made[kind] = await labCertificates({ kind, stateDir: stateDir ?? null, names });
  }
  return made;
}

/** PEM of the CA of each kind; null when no host shows a certificate. */
function allIssuers({ modern, legacy }: CertificatesOfKinds): string | null {
  const issuers = [modern, legacy].flatMap((certificates) => certificates?.caPem ?? []);
  return issuers.length === 0 ? null : issuers.map((pem) => `${pem.trim()}\n`).join('');
}

function refuseTwins(hosts: readonly LabHostOptions[]): void {
  const ids = new Set<string>();
  const places = new Map<string, string>();
  for (const { id, transport } of hosts) {
    if (ids.has(id)) throw refused(`${id} is there twice`, 'give every host of the lab its own id');
    ids.add(id);
    if (transport.port === undefined || transport.port === 0) continue;
    const place = `${transport.address ?? '127.0.0.1'}:${transport.port}`;
    const twin = places.get(place);
    if (twin !== undefined)
      throw refused(`${twin} and ${id} are both at ${place}`, 'give one of them another port');
    places.set(place, id);
  }
}

/** What the lab answers to is an administrator's password and nothing of it is guarded: it stays on this machine. */
function refuseElsewhere({ id, transport: { address = '127.0.0.1' } }: LabHostOptions): void {
  if (/^(127(\.\d{1,3}){3}|localhost|::1)$/.test(address)) return;
  throw refused(
    `${id} is at ${address}; the lab emulates hosts on loopback addresses only`,
    'use 127.0.0.1 with a port of its own for each host',
  );
}

function cannotListen({ id, transport }: LabHostOptions, error: unknown): unknown {
  const { address = '127.0.0.1', port = 0 } = transport;
  const { code } = error as NodeJS.ErrnoException;
  const advice: { readonly [code: string]: string } = {
    EADDRINUSE: 'end the program that has the port (another lab?), or choose other ports',
    EACCES: 'choose a port above 1023',
    EADDRNOTAVAIL: 'use 127.0.0.1; this machine does not have the address',
  };
  const known = code === undefined ? undefined : advice[code];
  if (known === undefined) return error;
  const what = `${id} of the lab cannot listen on ${address}:${port} (${code})`;
  return new Failure('bad-request', what, { facts: { host: id }, advice: known, cause: error });
}

const refused = (what: string, advice: string): Failure =>
  new Failure('bad-request', what, { advice });
