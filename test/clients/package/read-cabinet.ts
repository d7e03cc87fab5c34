import { BadPackage } from '../../../clients/package/bad-package';
import type { ByteSource } from '../../../clients/package/byte-source';
import { readDirectory } from '../../../clients/package/cabinet/directory';
import { collect, extract } from '../../../clients/package/cabinet/extract';

/** As the one for files, over bytes at hand. */
export const memorySource = (bytes: Buffer): ByteSource => ({
  size: bytes.length,
  read: (at, length) =>
    at + length > bytes.length
      ? Promise.reject(new BadPackage('it is cut short'))
      : Promise.resolve(bytes.subarray(at, at + length)),
});

/** Every member of a cabinet. */
export async function readCabinet(
  cabinet: Buffer,
  budgetBytes = 1e9,
): Promise<{ readonly [name: string]: Buffer }> {
  const source = memorySource(cabinet);
  const directory = await readDirectory(source);
  const collected = directory.members.map((member) => ({ member, ...collect(1e9) }));
  const wanted = new Map(collected.map(({ member, sink }) => [member, sink]));
  await extract(source, directory, wanted, { bytes: budgetBytes });
  return Object.fromEntries(collected.map(({ member, bytes }) => [member.name, bytes()]));
}
