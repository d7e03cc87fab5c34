/**
 * SPNEGO (RFC 4178, 4.2) for an initiator that offers Kerberos and nothing else.
 *
 *     60 len  06 06 1.3.6.1.5.5.2                          GSS token of SPNEGO
 *       A0 len  30 len                                     NegTokenInit
 *         A0 len  30 len  06 09 1.2.840.113554.1.2.2       mechTypes
 *         A2 len  04 len  ...                              mechToken
 *
 *     A1 len  30 len                                       NegTokenResp
 *       A0 03  0A 01 ..    negState        A2 len  04 len ..  responseToken
 *       A1 len 06 len ..   supportedMech   A3 len  04 len ..  mechListMIC
 *
 * The system's own SPNEGO is passed by for two reasons. Its mechglue renumbers the codes of Kerberos, so that a wrong
 * clock can no longer be told from a wrong name; and it offers every mechanism that is installed, such as NTLM of
 * gss-ntlmssp, where nobody asked for that.
 */
import { krb5Mechanism } from './gss-calls';

/** The answer is no NegTokenResp. */
export class SpnegoRefused extends Error {}

export interface SpnegoAnswer {
  /** Null where it is left out, as it may be after the first. */
  readonly state: 'completed' | 'incomplete' | 'reject' | 'request-mic' | null;
  /** Encoded object identifier. */
  readonly mechanism: Buffer | null;
  readonly token: Buffer | null;
  readonly mic: Buffer | null;
}

const tag = {
  integerEnumerated: 0x0a,
  octetString: 0x04,
  identifier: 0x06,
  sequence: 0x30,
  application: 0x60,
  field: (number: number): number => 0xa0 + number,
} as const;

const spnego = Buffer.from('2b0601050502', 'hex');
/** 1.2.840.48018.1.2.2: Windows' other name for Kerberos, from a slip in Windows 2000 ([MS-SPNG] 1.9). */
const windowsKrb5 = Buffer.from('2a864882f712010202', 'hex');
const states = ['completed', 'incomplete', 'reject', 'request-mic'] as const;

const mechanisms = encode(tag.sequence, encode(tag.identifier, krb5Mechanism.elements));

/** What a mechListMIC is computed over (RFC 4178, 5). */
export const offeredMechanisms: Buffer = mechanisms;

export const isKerberos = (mechanism: Buffer): boolean =>
  mechanism.equals(krb5Mechanism.elements) || mechanism.equals(windowsKrb5);

export function encodeSpnegoInit(token: Buffer): Buffer {
  const body = encode(
    tag.sequence,
    encode(tag.field(0), mechanisms),
    encode(tag.field(2), encode(tag.octetString, token)),
  );
  return encode(tag.application, encode(tag.identifier, spnego), encode(tag.field(0), body));
}

/** The proof that the list of mechanisms arrived as it was sent, for a host that asks for it. */
export function encodeSpnegoMic(mic: Buffer): Buffer {
  const field = encode(tag.field(3), encode(tag.octetString, mic));
  return encode(tag.field(1), encode(tag.sequence, field));
}

/** @throws SpnegoRefused */
export function decodeSpnegoAnswer(bytes: Buffer): SpnegoAnswer {
  const fields = new Map<number, Buffer>();
  let rest = only(only(bytes, tag.field(1)), tag.sequence);
  while (rest.length > 0) {
    const element = decode(rest);
    if (fields.has(element.tag)) throw new SpnegoRefused('a field comes twice');
    fields.set(element.tag, element.content);
    rest = element.rest;
  }
  const field = (number: number, inner: number): Buffer | null => {
    const content = fields.get(tag.field(number));
    return content === undefined ? null : only(content, inner);
  };
  const state = field(0, tag.integerEnumerated);
  return {
    state: state === null ? null : stateOf(state),
    mechanism: field(1, tag.identifier),
    token: field(2, tag.octetString),
    mic: field(3, tag.octetString),
  };
}

function stateOf(value: Buffer): NonNullable<SpnegoAnswer['state']> {
  const state = value.length === 1 ? states[value[0] ?? states.length] : undefined;
  if (state === undefined) throw new SpnegoRefused('it names no state that there is');
  return state;
}

/** DER, X.690 8.1: one byte of tag, length, content. */
function encode(tagByte: number, ...contents: readonly Buffer[]): Buffer {
  const content = Buffer.concat(contents);
  if (content.length < 0x80) return Buffer.concat([Buffer.of(tagByte, content.length), content]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(content.length);
  const digits = length.subarray(length.findIndex((byte) => byte !== 0));
  return Buffer.concat([Buffer.of(tagByte, 0x80 | digits.length), digits, content]);
}

/** The content of an element that is all there is. */
function only(bytes: Buffer, expected: number): Buffer {
  const element = decode(bytes);
  if (element.tag !== expected || element.rest.length > 0) {
    throw new SpnegoRefused('it is not built like an answer of SPNEGO');
  }
  return element.content;
}

function decode(bytes: Buffer): { tag: number; content: Buffer; rest: Buffer } {
  const [tagByte, first] = bytes;
  if (tagByte === undefined || first === undefined) throw new SpnegoRefused('it ends too early');
  const digits = first < 0x80 ? 0 : first & 0x7f;
  if (first === 0x80 || digits > 4 || bytes.length < 2 + digits) {
    throw new SpnegoRefused('it has a length that cannot be');
  }
  const length = digits === 0 ? first : bytes.readUIntBE(2, digits);
  const start = 2 + digits;
  if (bytes.length < start + length) throw new SpnegoRefused('it ends too early');
  return {
    tag: tagByte,
    content: bytes.subarray(start, start + length),
    rest: bytes.subarray(start + length),
  };
}
