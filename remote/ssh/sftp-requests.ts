import type { SFTPWrapper } from 'ssh2';
import { Failure } from '../../contracts/failures';
import type { SshLink } from './link';
import { sshFailure } from './errors';

/** A status other than OK (draft-ietf-secsh-filexfer-02 section 7). */
export interface SftpRefusal extends Error {
  readonly code: number;
}

/** Version 3 has no status of its own for a full disk, a quota or a file that is in use: they are plain failures. */
export const sftpStatus = { noSuchFile: 2, permissionDenied: 3, failure: 4 } as const;

export const isRefusal = (error: unknown): error is SftpRefusal =>
  !(error instanceof Failure) && typeof (error as { code?: unknown }).code === 'number';

/** Requests of one SFTP channel. Each is answered, or fails: with the channel, or when the server stops answering. */
export interface SftpRequests {
  /** @throws SftpRefusal when the server answers with another status than OK; else a Failure */
  readonly ask: <T = void>(send: (done: Done<T>) => void) => Promise<T>;
}

type Done<T> = (error: Error | null | undefined, answer?: T) => void;

/**
 * ssh2 lets a request wait for ever when its answer carries another id, and when the channel had ended before it was
 * sent. The clock runs while anything is asked and starts anew with every answer to a question of ours: a host that
 * answers keepalive and nothing else has stalled.
 */
export function createRequests(link: SshLink, wrapper: SFTPWrapper, stallMs: number): SftpRequests {
  const waiting = new Set<(error: unknown) => void>();
  let over: Failure | null = null;
  let clock: NodeJS.Timeout | undefined;
  const endAll = (failure: Failure) => {
    over ??= failure;
    for (const fail of waiting) fail(over);
  };
  const watch = () => {
    clearTimeout(clock);
    if (waiting.size > 0) clock = setTimeout(() => endAll(stalled(link, stallMs)), stallMs);
  };
  // Unheard, an error would end the process.
  wrapper.on('error', (error: Error) => endAll(nonsense(link, error.message, error)));
  for (const event of ['end', 'close']) wrapper.on(event, () => endAll(ended(link)));
  const request = <T>(send: (done: Done<T>) => void) =>
    new Promise<T>((resolve, reject) => {
      if (over !== null) throw over;
      const settle = (done: () => void) => {
        if (!waiting.delete(fail)) return;
        watch();
        done();
      };
      const fail = (error: unknown) => settle(() => reject(error));
      waiting.add(fail);
      if (waiting.size === 1) watch();
      try {
        send((error, answer) => (error ? fail(error) : settle(() => resolve(answer as T))));
      } catch (error) {
        fail(error);
      }
    });
  return {
    ask: (send) =>
      request(send).catch((error: unknown) => {
        // The connection tells its end after its channels have failed.
        if (link.lost !== null) throw link.lost;
        if (error instanceof Failure || isRefusal(error)) throw error;
        // What is not the end of the channel is ssh2's word on an answer that it could not read.
        throw over ?? nonsense(link, (error as Error).message, error);
      }),
  };
}

export const stalled = (link: SshLink, stallMs: number): Failure =>
  sshFailure(
    'upload-failed',
    `the upload stalled: the SFTP server answered nothing for ${stallMs / 1000} s`,
    link.where,
    { advice: 'look at the disk and the virus scanner of the host; what has arrived is kept' },
  );

/** What was answered is no answer of SFTP to what was asked. */
export const nonsense = (link: SshLink, what: string, cause?: unknown): Failure =>
  sshFailure(
    'hostile-reply',
    `what answers does not speak SFTP as it should: ${what}`,
    link.where,
    {
      cause,
    },
  );

const ended = (link: SshLink): Failure =>
  link.lost ??
  sshFailure('upload-failed', 'the SFTP server of the host ended in the middle', link.where, {
    advice: 'it is tried again; if this stays, see the event log OpenSSH/Operational of the host',
  });
