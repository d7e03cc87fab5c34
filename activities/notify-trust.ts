import type { SecureContextOptions } from 'node:tls';
import { Failure } from '../contracts/failures';
import { loadTrust } from '../remote/winrm/trust';

/** Whose certificates are believed: those of caFile, or those that the system trusts. As hosts are, over WinRM. */
export async function trustFor(
  channel: string,
  server: string,
  caFile: string | null,
): Promise<Pick<SecureContextOptions, 'ca' | 'crl'>> {
  try {
    const trust = await loadTrust({ address: server, ...(caFile !== null && { caFile }) });
    if (trust.kind === 'pinned' || trust.pem === null) return {};
    const revoked = trust.kind === 'issuers' ? trust.revoked : null;
    return { ca: trust.pem, ...(revoked !== null && { crl: revoked }) };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    throw new Failure(error.code, `channel ${channel}: ${error.message}`, {
      facts: { channel, caFile },
      advice: 'correct caFile of the channel in the plan; it is a file of the worker',
    });
  }
}
