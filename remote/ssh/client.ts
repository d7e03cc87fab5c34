import { Failure } from '../../contracts/failures';
import type { SshConnection } from '../../contracts/fleet';
import type { OpenSession, Session } from '../session';
import { runCommand } from './command';
import { connect } from './connect';
import type { SshLink } from './connect';
import { sshFailure } from './errors';
import { uploadOver } from './upload';

/** What cmd.exe takes as one command line; the rest would be cut off without a word. */
const maxCommandLineLength = 8191;

/**
 * Opens a session over SSH: password (also by keyboard-interactive) or private key, host key compared with the fleet's.
 *
 * @throws Failure host-unreachable, connect-timeout, connection-lost, host-key-changed, login-refused,
 * credential-malformed, protocol-error, too-many-sessions
 */
export const openSsh: OpenSession<SshConnection> = async (connection, credential, options = {}) =>
  sessionOver(await connect(connection, credential, options));

function sessionOver(link: SshLink): Session {
  let closing: Promise<void> | null = null;
  const refuseWhenUnusable = () => {
    if (closing !== null)
      throw sshFailure('bad-request', 'this session has been closed', link.where, {
        advice: 'open another one',
      });
    if (link.lost !== null) throw link.lost;
  };
  const run: Session['run'] = async (commandLine, options = {}) => {
    refuseWhenUnusable();
    options.signal?.throwIfAborted();
    refuseCommandLine(commandLine, link);
    return runCommand(link, commandLine, options);
  };
  return {
    run,
    upload: async (source, path, options = {}) => {
      refuseWhenUnusable();
      options.signal?.throwIfAborted();
      return uploadOver(link, run, source, path, options);
    },
    close: () => (closing ??= link.end()),
  };
}

function refuseCommandLine(commandLine: string, link: SshLink): void {
  if (commandLine.length > maxCommandLineLength)
    throw new Failure(
      'bad-request',
      `a command line of ${commandLine.length} characters is longer than cmd.exe takes (${maxCommandLineLength})`,
      { facts: { ...link.where, length: commandLine.length }, advice: 'split it' },
    );
  // cmd.exe /c stops at the first line break and drops what follows.
  if (/[\r\n\0]/.test(commandLine))
    throw new Failure('bad-request', 'a command line must not hold line breaks or NUL', {
      facts: { ...link.where },
      advice: 'join commands with &',
    });
}
