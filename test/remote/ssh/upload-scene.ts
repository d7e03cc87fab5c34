import { createHash } from 'node:crypto';
import { Failure } from '../../../contracts/failures';
import type { Credential, SshConnection } from '../../../contracts/fleet';
import { createLedger } from '../../../lab/ledger';
import { labHostKey } from '../../../lab/ssh/host-key';
import { serveSsh } from '../../../lab/ssh/server';
import type { SshServer, SshServerOptions } from '../../../lab/ssh/server';
import type { LabHostOptions } from '../../../lab/types';
import { createMachine } from '../../../lab/windows/machine';
import type { WindowsMachine } from '../../../lab/windows/machine';
import type { CommandInput } from '../../../remote/command-input';
import type {
  RunOptions,
  UploadOptions,
  UploadResult,
  UploadSource,
} from '../../../remote/session';
import { runCommand } from '../../../remote/ssh/command';
import { connect } from '../../../remote/ssh/connect';
import type { SshLink } from '../../../remote/ssh/link';
import { uploadOver } from '../../../remote/ssh/upload';
import type { RunWithInput, UploadTuning } from '../../../remote/ssh/upload';

export const account = { username: 'Administrator', password: 'Pa55-word' };
export const hostKey = labHostKey('test', 'uploads');
/** Segments small enough for tests of a few hundred thousand bytes. */
export const quickTuning: UploadTuning = { stallMs: 20_000, segmentBytes: 150_000 };

export const sha256 = (bytes: Uint8Array): string =>
  createHash('sha256').update(bytes).digest('hex');
export const sourceOf = (bytes: Buffer) => ({ bytes, sha256: sha256(bytes) });
export const partOf = (path: string, bytes: Buffer): string =>
  `${path}.${sha256(bytes).slice(0, 16)}.part`;

/** A Windows of the lab behind an SSH server. */
export interface Host {
  readonly machine: WindowsMachine;
  readonly server: SshServer;
  /** Names in a folder. */
  filesIn(folder: string): readonly string[];
  close(): Promise<void>;
}

export async function startHost(
  options: Partial<SshServerOptions> = {},
  more: Partial<LabHostOptions> = {},
): Promise<Host> {
  const machine = createMachine(
    { id: 'ex01', transport: { kind: 'ssh' }, credential: account, ...more },
    { ledger: createLedger(null) },
  );
  const server = await serveSsh(machine, { port: 0, hostKey, ...options });
  return {
    machine,
    server,
    filesIn: (folder) => machine.files.list(folder) ?? [],
    close: async () => {
      await server.close();
      machine.dispose();
    },
  };
}

export const connectionTo = (port: number, fingerprint = hostKey.fingerprint): SshConnection => ({
  kind: 'ssh',
  address: '127.0.0.1',
  port,
  credentialRef: 'env:TEST',
  hostKey: fingerprint,
});

/** One connection, and uploads over it with numbers of the test's own. */
export interface Uploader {
  readonly link: SshLink;
  /** Lines of cmd.exe that uploads have run over it. */
  readonly lines: string[];
  readonly run: RunWithInput;
  upload(
    source: UploadSource,
    path: string,
    options?: UploadOptions,
    tuning?: Partial<UploadTuning>,
  ): Promise<UploadResult>;
  close(): Promise<void>;
}

export async function openUploader(
  port: number,
  login: {
    readonly credential?: Credential;
    readonly fingerprint?: string;
    readonly run?: RunWithInput;
  } = {},
): Promise<Uploader> {
  const link = await connect(
    connectionTo(port, login.fingerprint),
    login.credential ?? account,
    {},
  );
  const lines: string[] = [];
  const run = (line: string, options: RunOptions = {}, input?: CommandInput) => {
    lines.push(line);
    return login.run?.(line, options, input) ?? runCommand(link, line, options, input);
  };
  return {
    link,
    lines,
    run,
    upload: (source, path, options = {}, tuning = {}) =>
      uploadOver(link, run, source, path, options, { ...quickTuning, ...tuning }),
    close: () => link.end(),
  };
}

export async function failureOf(promise: Promise<unknown>): Promise<Failure> {
  const error: unknown = await promise.then(
    () => new Error('it did not fail'),
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(Failure);
  return error as Failure;
}
