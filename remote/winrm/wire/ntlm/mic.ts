import { hmacMd5 } from './password';

/** The three tokens of a login as they went over the wire, the MIC of the last one zero. */
export interface Handshake {
  readonly negotiate: Buffer;
  readonly challenge: Buffer;
  readonly authenticate: Buffer;
}

/** Proves that nobody changed what the two sides said to each other, flags above all ([MS-NLMP] 3.1.5.1.2). */
export function computeMic(exportedKey: Buffer, handshake: Handshake): Buffer {
  const { negotiate, challenge, authenticate } = handshake;
  return hmacMd5(exportedKey, negotiate, challenge, authenticate);
}
