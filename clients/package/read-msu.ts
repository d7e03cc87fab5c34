import { type FileHandle, mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { BadPackage } from './bad-package';
import { shown } from './cabinet/directory';
import { type Budget, collect, type Sink } from './cabinet/extract';
import { type OpenCabinet, withCabinet } from './open-cabinet';
import { eachElement, textOf } from './read-description';
import { readUpdateManifest, type UpdateManifest } from './update-manifest';

/** It becomes part of a command line on the hosts. */
const plainName = /^[A-Za-z0-9][A-Za-z0-9._-]{0,199}$/;
const maxCabinets = 50;
const maxAnswerFiles = 10;
const descriptionBytes = 1024 * 1024;

export interface DescribedCabinet {
  readonly name: string;
  readonly manifest: UpdateManifest;
}

/** What a .msu says: its cabinets in the order in which they are installed, and its number. */
interface Msu {
  readonly cabinets: readonly DescribedCabinet[];
  readonly kb: string | null;
}

/** @throws BadPackage */
export async function readMsu(outer: OpenCabinet, budget: Budget): Promise<Msu> {
  const named = (pattern: RegExp): readonly string[] =>
    outer.names.filter((name) => pattern.test(name) && !/[\\/]/.test(name));
  // WSUSSCAN.cab is for Windows Update: what it knows of applicability, servicing knows too.
  const inside = named(/\.cab$/i).filter((name) => name.toLowerCase() !== 'wsusscan.cab');
  if (inside.length === 0 || inside.length > maxCabinets) throw notAPackage(inside.length);
  const answerFiles = named(/\.xml$/i);
  if (answerFiles.length > maxAnswerFiles) throw new BadPackage('it holds too many .xml files');
  const [properties] = named(/pkgproperties\.txt$/i);
  const folder = await mkdtemp(join(tmpdir(), 'rollout-package-'));
  try {
    const descriptions = [...answerFiles, ...(properties === undefined ? [] : [properties])];
    const texts = await unpack(outer, { descriptions, inside, folder });
    const sources = answerFiles.flatMap((name) => sourcesOf(texts.get(name)));
    const cabinets: DescribedCabinet[] = [];
    for (const name of inOrder(inside, sources)) {
      const file = join(folder, String(inside.indexOf(name)));
      // oxlint-disable-next-line no-await-in-loop -- one after the other, so that memory stays small
      const manifest = await withCabinet(file, budget, readUpdateManifest);
      cabinets.push({ name, manifest });
    }
    return { cabinets, kb: kbOf(texts.get(properties ?? '')) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function notAPackage(cabinets: number): BadPackage {
  if (cabinets > 0)
    return new BadPackage(`it holds ${cabinets} packages, more than ${maxCabinets}`);
  return new BadPackage(
    'it is a cabinet, but no package: it holds neither update.mum nor another cabinet',
    'name the .msu or .cab file, or the self-extracting .exe, that Microsoft supplied',
  );
}

/** One pass over everything: descriptions into memory, cabinets into files that are named by their number. */
async function unpack(
  outer: OpenCabinet,
  wanted: {
    readonly descriptions: readonly string[];
    readonly inside: readonly string[];
    readonly folder: string;
  },
): Promise<ReadonlyMap<string, Buffer>> {
  const texts = wanted.descriptions.map((name) => ({ name, ...collect(descriptionBytes) }));
  const files: FileHandle[] = [];
  try {
    const sinks = new Map<string, Sink>(texts.map(({ name, sink }) => [name, sink]));
    for (const [index, name] of wanted.inside.entries()) {
      // oxlint-disable-next-line no-await-in-loop -- a few at most
      const file = await open(join(wanted.folder, String(index)), 'wx', 0o600);
      files.push(file);
      sinks.set(name, (bytes) => file.appendFile(bytes));
    }
    await outer.pour(sinks);
  } finally {
    await Promise.all(files.map((file) => file.close()));
  }
  return new Map(texts.map(({ name, bytes }) => [name, bytes()]));
}

/** Each `<source location="%configsetroot%\name.cab"/>` of the answer file, by its last part. */
function sourcesOf(bytes: Buffer = Buffer.alloc(0)): readonly string[] {
  const sources: string[] = [];
  eachElement(bytes, 'answer file', ({ name, attributes, parents }) => {
    if (name !== 'source' || parents.at(-1) !== 'package') return;
    sources.push((attributes['location'] ?? '').split(/[\\/]/).at(-1) ?? '');
  });
  return sources;
}

/** In the order of the answer file; without one, a single cabinet needs none. */
function inOrder(inside: readonly string[], sources: readonly string[]): readonly string[] {
  const names = sources.length === 0 && inside.length === 1 ? inside : sources;
  if (names.length === 0) throw new BadPackage('it does not say in which order its cabinets go');
  const found = names.map((source) => {
    const name = inside.find((one) => one.toLowerCase() === source.toLowerCase());
    if (name === undefined) throw new BadPackage(`it names ${shown(source)}, but does not hold it`);
    if (!plainName.test(name)) {
      const advice = 'use the package as Microsoft supplied it';
      throw new BadPackage(`a cabinet in it has the name ${shown(name)}`, advice);
    }
    return name;
  });
  return [...new Set(found)];
}

/** `KB Article Number="3004383"` among lines of `name="value"`; null when it is not there. */
function kbOf(bytes: Buffer = Buffer.alloc(0)): string | null {
  const digits = /^\s*KB Article Number\s*=\s*"(?:KB)?(\d{5,9})"/im.exec(textOf(bytes))?.[1];
  return digits === undefined ? null : `KB${digits}`;
}
