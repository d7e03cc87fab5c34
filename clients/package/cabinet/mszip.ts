import { inflateRawSync } from 'node:zlib';

import { BadPackage } from '../bad-package';
import { type Decoder, frameBytes } from './layout';

/** [MS-MCI] 2.1: 'CK' and a deflate stream for each block, which may refer to the 32 KiB before it. */
export function createMsZipDecoder(): Decoder {
  let history = Buffer.alloc(0);
  return {
    decode(stored, plainBytes) {
      if (stored.toString('latin1', 0, 2) !== 'CK') throw damaged('a block does not begin with CK');
      const plain = inflate(stored.subarray(2), history);
      if (plain.length !== plainBytes) throw damaged('a block has another size than it says');
      history = Buffer.concat([history, plain]).subarray(-frameBytes);
      return plain;
    },
  };
}

function inflate(bytes: Buffer, history: Buffer): Buffer {
  try {
    return inflateRawSync(bytes, {
      maxOutputLength: frameBytes,
      ...(history.length > 0 && { dictionary: history }),
    });
  } catch {
    throw damaged('a block cannot be unpacked');
  }
}

const damaged = (what: string): BadPackage =>
  new BadPackage(`its cabinet is damaged: ${what} (MSZIP)`);
