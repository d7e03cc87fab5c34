import type { IncomingMessage } from 'node:http';
import { MessageRefused, parseEnvelope } from '../../remote/winrm/wire/envelope';
import { isIdentify } from '../../remote/winrm/wire/server-requests';
import { buildIdentifyResponse } from '../../remote/winrm/wire/server-responses';
import { XmlRefused } from '../../remote/winrm/wire/xml';
import type { WinRmLimits } from './limits';

/** Path that Windows' own client asks without a login (`winrm identify -auth:none`). */
export const anonymousPath = '/wsman-anon/identify';

/** Whether a request wants no more than to be told what answers here, without a login (DSP0226, Identify). */
export function asksAnonymously({ url, headers }: IncomingMessage): boolean {
  return (
    url?.toLowerCase() === anonymousPath ||
    (headers.authorization === undefined && headers['wsmanidentify'] === 'unauthenticated')
  );
}

/** The answer tells no version of the system; null when the message asks for something else. */
export function identifyAnonymously(message: Buffer, { stack }: WinRmLimits): Buffer | null {
  try {
    if (!isIdentify(parseEnvelope(message).body)) return null;
    return buildIdentifyResponse(`OS: 0.0.0 SP: 0.0 Stack: ${stack}`);
  } catch (error) {
    if (error instanceof XmlRefused || error instanceof MessageRefused) return null;
    throw error;
  }
}
