import { NtlmRefused } from './refused';

export const messageTypes = { negotiate: 1, challenge: 2, authenticate: 3 } as const;

const signature = Buffer.from('NTLMSSP\0', 'latin1');

/**
 * VERSION ([MS-NLMP] 2.2.2.10): 6.1 build 7601, NTLM revision 15. For debugging only by the specification, but
 * gss-ntlmssp refuses tokens that are too short to hold it.
 */
const version = Buffer.from([6, 1, 0xb1, 0x1d, 0, 0, 0, 0x0f]);

/** Bytes of the fixed part of a message, beginning with its signature and type ([MS-NLMP] 2.2.1). */
export function startMessage(type: number, fixedBytes: number): Buffer {
  const fixed = Buffer.alloc(fixedBytes);
  signature.copy(fixed);
  fixed.writeUInt32LE(type, 8);
  return fixed;
}

export function writeVersion(fixed: Buffer, at: number): void {
  version.copy(fixed, at);
}

/** @throws NtlmRefused when it is another type of message, or its fixed part is cut off */
export function checkMessage(token: Buffer, type: number, fixedBytes: number): void {
  if (token.length < 12 || !token.subarray(0, 8).equals(signature)) {
    throw new NtlmRefused('it is no NTLM token');
  }
  const found = token.readUInt32LE(8);
  if (found !== type) throw new NtlmRefused(`it is NTLM message ${found}, not ${type}`);
  if (token.length < fixedBytes) {
    throw new NtlmRefused(`NTLM message ${type} is cut off after ${token.length} bytes`);
  }
}

/**
 * Puts the fields behind the fixed part and their places into it, as length, the same again, and offset
 * ([MS-NLMP] 2.2.1.1 and further). The fixed part is changed.
 *
 * @throws NtlmRefused when a field is longer than its length can say
 */
export function appendFields(
  fixed: Buffer,
  fields: readonly { readonly at: number; readonly value: Buffer }[],
): Buffer {
  let offset = fixed.length;
  for (const { at, value } of fields) {
    if (value.length > 0xffff) throw new NtlmRefused('a name is too long for an NTLM token');
    fixed.writeUInt16LE(value.length, at);
    fixed.writeUInt16LE(value.length, at + 2);
    fixed.writeUInt32LE(offset, at + 4);
    offset += value.length;
  }
  return Buffer.concat([fixed, ...fields.map(({ value }) => value)]);
}

export interface Field {
  readonly offset: number;
  readonly value: Buffer;
}

/**
 * The field whose place is written at `at`. An empty one may point anywhere ([MS-NLMP] 2.2.1.3: offsets of empty fields
 * are to be ignored).
 *
 * @throws NtlmRefused when it reaches into the fixed part or beyond the end
 */
export function readField(token: Buffer, at: number, fixedBytes: number): Field {
  const length = token.readUInt16LE(at);
  const offset = token.readUInt32LE(at + 4);
  if (length === 0) return { offset, value: Buffer.alloc(0) };
  if (offset < fixedBytes || offset + length > token.length) {
    throw new NtlmRefused(`a field of an NTLM token lies outside of it (${offset}+${length})`);
  }
  return { offset, value: token.subarray(offset, offset + length) };
}

/** @throws NtlmRefused when the bytes are not whole UTF-16 units */
export function readText(bytes: Buffer): string {
  if (bytes.length % 2 !== 0) throw new NtlmRefused('a text of an NTLM token is no UTF-16');
  return bytes.toString('utf16le');
}

export function writeText(text: string): Buffer {
  return Buffer.from(text, 'utf16le');
}
