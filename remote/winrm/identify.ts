import type { ConnectionPool } from './connection-pool';
import type { Target } from './errors';
import { userAgentHeaders } from './transport';
import { parseEnvelope } from './wire/envelope';
import { contentType } from './wire/namespaces';
import { buildIdentify } from './wire/shell-requests';
import { parseIdentifyResponse } from './wire/shell-responses';
import type { Identity } from './wire/shell-responses';

/** Asked without a login, WinRM answers who it is ([MS-WSMV] 3.1.4.1.30 note; DSP0226, Identify). */
const headers = {
  'content-type': contentType,
  ...userAgentHeaders,
  wsmanidentify: 'unauthenticated',
} as const;

const timeoutMs = 5_000;

/** Who answers at the listener: WinRM names itself, a proxy's page or another program does not. Null for those. */
export async function identify(
  pool: ConnectionPool,
  signal?: AbortSignal,
): Promise<Identity | null> {
  try {
    const reply = await pool.use((connection) =>
      connection.post(buildIdentify(), headers, { timeoutMs, ...(signal && { signal }) }),
    );
    return reply.status === 200 ? parseIdentifyResponse(parseEnvelope(reply.body).body) : null;
  } catch {
    // Whatever keeps it from answering: the failure that made us ask is the one to tell.
    return null;
  }
}

/** A sentence for the failure that made us ask. */
export const identified = ({ url }: Target, identity: Identity | null): string =>
  identity === null
    ? `what answers at ${url} does not identify itself as WinRM: a proxy or another service`
    : `WinRM answers at ${url} (${identity.productVendor}, ${identity.productVersion})`;
