import {
  appendFields,
  checkMessage,
  messageTypes,
  readField,
  readText,
  startMessage,
  writeText,
  writeVersion,
} from './message';

/*
 * AUTHENTICATE_MESSAGE ([MS-NLMP] 2.2.1.3)
 *
 *   0 "NTLMSSP\0"   8 type 3   12 LM response   20 NT response   28 domain   36 user   44 workstation
 *   52 encrypted session key   60 flags   64 version   72 MIC   88 payload
 */
const withMic = 88;
const shortest = 64;
const micBytes = 16;

export interface AuthenticateMessage {
  readonly flags: number;
  readonly username: string;
  readonly domain: string;
  readonly workstation: string;
  readonly lmResponse: Buffer;
  readonly ntResponse: Buffer;
  readonly encryptedSessionKey: Buffer;
}

/** The MIC is all zeros, as it is when the code is computed over the message ([MS-NLMP] 3.1.5.1.2). */
export function encodeAuthenticate(message: AuthenticateMessage): Buffer {
  const fixed = startMessage(messageTypes.authenticate, withMic);
  fixed.writeUInt32LE(message.flags, 60);
  writeVersion(fixed, 64);
  // In the order in which Windows' own client lays them out.
  return appendFields(fixed, [
    { at: 28, value: writeText(message.domain) },
    { at: 36, value: writeText(message.username) },
    { at: 44, value: writeText(message.workstation) },
    { at: 12, value: message.lmResponse },
    { at: 20, value: message.ntResponse },
    { at: 52, value: message.encryptedSessionKey },
  ]);
}

/** The token with the code in its place; without one it is 16 zeros. */
export function placeMic(token: Buffer, mic: Buffer): Buffer {
  const placed = Buffer.from(token);
  mic.copy(placed, withMic - micBytes);
  return placed;
}

export interface ReceivedAuthenticate extends AuthenticateMessage {
  /** Null when the payload leaves no room for one, as before Windows Vista. */
  readonly mic: Buffer | null;
  /** The token with zeros in place of the MIC. */
  readonly withoutMic: Buffer;
}

/** @throws NtlmRefused */
export function decodeAuthenticate(token: Buffer): ReceivedAuthenticate {
  checkMessage(token, messageTypes.authenticate, shortest);
  const field = (at: number) => readField(token, at, shortest);
  const fields = {
    lm: field(12),
    nt: field(20),
    domain: field(28),
    user: field(36),
    workstation: field(44),
    key: field(52),
  };
  const filled = Object.values(fields).filter(({ value }) => value.length > 0);
  const micAt = findMic(Math.min(token.length, ...filled.map(({ offset }) => offset)));
  const withoutMic = Buffer.from(token);
  if (micAt !== null) withoutMic.fill(0, micAt, micAt + micBytes);
  return {
    flags: token.readUInt32LE(60),
    username: readText(fields.user.value),
    domain: readText(fields.domain.value),
    workstation: readText(fields.workstation.value),
    lmResponse: fields.lm.value,
    ntResponse: fields.nt.value,
    encryptedSessionKey: fields.key.value,
    mic: micAt === null ? null : token.subarray(micAt, micAt + micBytes),
    withoutMic,
  };
}

/** Behind the version, or in its place: pyspnego leaves the version out when it was not agreed on. */
function findMic(payloadAt: number): number | null {
  if (payloadAt >= withMic) return withMic - micBytes;
  return payloadAt >= shortest + micBytes ? shortest : null;
}
