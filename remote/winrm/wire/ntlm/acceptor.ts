import { randomBytes, timingSafeEqual } from 'node:crypto';
import { decodeAuthenticate } from './authenticate-message';
import type { ReceivedAuthenticate } from './authenticate-message';
import { avFlags, avIds, readAvFlags } from './av-pairs';
import type { AvPairs } from './av-pairs';
import { hashBindings, noBindings } from './bindings';
import { encodeChallenge } from './challenge-message';
import { flags, missingFlags, offered } from './flags';
import { writeText } from './message';
import { computeMic } from './mic';
import { decodeNegotiate } from './negotiate-message';
import { ntHash, responseKey } from './password';
import { rc4Once } from './rc4';
import { NtlmRefused } from './refused';
import { computeProof, computeSessionBaseKey, decodeNtResponse, encodeFileTime } from './response';
import { createNtlmSecurity } from './security';
import type { NtlmSecurity } from './security';

export type NtlmVerdict =
  | {
      readonly ok: true;
      readonly username: string;
      readonly domain: string;
      readonly security: NtlmSecurity;
    }
  | {
      readonly ok: false;
      readonly username: string;
      readonly domain: string;
      readonly why: NtlmRefusal;
    };

export type NtlmRefusal =
  'wrong-password' | 'mic-mismatch' | 'bindings-missing' | 'bindings-mismatch' | 'not-ntlmv2';

export interface NtlmAcceptorOptions {
  /** NetBIOS names. A host of a workgroup has its own name for a domain. */
  readonly computerName: string;
  readonly domainName: string;
  readonly dnsComputerName: string;
  readonly dnsDomainName: string;
  /** Application data as the host sees them; null without TLS, and then bindings are not looked at. */
  readonly channelBindings: Buffer | null;
  /** CbtHardeningLevel of the WinRM service: None, Relaxed, Strict. */
  readonly requireBindings: 'never' | 'when-given' | 'always';
  /** @default node:crypto */
  readonly random?: (length: number) => Buffer;
  /** Milliseconds since 1970. @default Date.now */
  readonly now?: () => number;
}

/** Password of an account, or null when there is none of that name. */
export type PasswordOf = (username: string, domain: string) => string | null;

export interface NtlmAcceptor {
  /**
   * CHALLENGE_MESSAGE for the client's NEGOTIATE_MESSAGE.
   *
   * @throws NtlmRefused when it is damaged or the client cannot do 128-bit sealing
   */
  challenge(negotiate: Buffer): Buffer;
  /**
   * Whether the client knows the password. An account that is not there is refused like a wrong password, after the
   * same work. Each challenge is good for one attempt.
   *
   * @throws NtlmRefused when the token is damaged
   */
  authenticate(token: Buffer, passwordOf: PasswordOf): NtlmVerdict;
}

interface Offer {
  readonly negotiate: Buffer;
  readonly challenge: Buffer;
  readonly serverChallenge: Buffer;
}

/** The host's side of one NTLMv2 login ([MS-NLMP] 3.2.5.1). */
export function createNtlmAcceptor(options: NtlmAcceptorOptions): NtlmAcceptor {
  let offer: Offer | null = null;
  return {
    challenge: (negotiate) => {
      const asked = decodeNegotiate(negotiate).flags;
      demandStrength(asked);
      const { random = randomBytes } = options;
      const serverChallenge = random(8);
      const challenge = encodeChallenge({ ...describeHost(asked, options), serverChallenge });
      offer = { negotiate: Buffer.from(negotiate), challenge, serverChallenge };
      return challenge;
    },
    authenticate: (token, passwordOf) => {
      const made = offer;
      if (made === null) throw new NtlmRefused('no challenge is waiting for an answer');
      offer = null;
      const answer = decodeAuthenticate(token);
      return decide(made, answer, passwordOf, options);
    },
  };
}

function demandStrength(asked: number): void {
  const missing = missingFlags(asked);
  if (missing.length > 0) {
    throw new NtlmRefused(`the client asks for NTLM without ${missing.join(', ')}`);
  }
}

function describeHost(asked: number, options: NtlmAcceptorOptions) {
  const { computerName, domainName, dnsComputerName, dnsDomainName, now = Date.now } = options;
  const target = computerName === domainName ? flags.targetIsServer : flags.targetIsDomain;
  const agreed = asked & (offered | flags.key56);
  // In the order in which Windows lists them.
  const targetInfo: AvPairs = new Map([
    [avIds.netbiosDomain, writeText(domainName)],
    [avIds.netbiosComputer, writeText(computerName)],
    [avIds.dnsDomain, writeText(dnsDomainName)],
    [avIds.dnsComputer, writeText(dnsComputerName)],
    [avIds.timestamp, encodeFileTime(now())],
  ]);
  return {
    flags: (agreed | flags.requestTarget | flags.ntlm | flags.targetInfo | target) >>> 0,
    targetName: domainName,
    targetInfo,
  };
}

function decide(
  offer: Offer,
  answer: ReceivedAuthenticate,
  passwordOf: PasswordOf,
  options: NtlmAcceptorOptions,
): NtlmVerdict {
  demandStrength(answer.flags);
  const { username, domain } = answer;
  const refuse = (why: NtlmRefusal): NtlmVerdict => ({ ok: false, username, domain, why });
  const response = decodeNtResponse(answer.ntResponse);
  if (response === null) return refuse('not-ntlmv2');
  const password = passwordOf(username, domain);
  const key = responseKey(ntHash(password ?? ''), username, domain);
  // Over the bytes as received, as Windows does: another encoder's idea of the same structure counts as well.
  const proof = computeProof(key, offer.serverChallenge, response.blob);
  if (!timingSafeEqual(proof, response.proof) || password === null) return refuse('wrong-password');
  const exportedKey = decryptKey(computeSessionBaseKey(key, proof), answer.encryptedSessionKey);
  const objection =
    objectToMic(exportedKey, offer, answer, response.pairs) ??
    objectToBindings(response.pairs, options);
  if (objection !== null) return refuse(objection);
  const security = createNtlmSecurity(exportedKey, 'server');
  exportedKey.fill(0);
  return { ok: true, username, domain, security };
}

function decryptKey(sessionBaseKey: Buffer, encrypted: Buffer): Buffer {
  if (encrypted.length !== 16) throw new NtlmRefused('the key of the session has not 16 bytes');
  return rc4Once(sessionBaseKey, encrypted);
}

function objectToMic(
  exportedKey: Buffer,
  offer: Offer,
  answer: ReceivedAuthenticate,
  pairs: AvPairs,
): NtlmRefusal | null {
  if ((readAvFlags(pairs) & avFlags.hasMic) === 0) return null;
  const expected = computeMic(exportedKey, { ...offer, authenticate: answer.withoutMic });
  const isRight = answer.mic !== null && timingSafeEqual(expected, answer.mic);
  return isRight ? null : 'mic-mismatch';
}

/** Zeros say that a client knows of bindings and has none, which is no more than to leave them out. */
function objectToBindings(pairs: AvPairs, options: NtlmAcceptorOptions): NtlmRefusal | null {
  const { channelBindings, requireBindings } = options;
  if (channelBindings === null || requireBindings === 'never') return null;
  const given = pairs.get(avIds.channelBindings) ?? noBindings;
  if (given.equals(noBindings)) return requireBindings === 'always' ? 'bindings-missing' : null;
  return timingSafeEqual(given, hashBindings(channelBindings)) ? null : 'bindings-mismatch';
}
