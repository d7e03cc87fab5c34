import type { Connection, Credential } from '../contracts/fleet';
import type { OpenSessionOptions, Session } from './session';
import { openSsh } from './ssh/client';
import { openWinRm } from './winrm/client';

/**
 * Opens a session with a host over whatever its connection names.
 *
 * @throws Failure that says what, where and what to do
 */
export const openSession = (
  connection: Connection,
  credential: Credential,
  options: OpenSessionOptions = {},
): Promise<Session> =>
  connection.kind === 'ssh'
    ? openSsh(connection, credential, options)
    : openWinRm(connection, credential, options);
