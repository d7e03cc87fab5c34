import { isUtf8 } from 'node:buffer';
import type { Socket } from 'node:net';
import type { Machine } from '../../machine';

/**
 * Basic carries the password with each request, but it is one login per connection that the machine notes, as in the
 * Security log of Windows. Gives back the user's name, or null.
 */
type BasicLogin = (socket: Socket, base64: string) => string | null;

export function createBasicLogin(machine: Machine): BasicLogin {
  const accepted = new WeakMap<Socket, string>();
  return (socket, base64) => {
    const text = decodePair(Buffer.from(base64, 'base64'));
    const colon = text.indexOf(':');
    if (colon < 0) return null;
    const username = text.slice(0, colon);
    const known = accepted.get(socket) === base64 && machine.faults.refuseLogin !== true;
    if (!known && !machine.login({ username, password: text.slice(colon + 1) })) return null;
    accepted.set(socket, base64);
    return username;
  };
}

/** RFC 7617 leaves the charset open: ours is UTF-8, clients such as pywinrm send Latin-1. */
function decodePair(bytes: Buffer): string {
  return isUtf8(bytes) ? bytes.toString('utf8') : bytes.toString('latin1');
}
