import type { Credential, SshConnection } from '../../contracts/fleet';
import type { RunOptions, CommandResult } from '../../remote/session';
import { runCommand } from '../../remote/ssh/command';
import { connect } from '../../remote/ssh/connect';
import type { ConnectOptions } from '../../remote/ssh/connect';
import type { SshLink } from '../../remote/ssh/link';

/** A connection to a plain POSIX server: its shell takes command lines as they are, and nothing of Windows is asked. */
export interface PosixSession {
  readonly link: SshLink;
  run(commandLine: string, options?: RunOptions): Promise<CommandResult>;
  close(): Promise<void>;
}

/**
 * For tests of the transport. `openSession` asks an account's shell for cmd.exe, which a POSIX server has not: its
 * `run` says so and runs nothing.
 */
export async function openPosixSession(
  connection: SshConnection,
  credential: Credential,
  options: ConnectOptions = {},
): Promise<PosixSession> {
  const link = await connect(connection, credential, options);
  return {
    link,
    run: (commandLine, runOptions = {}) => runCommand(link, commandLine, runOptions),
    close: () => link.end(),
  };
}
