import { decodeAvPairs, encodeAvPairs } from './av-pairs';
import type { AvPairs } from './av-pairs';
import { flags, hasFlag } from './flags';
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
 * CHALLENGE_MESSAGE ([MS-NLMP] 2.2.1.2)
 *
 *   0 "NTLMSSP\0"   8 type 2   12 target name (field)   20 flags   24 challenge   32 reserved
 *   40 target info (field)   48 version
 */
const withVersion = 56;
const withoutVersion = 48;

export interface ChallengeMessage {
  readonly flags: number;
  /** 8 bytes, used once. */
  readonly serverChallenge: Buffer;
  readonly targetName: string;
  readonly targetInfo: AvPairs;
}

export function encodeChallenge(message: ChallengeMessage): Buffer {
  const fixed = startMessage(messageTypes.challenge, withVersion);
  fixed.writeUInt32LE(message.flags, 20);
  message.serverChallenge.copy(fixed, 24);
  writeVersion(fixed, 48);
  return appendFields(fixed, [
    { at: 12, value: writeText(message.targetName) },
    { at: 40, value: encodeAvPairs(message.targetInfo) },
  ]);
}

/**
 * Target name and target info are read as flags say they are there.
 *
 * @throws NtlmRefused
 */
export function decodeChallenge(token: Buffer): ChallengeMessage {
  checkMessage(token, messageTypes.challenge, withoutVersion);
  const agreed = token.readUInt32LE(20);
  const targetName = readField(token, 12, withoutVersion).value;
  return {
    flags: agreed,
    serverChallenge: token.subarray(24, 32),
    // In an OEM code page it is unreadable, but so is the login: better refused for what the flags lack.
    targetName: hasFlag(agreed, flags.unicode)
      ? readText(targetName)
      : targetName.toString('latin1'),
    targetInfo: hasFlag(agreed, flags.targetInfo)
      ? decodeAvPairs(readField(token, 40, withoutVersion).value)
      : new Map<number, Buffer>(),
  };
}
