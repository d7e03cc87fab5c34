import { createHmac } from 'node:crypto';
import { md4 } from './md4';

/** What Windows stores in place of a password: NTOWFv1 of [MS-NLMP] 3.3.1. As good as the password to an attacker. */
export function ntHash(password: string): Buffer {
  const bytes = Buffer.from(password, 'utf16le');
  const hash = md4(bytes);
  bytes.fill(0);
  return hash;
}

/** NTOWFv2 of [MS-NLMP] 3.3.2: the user in capitals, the domain as it was given. */
export function responseKey(hash: Buffer, username: string, domain: string): Buffer {
  return hmacMd5(hash, Buffer.from(upperCase(username) + domain, 'utf16le'));
}

export function hmacMd5(key: Buffer, ...parts: readonly Buffer[]): Buffer {
  const code = createHmac('md5', key);
  for (const part of parts) code.update(part);
  return code.digest();
}

/**
 * Capitals as RtlUpcaseUnicodeString makes them: one UTF-16 unit for one, so `ß` stays `ß`, and half of a surrogate
 * pair stays what it is; nor does a unit outside of ASCII become one of ASCII (`ı`, `ſ` stay).
 *
 * Python's and libunistring's acceptors map `ß` to `SS` and do not agree with Windows about such names.
 */
function upperCase(name: string): string {
  return name.split('').map(upperCaseUnit).join('');
}

function upperCaseUnit(unit: string): string {
  const capital = unit.toUpperCase();
  const becomesAscii = unit > '\x7f' && capital <= '\x7f';
  return capital.length === 1 && !becomesAscii ? capital : unit;
}
