import type { SshConnection } from '../../contracts/fleet';
import type { CommandInput } from '../command-input';
import type { OpenSession, RunOptions, Session } from '../session';
import { connect } from './connect';
import type { SshLink } from './connect';
import { sshFailure } from './errors';
import { accountShell, shellKey } from './shell';
import type { AccountShell } from './shell';
import { uploadOver } from './upload';

/**
 * Opens a session over SSH, through the jump hosts of the connection: password (also by keyboard-interactive), key,
 * certificate or agent; host keys compared with what the fleet knows.
 *
 * @throws Failure host-unreachable, connect-timeout, connection-lost, host-key-changed, host-key-unknown,
 * host-key-revoked, algorithms-too-weak, login-refused, credential-malformed, credential-missing, protocol-error,
 * too-many-sessions, bad-request
 */
export const openSsh: OpenSession<SshConnection> = async (connection, credential, options = {}) => {
  const link = await connect(connection, credential, options);
  // Certificates of WinRM have no user name, and no login over SSH.
  const username = 'username' in credential ? credential.username : '';
  return sessionOver(link, accountShell(link, shellKey(connection, username, link)));
};

function sessionOver(link: SshLink, shell: AccountShell): Session {
  let closing: Promise<void> | null = null;
  const refuseWhenUnusable = () => {
    if (closing !== null)
      throw sshFailure('bad-request', 'this session has been closed', link.where, {
        advice: 'open another one',
      });
    if (link.lost !== null) throw link.lost;
  };
  const run = async (commandLine: string, options: RunOptions = {}, input?: CommandInput) => {
    refuseWhenUnusable();
    options.signal?.throwIfAborted();
    return shell.run(commandLine, options, input);
  };
  return {
    run,
    upload: async (source, path, options = {}) => {
      refuseWhenUnusable();
      options.signal?.throwIfAborted();
      return uploadOver(link, run, source, path, options);
    },
    channel: () => ({ ...link.agreed, shell: shell.facts() }),
    shell: () => shell.facts(),
    findShell: async (options = {}) => {
      refuseWhenUnusable();
      return shell.find(options);
    },
    close: () => (closing ??= link.end()),
  };
}
