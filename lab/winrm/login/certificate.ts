import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { Machine } from '../../machine';

/** Scheme with which a client says that its certificate is its login (DSP0226, C.3). */
export const mutualScheme = 'http://schemas.dmtf.org/wbem/wsman/1/wsman/secprofile/https/mutual';

/**
 * The certificate itself went with the TLS handshake, where its key was proved; the machine maps it to the account. One
 * login per connection, however many requests name it.
 *
 * @param isIssuerChecked whether the issuers of client certificates are known, so that TLS can tell who made this one
 */
export function createCertificateLogin(
  machine: Machine,
  isIssuerChecked: boolean,
): (socket: Socket) => string | null {
  const accepted = new WeakSet<Socket>();
  const { username } = machine.options.credential;
  return (socket) => {
    if (!(socket instanceof TLSSocket)) return null;
    if (accepted.has(socket) && machine.faults.refuseLogin !== true) return username;
    const certificateFingerprint = fingerprintOf(socket);
    if (certificateFingerprint === null || (isIssuerChecked && !socket.authorized)) return null;
    if (!machine.login({ username, certificateFingerprint })) return null;
    accepted.add(socket);
    return username;
  };
}

/** Null when the client sent none. */
function fingerprintOf(socket: TLSSocket): string | null {
  const { fingerprint256 } = socket.getPeerCertificate();
  return fingerprint256?.replaceAll(':', '').toLowerCase() ?? null;
}
