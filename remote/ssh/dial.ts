import { connect } from 'node:net';
import type { Socket } from 'node:net';
import type { SshEndpoint } from '../../contracts/fleet';
import { failureOf } from './errors';
import type { Ssh2Error, Where } from './errors';

/** Node's default of 250 ms per address of a name gives slow networks up for dead. */
const addressAttemptMs = 5_000;

/**
 * A TCP connection with the server.
 *
 * @throws Failure host-unreachable, connect-timeout, or the reason of the signal
 */
export function dial(
  { address, port }: SshEndpoint,
  where: Where,
  signal: AbortSignal,
): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({
      host: address,
      port,
      // Questions are small and each waits for its answer: Nagle's algorithm would hold every second packet back.
      noDelay: true,
      autoSelectFamilyAttemptTimeout: addressAttemptMs,
    });
    const settle = (done: () => void) => {
      signal.removeEventListener('abort', abort);
      socket.removeListener('error', fail);
      done();
    };
    const fail = (error: Error) =>
      settle(() => reject(failureOf(fromSocket(error), where, 'connect')));
    const abort = () =>
      settle(() => {
        socket.on('error', () => undefined);
        socket.destroy();
        reject(signal.reason);
      });
    signal.addEventListener('abort', abort, { once: true });
    socket.once('error', fail);
    socket.once('connect', () => settle(() => resolve(socket)));
  });
}

/** Several addresses of one name fail together, in an error that has no message of its own. */
const fromSocket = (error: Error & { readonly errors?: readonly Error[] }): Ssh2Error =>
  Object.assign(error, {
    level: 'client-socket',
    message:
      error.message === ''
        ? (error.errors ?? []).map(({ message }) => message).join('; ')
        : error.message,
  });
