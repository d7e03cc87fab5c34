import { open } from 'node:fs/promises';
import { join } from 'node:path';

import { type FileEntry, Reader, ZipReader } from '@zip.js/zip.js';

import { BadPackage } from './bad-package';
import { type ByteSource, fileSource } from './byte-source';
import { shown } from './cabinet/directory';

/** The largest package for these systems has some 700 MB. */
const packageBytes = 4 * 1024 ** 3;
/** Asked for at once: only a list of files that no honest archive has is longer. */
const readBytes = 64 * 1024 ** 2;

/** Whether it is a program or a zip archive, by its first bytes. */
export async function isArchive(file: string): Promise<boolean> {
  const handle = await open(file);
  try {
    const first = Buffer.alloc(2);
    await handle.read(first, 0, 2, 0);
    return ['MZ', 'PK'].includes(first.toString('latin1'));
  } finally {
    await handle.close();
  }
}

/**
 * Takes the one package out of a self-extracting archive, a program with a zip archive behind it. Only that archive is
 * read; the program never runs, here or on a host.
 *
 * @returns path of the package in the folder
 * @throws BadPackage
 */
export async function unpackArchive(file: string, folder: string): Promise<string> {
  const handle = await open(file);
  try {
    const { size } = await handle.stat();
    const zip = new ZipReader(new SourceReader(fileSource(handle, size)), {
      useWebWorkers: false,
      checkCrc32: true,
    });
    return await unpackPackage(await zip.getEntries(), folder);
  } catch (error) {
    throw isOfTheFile(error) ? notUnpacked(error) : error;
  } finally {
    await handle.close();
  }
}

class SourceReader extends Reader<ByteSource> {
  readonly #source: ByteSource;

  constructor(source: ByteSource) {
    super(source);
    this.#source = source;
    this.size = source.size;
  }

  override async readUint8Array(at: number, length: number): Promise<Uint8Array> {
    if (length > readBytes) throw new BadPackage('its archive is damaged: its list is too long');
    return this.#source.read(at, Math.max(0, Math.min(length, this.#source.size - at)));
  }
}

async function unpackPackage(
  entries: readonly ({ readonly directory: true } | FileEntry)[],
  folder: string,
): Promise<string> {
  const entry = onlyPackage(entries.filter((one) => !one.directory));
  const name = entry.filename.split(/[\\/]/).at(-1) ?? '';
  if (entry.encrypted) {
    throw new BadPackage(
      `the ${name} in it is encrypted`,
      'unpack it with the password that came with it, and name the .msu or .cab in the plan',
    );
  }
  const path = join(folder, name);
  const file = await open(path, 'wx', 0o600);
  try {
    let size = 0;
    const target = new WritableStream<Uint8Array>({
      async write(bytes) {
        size += bytes.length;
        if (size > packageBytes) throw new BadPackage(`the ${name} in it is too large`);
        await file.appendFile(bytes);
      },
    });
    await entry.getData(target);
    return path;
  } finally {
    await file.close();
  }
}

function onlyPackage(files: readonly FileEntry[]): FileEntry {
  const packages = files.filter(({ filename }) => /\.(msu|cab)$/i.test(filename));
  const [found] = packages;
  const advice = 'unpack it yourself, and name the .msu or .cab file in the plan';
  if (found === undefined || packages.length > 1) {
    const names = packages.slice(0, 5).map(({ filename }) => shown(filename));
    const what = found === undefined ? 'no .msu and no .cab' : `more than one: ${names.join(', ')}`;
    throw new BadPackage(
      `a self-extracting archive with one package is wanted, it holds ${what}`,
      advice,
    );
  }
  // It becomes part of paths here and of command lines on the hosts.
  if (/(^|[\\/])[A-Za-z0-9][A-Za-z0-9._-]{0,199}$/.test(found.filename)) return found;
  throw new BadPackage(`the package in it has the name ${shown(found.filename)}`, advice);
}

/** Errors of the system have a code, and are not the file's fault. */
const isOfTheFile = (error: unknown): error is Error =>
  error instanceof Error && !(error instanceof BadPackage) && !('syscall' in error);

const notUnpacked = (error: Error): BadPackage =>
  new BadPackage(
    `it is no self-extracting archive that can be read (${error.message})`,
    'name the .msu or .cab file, or the self-extracting .exe as Microsoft supplied it',
  );
