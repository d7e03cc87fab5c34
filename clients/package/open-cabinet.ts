import { open } from 'node:fs/promises';

import { BadPackage } from './bad-package';
import { type ByteSource, fileSource } from './byte-source';
import { readDirectory, shown } from './cabinet/directory';
import { type Budget, collect, extract, type Sink } from './cabinet/extract';
import type { CabinetMember } from './cabinet/layout';

/** An open cabinet: what is in it, and its members by name, whose case does not matter. Its methods throw BadPackage. */
export interface OpenCabinet {
  readonly names: readonly string[];
  /** The whole of a small member. */
  read(name: string, limitBytes: number): Promise<Buffer>;
  /** Members given to whoever wants them, piece by piece. */
  pour(sinks: ReadonlyMap<string, Sink>): Promise<void>;
}

async function openCabinet(source: ByteSource, budget: Budget): Promise<OpenCabinet> {
  const directory = await readDirectory(source);
  const find = (name: string): CabinetMember => {
    const wanted = name.toLowerCase();
    const found = directory.members.filter((member) => member.name.toLowerCase() === wanted);
    const [member] = found;
    if (member !== undefined && found.length === 1) return member;
    const what = member === undefined ? 'has no' : 'has more than one';
    throw new BadPackage(`its cabinet ${what} ${shown(name)}`);
  };
  const pour: OpenCabinet['pour'] = (sinks) =>
    extract(
      source,
      directory,
      new Map([...sinks].map(([name, sink]) => [find(name), sink])),
      budget,
    );
  return {
    names: directory.members.map(({ name }) => name),
    pour,
    async read(name, limitBytes) {
      const { sink, bytes } = collect(limitBytes);
      await pour(new Map([[name, sink]]));
      return bytes();
    },
  };
}

/** Opens a file as a cabinet for the time of some work. @throws BadPackage */
export async function withCabinet<T>(
  file: string,
  budget: Budget,
  work: (cabinet: OpenCabinet) => Promise<T>,
): Promise<T> {
  const handle = await open(file);
  try {
    const { size } = await handle.stat();
    return await work(await openCabinet(fileSource(handle, size), budget));
  } finally {
    await handle.close();
  }
}
