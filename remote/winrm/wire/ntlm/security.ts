import { createHash, timingSafeEqual } from 'node:crypto';
import { hmacMd5 } from './password';
import { createRc4 } from './rc4';
import type { Rc4 } from './rc4';
import { NtlmRefused } from './refused';

/**
 * One end of a login, which seals and unseals in the order of the wire: sequence numbers and key streams are inside.
 * Not to be shared between connections.
 */
export interface NtlmSecurity {
  /** `header` is the 16-byte signature, `data` as long as the message. */
  seal(message: Buffer): { readonly header: Buffer; readonly data: Buffer };
  /**
   * After a refusal the key stream no longer fits: everything after it is refused as well.
   *
   * @throws NtlmRefused when it was altered, repeated, or taken out of its place
   */
  unseal(header: Buffer, data: Buffer): Buffer;
  /**
   * The mechListMIC with which SPNEGO ends a login that NTLM made (RFC 4178, 5). It takes a sequence number, but the
   * key stream begins anew after it ([MS-SPNG] 3.3.5.1).
   */
  signMechList(mechList: Buffer): Buffer;
  /** @throws NtlmRefused */
  verifyMechList(mechList: Buffer, mic: Buffer): void;
  /** Overwrites the keys. Safe to call twice; nothing can be sealed or unsealed afterwards. */
  dispose(): void;
}

const signatureBytes = 16;

interface Direction {
  readonly signKey: Buffer;
  readonly stream: Rc4;
  next: number;
}

/** Extended session security with key exchange and 128-bit keys ([MS-NLMP] 3.4); nothing less is ever agreed on. */
export function createNtlmSecurity(exportedKey: Buffer, side: 'client' | 'server'): NtlmSecurity {
  const toServer = createDirection(exportedKey, 'client-to-server');
  const toClient = createDirection(exportedKey, 'server-to-client');
  const [out, into] = side === 'client' ? [toServer, toClient] : [toClient, toServer];
  let unusable: string | null = null;
  const demandUsable = (): void => {
    if (unusable !== null) throw new NtlmRefused(unusable);
  };
  const verify = (message: Buffer, signature: Buffer): void => {
    if (matches(sign(into, message), signature)) return;
    unusable = 'an earlier message of the session was refused';
    throw new NtlmRefused('the message was altered, or is not the next one of the session');
  };
  return {
    seal: (message) => {
      demandUsable();
      // The data take from the key stream before the signature does ([MS-NLMP] 3.4.3).
      const data = out.stream.apply(message);
      return { data, header: sign(out, message) };
    },
    unseal: (header, data) => {
      demandUsable();
      const message = into.stream.apply(data);
      verify(message, header);
      return message;
    },
    signMechList: (mechList) => {
      demandUsable();
      const mic = sign(out, mechList);
      out.stream.restart();
      return mic;
    },
    verifyMechList: (mechList, mic) => {
      demandUsable();
      verify(mechList, mic);
      into.stream.restart();
    },
    dispose: () => {
      unusable = 'the session has ended';
      for (const { signKey, stream } of [out, into]) {
        signKey.fill(0);
        stream.dispose();
      }
    },
  };
}

function createDirection(
  exportedKey: Buffer,
  way: 'client-to-server' | 'server-to-client',
): Direction {
  const sealKey = deriveKey(exportedKey, `${way} sealing`);
  const stream = createRc4(sealKey);
  sealKey.fill(0);
  return { signKey: deriveKey(exportedKey, `${way} signing`), stream, next: 0 };
}

/** SIGNKEY and SEALKEY of [MS-NLMP] 3.4.5.2 and 3.4.5.3; the terminating zero is part of the constant. */
export function deriveKey(exportedKey: Buffer, purpose: string): Buffer {
  const constant = `session key to ${purpose} key magic constant\0`;
  return createHash('md5').update(exportedKey).update(constant, 'latin1').digest();
}

/** NTLMSSP_MESSAGE_SIGNATURE ([MS-NLMP] 2.2.2.9.2): version 1, the encrypted checksum, the sequence number. */
function sign(direction: Direction, message: Buffer): Buffer {
  const signature = Buffer.alloc(signatureBytes);
  signature.writeUInt32LE(1, 0);
  signature.writeUInt32LE(direction.next, 12);
  direction.next = (direction.next + 1) >>> 0;
  const checksum = hmacMd5(direction.signKey, signature.subarray(12), message).subarray(0, 8);
  direction.stream.apply(checksum).copy(signature, 4);
  return signature;
}

function matches(expected: Buffer, received: Buffer): boolean {
  return received.length === expected.length && timingSafeEqual(expected, received);
}
