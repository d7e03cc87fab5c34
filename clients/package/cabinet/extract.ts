import { BadPackage } from '../bad-package';
import type { ByteSource } from '../byte-source';
import { readBlocks } from './blocks';
import { createDecoder } from './decoder';
import { shown } from './directory';
import { type CabinetDirectory, type CabinetFolder, type CabinetMember, dataBytes } from './layout';

/** Gets the bytes of a member, piece by piece and in their order. */
export type Sink = (bytes: Buffer) => Promise<void> | void;

/** How many bytes may still be unpacked, so that a small file cannot fill memory, disk or an afternoon. */
export interface Budget {
  bytes: number;
}

/**
 * Unpacks the members that are wanted. The checksums of all other blocks are looked at too: a package that is damaged
 * anywhere is no package.
 *
 * @throws BadPackage
 */
export async function extract(
  source: ByteSource,
  directory: CabinetDirectory,
  wanted: ReadonlyMap<CabinetMember, Sink>,
  budget: Budget,
): Promise<void> {
  // Folders that lie over each other would make a small file take for ever.
  const unread: Budget = { bytes: source.size };
  for (const folder of directory.folders) {
    const here = [...wanted].filter(([member]) => member.folder === folder);
    // oxlint-disable-next-line no-await-in-loop -- one after the other, so that memory stays small
    await extractFolder(source, folder, directory.dataReserve, { here, budget, unread });
  }
}

async function extractFolder(
  source: ByteSource,
  folder: CabinetFolder,
  reserved: number,
  {
    here,
    budget,
    unread,
  }: { here: readonly (readonly [CabinetMember, Sink])[]; budget: Budget; unread: Budget },
): Promise<void> {
  const end = Math.max(0, ...here.map(([{ offset, size }]) => offset + size));
  const decoder = end === 0 ? null : createDecoder(folder.compression);
  let at = 0;
  for await (const { stored, plainBytes } of readBlocks(source, folder, reserved)) {
    spend(
      unread,
      stored.length + dataBytes,
      'its cabinet is damaged: its parts lie over each other',
    );
    if (decoder === null || at >= end) continue;
    spend(budget, plainBytes, tooLarge);
    const plain = decoder.decode(stored, plainBytes);
    for (const [{ offset, size }, sink] of here) {
      const piece = plain.subarray(Math.max(0, offset - at), Math.max(0, offset + size - at));
      if (piece.length === 0) continue;
      spend(budget, piece.length, tooLarge);
      await sink(piece);
    }
    at += plainBytes;
  }
  const missing = here.find(([{ offset, size }]) => offset + size > at);
  if (missing === undefined) return;
  throw new BadPackage(`its cabinet is damaged: ${shown(missing[0].name)} is not whole`);
}

const tooLarge = 'it is too large when unpacked';

function spend(budget: Budget, bytes: number, otherwise: string): void {
  budget.bytes -= bytes;
  if (budget.bytes < 0) throw new BadPackage(otherwise);
}

/** A sink for what is small. @throws BadPackage when it is not */
export function collect(limitBytes: number): { readonly sink: Sink; readonly bytes: () => Buffer } {
  const pieces: Buffer[] = [];
  let size = 0;
  return {
    sink: (piece) => {
      size += piece.length;
      if (size > limitBytes)
        throw new BadPackage(`a description in it has over ${limitBytes} bytes`);
      pieces.push(Buffer.from(piece));
    },
    bytes: () => Buffer.concat(pieces),
  };
}
