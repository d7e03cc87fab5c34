import { MessageRefused } from '../../remote/winrm/wire/envelope';
import { contentType } from '../../remote/winrm/wire/namespaces';
import { NtlmRefused } from '../../remote/winrm/wire/ntlm/refused';
import type { NtlmSecurity } from '../../remote/winrm/wire/ntlm/security';
import { decodeSealed, encodeSealed, isSealed } from '../../remote/winrm/wire/sealed-message';

/** Protocol of a sealed message under the scheme `Negotiate`, whatever was negotiated ([MS-WSMV] 2.2.9.1). */
const spnegoProtocol = 'application/HTTP-SPNEGO-session-encrypted';

/** What sealing adds to a message: the lines around its parts, and the signature. */
export const sealingBytes = 1024;

export interface OpenedMessage {
  readonly ok: true;
  readonly message: Buffer;
  /** As the request was, so is its answer: sealed or in the clear. */
  readonly wrap: (answer: Buffer) => { readonly contentType: string; readonly body: Buffer };
}

export type Opened = OpenedMessage | { readonly ok: false; readonly status: number };

const status = (code: number) => ({ ok: false, status: code }) as const;

/**
 * The message in a body. In the clear over plain http it is answered with a bare 500 unless AllowUnencrypted is set: so
 * the field reports it of logins that were good (diyan/pywinrm#208, cloudsoft/winrm4j#151).
 */
export function openMessage(
  body: Buffer,
  type: string,
  security: NtlmSecurity | null,
  takesClear: boolean,
): Opened {
  if (isSealed(type)) return security === null ? status(400) : unseal(body, type, security);
  if (!/^application\/soap\+xml\b/i.test(type)) return status(415);
  if (!takesClear) return status(500);
  return { ok: true, message: body, wrap: (answer) => ({ contentType, body: answer }) };
}

function unseal(body: Buffer, type: string, security: NtlmSecurity): Opened {
  try {
    const { header, data, plainLength } = decodeSealed(type, body);
    const message = security.unseal(header, data);
    if (message.length !== plainLength) return status(400);
    return { ok: true, message, wrap: (answer) => seal(answer, security) };
  } catch (error) {
    if (error instanceof MessageRefused || error instanceof NtlmRefused) return status(400);
    throw error;
  }
}

function seal(answer: Buffer, security: NtlmSecurity) {
  return encodeSealed(spnegoProtocol, { ...security.seal(answer), plainLength: answer.length });
}
