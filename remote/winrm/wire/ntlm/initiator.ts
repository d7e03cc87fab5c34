import { randomBytes } from 'node:crypto';
import { encodeAuthenticate, placeMic } from './authenticate-message';
import { avFlags, avIds, readAvFlags } from './av-pairs';
import type { AvPairs } from './av-pairs';
import { hashBindings } from './bindings';
import { decodeChallenge } from './challenge-message';
import type { ChallengeMessage } from './challenge-message';
import { flags, hasFlag, missingFlags, offered } from './flags';
import { writeText } from './message';
import { computeMic } from './mic';
import { encodeNegotiate } from './negotiate-message';
import { ntHash, responseKey } from './password';
import { rc4Once } from './rc4';
import { NtlmRefused } from './refused';
import {
  computeLmResponse,
  computeProof,
  computeSessionBaseKey,
  encodeClientChallenge,
  encodeFileTime,
} from './response';
import { createNtlmSecurity } from './security';
import type { NtlmSecurity } from './security';

export interface NtlmLogin {
  readonly username: string;
  /** Empty for an account of the host itself, or a `user@realm`. */
  readonly domain: string;
  readonly password: string;
  /** NetBIOS name of this machine, for the host's security log. @default none */
  readonly workstation?: string;
}

export interface NtlmInitiatorOptions {
  readonly login: NtlmLogin;
  /** Application data, `tls-server-end-point:` and the digest of the certificate (RFC 5929, 4); null without TLS. */
  readonly channelBindings: Buffer | null;
  /** `HTTP/host`: the host may refuse logins that were meant for another. */
  readonly servicePrincipal: string | null;
  /** @default node:crypto */
  readonly random?: (length: number) => Buffer;
  /** Milliseconds since 1970, for hosts that do not tell their time. @default Date.now */
  readonly now?: () => number;
}

export interface NtlmInitiator {
  /** NEGOTIATE_MESSAGE, the first token. */
  negotiate(): Buffer;
  /**
   * AUTHENTICATE_MESSAGE for the host's CHALLENGE_MESSAGE, and what seals the messages once the host has accepted it.
   *
   * @throws NtlmRefused when the challenge is damaged or asks for less than NTLMv2 with 128-bit sealing
   */
  authenticate(challenge: Buffer): { readonly token: Buffer; readonly security: NtlmSecurity };
}

/** The client's side of one NTLMv2 login ([MS-NLMP] 3.1.5.1). */
export function createNtlmInitiator(options: NtlmInitiatorOptions): NtlmInitiator {
  const negotiate = encodeNegotiate({ flags: offered });
  return {
    negotiate: () => negotiate,
    authenticate: (token) => {
      const challenge = decodeChallenge(token);
      demandStrength(challenge);
      const answer = respond(challenge, options);
      const unsigned = encodeAuthenticate(answer.message);
      const handshake = { negotiate, challenge: token, authenticate: unsigned };
      const signed = answer.hasMic
        ? placeMic(unsigned, computeMic(answer.exportedKey, handshake))
        : unsigned;
      const security = createNtlmSecurity(answer.exportedKey, 'client');
      answer.exportedKey.fill(0);
      return { token: signed, security };
    },
  };
}

/**
 * A challenge that leaves something away is not negotiated with: it is a downgrade. [MS-NLMP] 3.1.5.1.2 also refuses one
 * without both names when messages are to be sealed.
 */
function demandStrength({ flags: agreed, targetInfo }: ChallengeMessage): void {
  const missing = missingFlags(agreed);
  if (missing.length > 0) {
    throw new NtlmRefused(`the host offers NTLM without ${missing.join(', ')}`);
  }
  if (!hasFlag(agreed, flags.targetInfo)) {
    throw new NtlmRefused('the host gives no target information, which NTLMv2 is made of');
  }
  if (!targetInfo.has(avIds.netbiosComputer) || !targetInfo.has(avIds.netbiosDomain)) {
    throw new NtlmRefused('the host does not name itself and its domain');
  }
}

function respond(challenge: ChallengeMessage, options: NtlmInitiatorOptions) {
  const { login, random = randomBytes, now = Date.now } = options;
  const { serverChallenge, targetInfo } = challenge;
  const hostTime = targetInfo.get(avIds.timestamp);
  const hasMic = hostTime !== undefined;
  const clientChallenge = random(8);
  const blob = encodeClientChallenge({
    time: hostTime ?? encodeFileTime(now()),
    challenge: clientChallenge,
    pairs: answerPairs(targetInfo, hasMic, options),
  });
  const key = loginKey(login);
  const proof = computeProof(key, serverChallenge, blob);
  const sessionBaseKey = computeSessionBaseKey(key, proof);
  const exportedKey = Buffer.from(random(16));
  const message = {
    flags: ((challenge.flags & (offered | flags.targetInfo)) | flags.version) >>> 0,
    username: login.username,
    domain: login.domain,
    workstation: login.workstation ?? '',
    // The MIC makes an LM response needless; a host that gives its time expects none ([MS-NLMP] 3.1.5.1.2).
    lmResponse: hasMic
      ? Buffer.alloc(24)
      : computeLmResponse(key, serverChallenge, clientChallenge),
    ntResponse: Buffer.concat([proof, blob]),
    encryptedSessionKey: rc4Once(sessionBaseKey, exportedKey),
  };
  for (const secret of [key, sessionBaseKey]) secret.fill(0);
  return { message, exportedKey, hasMic };
}

function loginKey({ username, domain, password }: NtlmLogin): Buffer {
  const hash = ntHash(password);
  const key = responseKey(hash, username, domain);
  hash.fill(0);
  return key;
}

/** The host's pairs as they came, then ours, in the order of Windows' own client. */
function answerPairs(targetInfo: AvPairs, hasMic: boolean, options: NtlmInitiatorOptions): AvPairs {
  const pairs = new Map(targetInfo);
  if (hasMic) {
    const value = Buffer.alloc(4);
    value.writeUInt32LE((readAvFlags(targetInfo) | avFlags.hasMic) >>> 0);
    pairs.set(avIds.flags, value);
  }
  pairs.set(avIds.channelBindings, hashBindings(options.channelBindings));
  pairs.set(avIds.targetName, writeText(options.servicePrincipal ?? ''));
  return pairs;
}
