import type { SFTPWrapper } from 'ssh2';
import { utils } from 'ssh2';
import { refusedChannel } from './command';
import type { SshLink } from './link';
import { sshFailure } from './errors';
import type { Ssh2Error } from './errors';
import { createRequests, nonsense, stalled } from './sftp-requests';

/** The few operations of SFTP version 3 that an upload needs. Each rejects with a SftpRefusal or a Failure. */
export interface Sftp {
  /** The path as the server writes it in full. */
  realPath(path: string): Promise<string>;
  stat(path: string): Promise<SftpFacts>;
  /** Opens a file for writing and makes it where it is missing; what is in it stays. */
  open(path: string): Promise<Buffer>;
  write(handle: Buffer, bytes: Buffer, position: number): Promise<void>;
  closeFile(handle: Buffer): Promise<void>;
  remove(path: string): Promise<void>;
  /** Bytes that the account may still write where the path is; null when the server does not tell. */
  freeBytes(path: string): Promise<number | null>;
  end(): void;
}

export interface SftpFacts {
  readonly kind: 'file' | 'folder';
  readonly size: number;
}

const { WRITE, CREAT } = utils.sftp.OPEN_MODE;
/** draft-ietf-secsh-filexfer-02 section 4: a handle is no longer than this. */
const maxHandleBytes = 256;
/** What servers that are asked for a status of the file system (PROTOCOL of OpenSSH, section 4.4) say of themselves. */
const statvfs = { name: 'statvfs@openssh.com', version: '2' } as const;

/**
 * Null when the host has no SFTP for this account: no such subsystem, a program that is missing, or one that says
 * something else first, as a profile that prints does.
 *
 * @throws Failure too-many-sessions, upload-failed when nothing is answered for so long, or one of the connection
 */
export async function openSftp(
  link: SshLink,
  stallMs: number,
  signal: AbortSignal,
): Promise<Sftp | null> {
  const wrapper = await openSubsystem(link, stallMs, signal);
  if (wrapper === null) return null;
  const { ask } = createRequests(link, wrapper, stallMs);
  return {
    realPath: async (path) =>
      textIn(link, await ask<unknown>((done) => wrapper.realpath(path, done))),
    stat: async (path) => factsIn(link, await ask<unknown>((done) => wrapper.stat(path, done))),
    open: async (path) =>
      handleIn(link, await ask<unknown>((done) => wrapper.open(path, WRITE | CREAT, done))),
    write: (handle, bytes, position) =>
      ask((done) => wrapper.write(handle, bytes, 0, bytes.length, position, done)),
    closeFile: (handle) => ask((done) => wrapper.close(handle, done)),
    remove: (path) => ask((done) => wrapper.unlink(path, done)),
    freeBytes: async (path) => {
      if (extensionsOf(wrapper)[statvfs.name] !== statvfs.version) return null;
      return roomIn(await ask<unknown>((done) => wrapper.ext_openssh_statvfs(path, done)));
    },
    end: () => wrapper.end(),
  };
}

function openSubsystem(
  link: SshLink,
  stallMs: number,
  signal: AbortSignal,
): Promise<SFTPWrapper | null> {
  return new Promise((resolve, reject) => {
    let over = false;
    const settle = (done: () => void) => {
      over = true;
      clearTimeout(clock);
      signal.removeEventListener('abort', abort);
      forget();
      done();
    };
    const fail = (error: unknown) => settle(() => reject(error));
    const abort = () => fail(signal.reason);
    const clock = setTimeout(() => fail(stalled(link, stallMs)), stallMs);
    const forget = link.onLost(fail);
    signal.addEventListener('abort', abort, { once: true });
    try {
      link.client.sftp((error: Ssh2Error | undefined, wrapper) => {
        if (over) wrapper?.end();
        else if (error === undefined || error === null) settle(() => resolve(wrapper));
        else if (link.lost !== null) fail(link.lost);
        // Open failures carry a number (RFC 4254 section 5.1).
        else if (typeof error.reason === 'number') fail(refusedChannel(link, error, 'an upload'));
        else settle(() => resolve(null));
      });
    } catch (error) {
      // ssh2 throws at once when the socket is no longer writable.
      const lost = () =>
        sshFailure('connection-lost', 'the connection ended', link.where, { cause: error });
      fail(link.lost ?? lost());
    }
  });
}

const extensionsOf = (wrapper: SFTPWrapper): { readonly [name: string]: string | undefined } =>
  // eslint-disable-next-line no-underscore-dangle -- the only name that ssh2 has for it
  (wrapper as unknown as { readonly _extensions: { readonly [name: string]: string } })._extensions;

/** ssh2 takes an answer of another kind, such as a status OK in place of a handle, for an answer without content. */
function handleIn(link: SshLink, answer: unknown): Buffer {
  if (Buffer.isBuffer(answer) && answer.length <= maxHandleBytes) return answer;
  throw nonsense(link, 'a file was opened without a handle, or with one that is too long');
}

function textIn(link: SshLink, answer: unknown): string {
  if (typeof answer === 'string') return answer;
  throw nonsense(link, 'a path was asked for and none came');
}

/** POSIX file types: what version 3 has for them, over Windows too. */
const typeMask = 0o170000;
const folderType = 0o040000;

function factsIn(link: SshLink, answer: unknown): SftpFacts {
  const { mode, size } = (answer ?? {}) as { readonly mode?: unknown; readonly size?: unknown };
  if (!Number.isSafeInteger(size)) throw nonsense(link, 'the size of a file is missing');
  const isFolder = typeof mode === 'number' && (mode & typeMask) === folderType;
  return { kind: isFolder ? 'folder' : 'file', size: size as number };
}

function roomIn(answer: unknown): number | null {
  const { f_frsize: unit, f_bavail: units } = (answer ?? {}) as {
    readonly [name: string]: unknown;
  };
  const bytes = Number(unit) * Number(units);
  return Number.isSafeInteger(bytes) && bytes >= 0 ? bytes : null;
}
