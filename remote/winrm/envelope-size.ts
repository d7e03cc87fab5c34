import { Failure } from '../../contracts/failures';
import { WsManFaultError } from './errors';
import { buildGetConfig, parseMaxEnvelopeBytes } from './wire/config-messages';
import type { WsMan } from './wsman';

/** More than this is never used: messages are held in memory at both ends, and larger ones are hardly faster. */
const largestBytes = 1024 * 1024;

/**
 * Asks the host once how large a message it takes (MaxEnvelopeSizekb: 150 on WinRM 2.0, 500 from 3.0 on). A host that
 * does not tell, for the account may not read its configuration, keeps what every host takes.
 *
 * @throws Failure of the connection, or the signal's reason
 */
export async function learnEnvelopeSize(wsman: WsMan, signal: AbortSignal): Promise<void> {
  const { maxEnvelope } = wsman;
  if (maxEnvelope.isKnown()) return;
  const told = await wsman
    .invoke(buildGetConfig, parseMaxEnvelopeBytes, { signal })
    .catch(nullOnRefusal);
  maxEnvelope.learn(told === null ? maxEnvelope.bytes() : Math.min(told, largestBytes));
}

function nullOnRefusal(error: unknown): null {
  const isRefused =
    error instanceof WsManFaultError ||
    (error instanceof Failure && error.code === 'protocol-error');
  if (isRefused) return null;
  throw error;
}
