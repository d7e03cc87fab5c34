import type { ConnectionPool } from '../connection-pool';
import type { Target } from '../errors';
import type { Transport } from '../transport';
import { messageHeaders } from '../transport';
import { loginRefused } from './refusal';

/** Tells the service that the login is the certificate of the TLS connection ([MS-WSMV] 2.2.3.1 and DSP0226, C.3). */
const mutual = 'http://schemas.dmtf.org/wbem/wsman/1/wsman/secprofile/https/mutual';

/** The certificate itself went with the TLS handshake: the dialer has it. */
export function createCertificateTransport(pool: ConnectionPool, target: Target): Transport {
  const attempt = {
    auth: 'certificate',
    username: 'the client certificate',
    isTls: true,
    schemes: [mutual],
    withoutKerberos: null,
  } as const;
  return {
    login: { method: 'certificate', isSealed: false },
    post: async (message, options) => {
      const headers = { ...messageHeaders, authorization: mutual };
      const reply = await pool.use(
        (connection) => connection.post(message, headers, options),
        options.signal,
      );
      if (reply.status === 401) throw loginRefused(reply, attempt, target, Date.now());
      return reply;
    },
    close: () => pool.close(),
  };
}
