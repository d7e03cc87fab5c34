import { NtlmRefused } from './refused';

/** AvId of [MS-NLMP] 2.2.2.1. */
export const avIds = {
  endOfList: 0,
  netbiosComputer: 1,
  netbiosDomain: 2,
  dnsComputer: 3,
  dnsDomain: 4,
  flags: 6,
  timestamp: 7,
  targetName: 9,
  channelBindings: 10,
} as const;

/** Bits of MsvAvFlags ([MS-NLMP] 2.2.2.1). */
export const avFlags = {
  /** The AUTHENTICATE_MESSAGE carries a message integrity code. */
  hasMic: 0x2,
} as const;

/** AV pairs by their id, in the order of the wire; the end of the list is not one of them. */
export type AvPairs = ReadonlyMap<number, Buffer>;

/** Ends with MsvAvEOL, and nothing behind it. */
export function encodeAvPairs(pairs: AvPairs): Buffer {
  const parts: Buffer[] = [];
  for (const [id, value] of pairs) parts.push(avHeader(id, value.length), value);
  return Buffer.concat([...parts, avHeader(avIds.endOfList, 0)]);
}

function avHeader(id: number, length: number): Buffer {
  if (length > 0xffff) throw new NtlmRefused('a name is too long for an NTLM token');
  const header = Buffer.alloc(4);
  header.writeUInt16LE(id, 0);
  header.writeUInt16LE(length, 2);
  return header;
}

/**
 * Reads up to MsvAvEOL; what follows it is left alone, since NTLMv2 puts four bytes there.
 *
 * @throws NtlmRefused when the list does not end, a pair is there twice, or flags and time have another length
 */
export function decodeAvPairs(bytes: Buffer): AvPairs {
  const pairs = new Map<number, Buffer>();
  for (let at = 0; at + 4 <= bytes.length;) {
    const id = bytes.readUInt16LE(at);
    const length = bytes.readUInt16LE(at + 2);
    if (id === avIds.endOfList) return pairs;
    const end = at + 4 + length;
    if (end > bytes.length) break;
    // Two of a kind would let the checks read one and the host's the other.
    if (pairs.has(id)) throw new NtlmRefused(`the AV pair ${id} is there twice`);
    if ((fixedLengths.get(id) ?? length) !== length) {
      throw new NtlmRefused(`the AV pair ${id} has ${length} bytes`);
    }
    pairs.set(id, bytes.subarray(at + 4, end));
    at = end;
  }
  throw new NtlmRefused('the list of AV pairs has no end');
}

const fixedLengths: ReadonlyMap<number, number> = new Map([
  [avIds.flags, 4],
  [avIds.timestamp, 8],
  [avIds.channelBindings, 16],
]);

export function readAvFlags(pairs: AvPairs): number {
  return pairs.get(avIds.flags)?.readUInt32LE(0) ?? 0;
}
