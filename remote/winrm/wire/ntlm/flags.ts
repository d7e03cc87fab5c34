/** NEGOTIATE of [MS-NLMP] 2.2.2.5, those of use here. */
export const flags = {
  unicode: 0x00000001,
  requestTarget: 0x00000004,
  sign: 0x00000010,
  seal: 0x00000020,
  ntlm: 0x00000200,
  alwaysSign: 0x00008000,
  targetIsDomain: 0x00010000,
  targetIsServer: 0x00020000,
  extendedSessionSecurity: 0x00080000,
  targetInfo: 0x00800000,
  version: 0x02000000,
  key128: 0x20000000,
  keyExchange: 0x40000000,
  key56: 0x80000000,
} as const;

/**
 * Without one of these the session would be weaker than what every Windows since 2000 can do: who leaves one away is
 * in between and wants it broken, or cannot seal messages at all.
 */
const demanded = {
  unicode: flags.unicode,
  sign: flags.sign,
  seal: flags.seal,
  'extended session security': flags.extendedSessionSecurity,
  '128-bit keys': flags.key128,
  'key exchange': flags.keyExchange,
} as const;

/**
 * What our client asks for. OEM, LM key and 56 bit are not offered: what is not offered cannot be agreed on.
 *
 * NTLM and ALWAYS_SIGN are what [MS-NLMP] 3.1.5.1.1 has every client send.
 */
export const offered =
  (flags.unicode |
    flags.requestTarget |
    flags.sign |
    flags.seal |
    flags.ntlm |
    flags.alwaysSign |
    flags.extendedSessionSecurity |
    flags.version |
    flags.key128 |
    flags.keyExchange) >>>
  0;

export function hasFlag(value: number, flag: number): boolean {
  return (value & flag) !== 0;
}

/** Names of what a session must have and these flags lack. */
export function missingFlags(value: number): readonly string[] {
  return Object.entries(demanded)
    .filter(([, flag]) => !hasFlag(value, flag))
    .map(([name]) => name);
}
