import { BadPackage } from '../bad-package';
import type { Decoder } from './layout';
import { LzxDecoder } from './lzx/decoder';
import { createMsZipDecoder } from './mszip';

/** [MS-CAB] 2.2, typeCompress. Quantum (2) was given up before packages came in cabinets. */
export function createDecoder(compression: number): Decoder {
  const method = compression & 0x0f;
  if (method === 0) return { decode: unchanged };
  if (method === 1) return createMsZipDecoder();
  const windowBits = (compression >> 8) & 0x1f;
  if (method === 3 && windowBits >= 15 && windowBits <= 21) return new LzxDecoder(windowBits);
  const name =
    method === 2 ? 'Quantum' : method === 3 ? `LZX of ${windowBits} bits` : `number ${method}`;
  throw new BadPackage(
    `its cabinet is compressed in a way that cannot be read (${name})`,
    'use the package as Microsoft supplied it: those have no compression, MSZIP or LZX',
  );
}

function unchanged(stored: Buffer, plainBytes: number): Buffer {
  if (stored.length === plainBytes) return stored;
  throw new BadPackage('its cabinet is damaged: a block has another size than it says');
}
