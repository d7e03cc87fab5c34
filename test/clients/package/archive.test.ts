import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';

import fc from 'fast-check';

import { isArchive, unpackArchive } from '../../../clients/package/archive';
import { BadPackage } from '../../../clients/package/bad-package';
import { judgePython, judgeTest } from '../../judges/judge';
import { freshFolder } from '../../store/folder';
import { buildArchive, stub } from './build-archive';
import { msu } from './build-package';

const folder = freshFolder();
const packageName = 'Windows6.1-KB3004383-x64.msu';
const inner = msu({}, 'mszip');
const one = [{ name: packageName, bytes: inner }];

let count = 0;
/** What is unpacked, into a folder of its own. */
async function unpack(archive: Buffer): Promise<{ readonly path: string; readonly all: string[] }> {
  const file = join(folder(), '478887_intl_x64_zip.exe');
  const target = join(folder(), String((count += 1)));
  writeFileSync(file, archive);
  mkdirSync(target);
  const path = await unpackArchive(file, target);
  return { path, all: readdirSync(target) };
}

async function refusal(archive: Buffer): Promise<BadPackage> {
  const error: unknown = await unpack(archive).catch((reason: unknown) => reason);
  if (error instanceof BadPackage) return error;
  throw new Error('expected a refusal', { cause: error });
}

test.each([
  { what: 'that does not know of the program before it', options: {} },
  { what: 'that does', options: { isAdjusted: true } },
  { what: 'without compression', options: { level: 0 } },
  { what: 'without a program', options: { stub: Buffer.alloc(0) } },
])('a package comes out of an archive $what', async ({ options }) => {
  const { path, all } = await unpack(await buildArchive(one, options));
  expect(basename(path)).toBe(packageName);
  expect(readFileSync(path).equals(inner)).toBe(true);
  expect(all).toEqual([packageName]);
});

test('a signature behind the archive does not matter, nor do other files and folders in it', async () => {
  const members = [
    { name: 'readme.txt', bytes: Buffer.from('read me') },
    { name: `fixes/${packageName}`, bytes: inner },
  ];
  const archive = Buffer.concat([await buildArchive(members), Buffer.alloc(6000, 0x30)]);
  const { path, all } = await unpack(archive);
  expect([basename(path), all]).toEqual([packageName, [packageName]]);
});

const hasPython = spawnSync(judgePython, ['--version']).error === undefined;
judgeTest(
  'a package comes out of an archive that Python wrote behind a program',
  hasPython,
  async () => {
    const msuFile = join(folder(), packageName);
    const file = join(folder(), 'made.exe');
    writeFileSync(msuFile, inner);
    writeFileSync(file, stub);
    const code =
      'import sys, zipfile\n' +
      'with zipfile.ZipFile(sys.argv[1], "a", zipfile.ZIP_DEFLATED) as z: z.write(sys.argv[2], sys.argv[3])';
    execFileSync(judgePython, ['-c', code, file, msuFile, packageName]);
    const target = join(folder(), 'out');
    mkdirSync(target);
    expect(readFileSync(await unpackArchive(file, target)).equals(inner)).toBe(true);
  },
);

test.each([
  {
    what: 'a program without an archive',
    archive: () => Promise.resolve(stub),
    says: /no self-ext/,
  },
  {
    what: 'an archive without a package',
    archive: () => buildArchive([{ name: 'readme.txt', bytes: Buffer.from('x') }]),
    says: /no \.msu and no \.cab/,
  },
  {
    what: 'an archive with two packages',
    archive: () => buildArchive([...one, { name: 'other.CAB', bytes: inner }]),
    says: /more than one: "Windows6.1-KB3004383-x64.msu", "other.CAB"/,
  },
  {
    what: 'a package whose name could not stand in a command line',
    archive: () => buildArchive([{ name: 'a & b.msu', bytes: inner }]),
    says: /has the name "a & b\.msu"/,
  },
  {
    what: 'a package that would go elsewhere',
    archive: () => buildArchive([{ name: '..\\..\\evil.msu', bytes: inner }]),
    says: /cannot|no self-extracting/,
  },
  {
    what: 'an encrypted package',
    archive: () => buildArchive(one, { password: 'secret' }),
    says: /Windows6.1-KB3004383-x64.msu in it is encrypted/,
  },
])('$what is refused', async ({ archive, says }) => {
  const { message, advice } = await refusal(await archive());
  expect(message).toMatch(says);
  expect(message + advice).not.toContain('secret');
});

test('a package that was changed inside its archive is refused', async () => {
  const archive = await buildArchive(one, { level: 0 });
  const at = archive.indexOf('MSCF') + 100;
  archive[at] = (archive[at] ?? 0) ^ 1;
  expect((await refusal(archive)).message).toMatch(/CRC|signature/i);
});

test('an archive cut or changed anywhere is unpacked or refused, never anything else', async () => {
  const whole = await buildArchive(one);
  await fc.assert(
    fc.asyncProperty(fc.nat(whole.length), fc.nat(255), fc.boolean(), async (at, value, isCut) => {
      const changed = Buffer.from(isCut ? whole.subarray(0, at) : whole);
      if (!isCut && at < changed.length) changed[at] = value;
      const error: unknown = await unpack(changed).then(
        () => null,
        (reason: unknown) => reason,
      );
      expect(error === null ? null : (error as Error).name).toBe(
        error === null ? null : 'BadPackage',
      );
    }),
    { numRuns: 100 },
  );
});

test.each([
  { first: 'MZ', is: true },
  { first: 'PK', is: true },
  { first: 'MSCF', is: false },
  { first: '', is: false },
])('a file that begins with "$first" may be one: $is', async ({ first, is }) => {
  const file = join(folder(), 'file');
  writeFileSync(file, first);
  await expect(isArchive(file)).resolves.toBe(is);
});
