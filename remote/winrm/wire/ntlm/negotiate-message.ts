import { appendFields, checkMessage, messageTypes, startMessage, writeVersion } from './message';

/*
 * NEGOTIATE_MESSAGE ([MS-NLMP] 2.2.1.1)
 *
 *   0 "NTLMSSP\0"   8 type 1   12 flags   16 domain (field)   24 workstation (field)   32 version
 *
 * Domain and workstation stay empty: their flags are not set, and a host that knows the client's names before it has
 * proved itself is of no use to the client.
 */
const withVersion = 40;
const withoutVersion = 32;

export interface NegotiateMessage {
  readonly flags: number;
}

export function encodeNegotiate({ flags }: NegotiateMessage): Buffer {
  const fixed = startMessage(messageTypes.negotiate, withVersion);
  fixed.writeUInt32LE(flags, 12);
  writeVersion(fixed, 32);
  return appendFields(fixed, [
    { at: 16, value: Buffer.alloc(0) },
    { at: 24, value: Buffer.alloc(0) },
  ]);
}

/**
 * The version may be left out, as old clients do.
 *
 * @throws NtlmRefused
 */
export function decodeNegotiate(token: Buffer): NegotiateMessage {
  checkMessage(token, messageTypes.negotiate, withoutVersion);
  return { flags: token.readUInt32LE(12) };
}
