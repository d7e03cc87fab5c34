import { decodeAvPairs, encodeAvPairs } from './av-pairs';
import type { AvPairs } from './av-pairs';
import { hmacMd5 } from './password';
import { NtlmRefused } from './refused';

/*
 * NTLMv2_CLIENT_CHALLENGE ([MS-NLMP] 2.2.2.7), the part of the response that is hashed:
 *
 *   0 1   1 1   2 reserved   8 time   16 client challenge   24 reserved   28 AV pairs, MsvAvEOL   then 4 zeros
 *
 * The four zeros are the Z(4) of 3.3.2. pyspnego writes the structure anew and hashes that, so without them it refuses.
 */
const pairsAt = 28;
const proofBytes = 16;
/** An LM or NTLMv1 response. */
const oldResponseBytes = 24;

export interface ClientChallenge {
  /** Hundreds of nanoseconds since 1601, as Windows counts. */
  readonly time: Buffer;
  /** 8 bytes, used once. */
  readonly challenge: Buffer;
  readonly pairs: AvPairs;
}

export function encodeClientChallenge({ time, challenge, pairs }: ClientChallenge): Buffer {
  const start = Buffer.alloc(pairsAt);
  start[0] = 1;
  start[1] = 1;
  time.copy(start, 8);
  challenge.copy(start, 16);
  return Buffer.concat([start, encodeAvPairs(pairs), Buffer.alloc(4)]);
}

/** NTProofStr of [MS-NLMP] 3.3.2, over the client challenge exactly as it went over the wire. */
export function computeProof(key: Buffer, serverChallenge: Buffer, blob: Buffer): Buffer {
  return hmacMd5(key, serverChallenge, blob);
}

/** With key exchange it encrypts the key of the session, and is used for nothing else ([MS-NLMP] 3.4.5.1). */
export function computeSessionBaseKey(key: Buffer, proof: Buffer): Buffer {
  return hmacMd5(key, proof);
}

/** LMv2 of [MS-NLMP] 3.3.2. */
export function computeLmResponse(key: Buffer, serverChallenge: Buffer, challenge: Buffer): Buffer {
  return Buffer.concat([hmacMd5(key, serverChallenge, challenge), challenge]);
}

export interface NtResponse {
  readonly proof: Buffer;
  /** The client challenge as received. */
  readonly blob: Buffer;
  readonly pairs: AvPairs;
}

/**
 * Null for a response that is not NTLMv2: none at all, or NTLMv1.
 *
 * @throws NtlmRefused when it is NTLMv2, but damaged
 */
export function decodeNtResponse(response: Buffer): NtResponse | null {
  if (response.length <= oldResponseBytes) return null;
  const blob = response.subarray(proofBytes);
  if (blob.length < pairsAt) throw new NtlmRefused('the NTLMv2 response is cut off');
  if (blob[0] !== 1 || blob[1] !== 1) return null;
  return {
    proof: response.subarray(0, proofBytes),
    blob,
    pairs: decodeAvPairs(blob.subarray(pairsAt)),
  };
}

/** FILETIME of a time in milliseconds since 1970. */
export function encodeFileTime(epochMs: number): Buffer {
  const time = Buffer.alloc(8);
  time.writeBigUInt64LE((BigInt(Math.floor(epochMs)) + 11_644_473_600_000n) * 10_000n);
  return time;
}
