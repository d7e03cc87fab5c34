import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { readPackageContents } from '../../clients/package/package-contents';
import { buildCabinet, type Method } from '../clients/package/build-cabinet';
import { answerFile, packageCab, properties, updateMum } from '../clients/package/build-package';
import { farRepetition, programLike } from '../clients/package/content';
import type { LzxOptions } from '../clients/package/lzx-encoder';
import { readCabinet } from '../clients/package/read-cabinet';
import { freshFolder } from '../store/folder';
import { judgeTest } from './judge';

const hasGcab = spawnSync('gcab', ['--version']).error === undefined;
const hasCabextract = spawnSync('cabextract', ['--version']).error === undefined;

const folder = freshFolder();

function write(name: string, bytes: Buffer): string {
  const file = join(folder(), name);
  writeFileSync(file, bytes);
  return file;
}

/** A cabinet made by gcab, in which each file has its last name. */
function gcab(name: string, isCompressed: boolean, files: readonly string[]): string {
  const cabinet = join(folder(), name);
  execFileSync('gcab', ['-c', '-n', ...(isCompressed ? ['-z'] : []), cabinet, ...files]);
  return cabinet;
}

describe.each([{ isCompressed: false }, { isCompressed: true }])(
  'gcab, with compression: $isCompressed',
  ({ isCompressed }) => {
    judgeTest('makes cabinets that are read as they are', hasGcab, async () => {
      const members = [
        { name: 'a.bin', bytes: programLike(100_000) },
        { name: 'b.bin', bytes: Buffer.alloc(40_000, 'b') },
      ];
      const files = members.map(({ name, bytes }) => write(name, bytes));
      const read = await readCabinet(readFileSync(gcab('x.cab', isCompressed, files)));
      expect(members.map(({ name, bytes }) => read[name]?.equals(bytes))).toEqual([true, true]);
    });

    judgeTest('makes a .msu whose cabinets are told in their order', hasGcab, async () => {
      const cabs = ['KB3004383', 'KB3177467'].map((kb) => {
        const mum = write('update.mum', updateMum({ kb }));
        return gcab(`${kb}.cab`, isCompressed, [mum, write('part.manifest', programLike(30_000))]);
      });
      const file = gcab('fix.msu', isCompressed, [
        write('WSUSSCAN.cab', Buffer.from('not read')),
        ...cabs,
        write('fix.xml', answerFile(['KB3177467.cab', 'KB3004383.cab'])),
        write('fix-pkgProperties.txt', properties('3004383')),
      ]);
      expect(await readPackageContents(file)).toMatchObject({
        kb: 'KB3004383',
        architecture: 'x64',
        cabinets: [{ name: 'KB3177467.cab' }, { name: 'KB3004383.cab' }],
      });
    });
  },
);

/** What our tests call LZX is what cabextract calls LZX; our reader is held against the same cabinets in its own tests. */
describe('cabextract', () => {
  const mixed: LzxOptions['blocks'] = [
    { kind: 'uncompressed', bytes: 32_767 },
    { kind: 'verbatim', bytes: 777 },
    { kind: 'uncompressed', bytes: 1 },
    { kind: 'aligned', bytes: 40_001 },
  ];
  const cases: readonly { what: string; method: Method; bytes: () => Buffer }[] = [
    { what: 'MSZIP', method: 'mszip', bytes: () => programLike(150_001) },
    ...[15, 18, 21].map((windowBits) => ({
      what: `LZX of ${windowBits} bits`,
      method: { windowBits, blocks: [{ kind: 'verbatim' as const, bytes: 50_001 }] },
      bytes: () => programLike(150_001),
    })),
    {
      what: 'LZX of mixed blocks with calls',
      method: { windowBits: 17, blocks: mixed, translationSize: 120_000 },
      bytes: () => programLike(150_001),
    },
    {
      what: 'LZX that reaches far back',
      method: { windowBits: 21, blocks: [{ kind: 'aligned', bytes: 4_000_000 }] },
      bytes: farRepetition,
    },
  ];
  for (const { what, method, bytes: make } of cases) {
    judgeTest(`and our reader take ${what} for the same`, hasCabextract, async () => {
      const bytes = make();
      const cabinet = buildCabinet([{ members: [{ name: 'a.bin', bytes }], method }]);
      execFileSync('cabextract', ['-q', '-d', folder(), write('x.cab', cabinet)]);
      expect(readFileSync(join(folder(), 'a.bin')).equals(bytes)).toBe(true);
      expect((await readCabinet(cabinet))['a.bin']?.equals(bytes)).toBe(true);
    });
  }

  judgeTest('takes what is reserved for signatures as our reader does', hasCabextract, async () => {
    const bytes = programLike(50_000);
    const folders = [{ members: [{ name: 'a.bin', bytes }], method: 'mszip' as const }];
    const cabinet = buildCabinet(folders, { reserved: [20, 4, 0] });
    execFileSync('cabextract', ['-q', '-d', folder(), write('x.cab', cabinet)]);
    expect(readFileSync(join(folder(), 'a.bin')).equals(bytes)).toBe(true);
    expect((await readCabinet(cabinet))['a.bin']?.equals(bytes)).toBe(true);
  });

  judgeTest('unpacks a package of LZX as it is told', hasCabextract, async () => {
    const lzx = { windowBits: 21, blocks: [{ kind: 'verbatim' as const, bytes: 1e6 }] };
    const target = join(folder(), 'out');
    mkdirSync(target);
    const file = write('fix.cab', packageCab({}, lzx));
    execFileSync('cabextract', ['-q', '-d', target, file]);
    expect(readFileSync(join(target, 'update.mum')).equals(updateMum())).toBe(true);
    expect(await readPackageContents(file)).toMatchObject({ kb: 'KB3004383' });
  });
});
