import type { SFTPWrapper } from 'ssh2';
import type { SshLink } from './connect';
import { sshFailure } from './errors';
import type { Ssh2Error } from './errors';

/** The few operations of SFTP version 3 that an upload needs, each a promise that rejects with a Ssh2Error. */
export interface Sftp {
  create(path: string): Promise<Buffer>;
  write(handle: Buffer, bytes: Buffer, position: number): Promise<void>;
  closeFile(handle: Buffer): Promise<void>;
  remove(path: string): Promise<void>;
  size(path: string): Promise<number>;
  end(): void;
}

/** draft-ietf-secsh-filexfer-02 section 7. Version 3 has no code of its own for a full disk: it is a plain failure. */
export const sftpStatus = { noSuchFile: 2, permissionDenied: 3, failure: 4 } as const;

/** `C:\x` as Windows' sftp-server names it. */
export const sftpPath = (windowsPath: string): string => `/${windowsPath.replaceAll('\\', '/')}`;

/** @throws Failure upload-failed when the server has no SFTP, or one of the connection */
export async function openSftp(link: SshLink): Promise<Sftp> {
  const wrapper = await openSubsystem(link);
  // Errors of the subsystem reach us through the request that fails; unheard, they would end the process.
  wrapper.on('error', () => undefined);
  return {
    create: (path) => ask((done) => wrapper.open(sftpPath(path), 'w', done)),
    write: (handle, bytes, position) =>
      ask((done) => wrapper.write(handle, bytes, 0, bytes.length, position, done)),
    closeFile: (handle) => ask((done) => wrapper.close(handle, done)),
    remove: (path) => ask((done) => wrapper.unlink(sftpPath(path), done)),
    size: async (path) => {
      const stats = await ask<{ size: number }>((done) => wrapper.stat(sftpPath(path), done));
      return stats.size;
    },
    end: () => wrapper.end(),
  };
}

function openSubsystem(link: SshLink): Promise<SFTPWrapper> {
  return new Promise((resolve, reject) => {
    const refused = (error: unknown) =>
      reject(
        link.lost ??
          sshFailure(
            'upload-failed',
            'the SSH server has no sftp subsystem for this account',
            link.where,
            {
              cause: error,
              advice: 'switch the sftp subsystem on in sshd_config of the host',
            },
          ),
      );
    try {
      link.client.sftp((error: Ssh2Error | undefined, wrapper) => {
        if (error === undefined || error === null) resolve(wrapper);
        else if (typeof error.reason === 'number')
          reject(
            sshFailure(
              'too-many-sessions',
              'the host opens no more channels for an upload',
              link.where,
              {
                cause: error,
              },
            ),
          );
        else refused(error);
      });
    } catch (error) {
      reject(
        link.lost ??
          sshFailure('connection-lost', 'the connection ended', link.where, { cause: error }),
      );
    }
  });
}

function ask<T = void>(
  send: (done: (error: Error | null | undefined, answer?: T) => void) => void,
): Promise<T> {
  return new Promise((resolve, reject) => {
    send((error, answer) => {
      if (error === undefined || error === null) resolve(answer as T);
      else reject(error);
    });
  });
}
