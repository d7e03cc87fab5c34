import fc from 'fast-check';

import { BadPackage } from '../../../clients/package/bad-package';
import { readDirectory } from '../../../clients/package/cabinet/directory';
import { buildCabinet, type Method, type TestMember } from './build-cabinet';
import { farRepetition, generator, programLike } from './content';
import type { BlockKind } from './lzx-encoder';
import { memorySource, readCabinet } from './read-cabinet';

const lzx = (windowBits: number, kind: BlockKind, bytes: number, translationSize = 0): Method => ({
  windowBits,
  blocks: [{ kind, bytes }],
  translationSize,
});

const content = programLike(150_001);
const members = [
  { name: 'update.mum', bytes: content.subarray(0, 40_000) },
  { name: 'empty', bytes: Buffer.alloc(0) },
  { name: 'amd64\\rest.bin', bytes: content.subarray(40_000) },
];
/** Names of members that are not what they were. */
const unequal = (
  read: { readonly [name: string]: Buffer },
  expected: readonly TestMember[] = members,
): string[] =>
  expected.filter(({ name, bytes }) => read[name]?.equals(bytes) !== true).map(({ name }) => name);

const methods: readonly { readonly what: string; readonly method: Method }[] = [
  { what: 'without compression', method: 'none' },
  { what: 'of MSZIP', method: 'mszip' },
  { what: 'of LZX, the smallest window', method: lzx(15, 'verbatim', 50_001) },
  { what: 'of LZX, aligned offsets', method: lzx(18, 'aligned', 70_000) },
  { what: 'of LZX, uncompressed blocks', method: lzx(16, 'uncompressed', 32_767) },
  { what: 'of LZX with calls', method: lzx(21, 'verbatim', 1_000_000, 130_000) },
];

test.each(methods)('a cabinet $what gives back what is in it', async ({ method }) => {
  expect(unequal(await readCabinet(buildCabinet([{ members, method }])))).toEqual([]);
});

test('a match reaches back through the largest window', async () => {
  const bytes = farRepetition();
  const cabinet = buildCabinet([
    { members: [{ name: 'a', bytes }], method: lzx(21, 'aligned', 4e6) },
  ]);
  expect(cabinet.length).toBeLessThan(60_000);
  expect(unequal(await readCabinet(cabinet), [{ name: 'a', bytes }])).toEqual([]);
});

test('several folders, each compressed in its own way, are one cabinet', async () => {
  const folders = methods.map(({ method }, index) => ({
    method,
    members: [{ name: String(index), bytes: programLike(40_000 + index, index + 2) }],
  }));
  const expected = folders.flatMap((folder) => folder.members);
  expect(unequal(await readCabinet(buildCabinet(folders)), expected)).toEqual([]);
});

test('what signing reserves in header, folders and blocks is passed over', async () => {
  const signed = buildCabinet([{ members, method: 'mszip' }], { reserved: [20, 3, 7] });
  const signature = Buffer.alloc(500, 0x30);
  expect(unequal(await readCabinet(Buffer.concat([signed, signature])))).toEqual([]);
});

test('LZX of any window, of blocks of any kind and length, gives back what was compressed', async () => {
  const block = fc.record({
    kind: fc.constantFrom<BlockKind[]>('verbatim', 'aligned', 'uncompressed'),
    bytes: fc.oneof(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 70_000 })),
  });
  const anyLzx = fc.record({
    windowBits: fc.integer({ min: 15, max: 21 }),
    blocks: fc.array(block, { minLength: 3, maxLength: 6 }).map((blocks) => [
      ...blocks,
      // Else a content of thousands of tiny blocks takes the encoder for ever.
      { kind: 'verbatim' as const, bytes: 30_000 },
    ]),
    translationSize: fc.constantFrom(0, 1, 50_000, 12_000_000),
  });
  await fc.assert(
    fc.asyncProperty(
      anyLzx,
      fc.integer({ min: 1, max: 75_000 }),
      fc.integer(),
      async (method, size, seed) => {
        const bytes = programLike(size, seed);
        const read = await readCabinet(buildCabinet([{ members: [{ name: 'a', bytes }], method }]));
        expect(read['a']?.equals(bytes)).toBe(true);
      },
    ),
    { numRuns: 30 },
  );
});

/** What the reader says; anything but its own error fails the test. */
async function problemOf(cabinet: Buffer, budgetBytes?: number): Promise<string | null> {
  try {
    await readCabinet(cabinet, budgetBytes);
    return null;
  } catch (error) {
    if (error instanceof BadPackage) return error.message;
    throw error;
  }
}

describe('a damaged cabinet', () => {
  const small = programLike(50_000, 7);
  const made = new Map<Method, Buffer>();
  const cabinetOf = (method: Method, withChecksums = true): Buffer => {
    const folders = [{ members: [{ name: 'a', bytes: small }], method }];
    if (!withChecksums) return buildCabinet(folders, { withChecksums });
    const cabinet = made.get(method) ?? buildCabinet(folders);
    made.set(method, cabinet);
    return cabinet;
  };

  test.each(methods)('$what, cut anywhere, is refused as cut', async ({ method }) => {
    const cabinet = cabinetOf(method);
    const next = generator(3);
    const cuts = [0, 1, 35, 36, 40, 60, cabinet.length - 1];
    for (let index = 0; index < 20; index += 1) cuts.push(next() % cabinet.length);
    for (const cut of cuts) {
      // oxlint-disable-next-line no-await-in-loop -- the first that is not refused is told
      expect([cut, await problemOf(cabinet.subarray(0, cut))]).toEqual([
        cut,
        expect.stringMatching(cut < 36 ? /no cabinet/ : /cut short/),
      ]);
    }
  });

  test.each(methods)('$what, cut, with a header that hides it, is refused', async ({ method }) => {
    const cabinet = cabinetOf(method);
    for (const share of [0.3, 0.6, 0.9, 0.999]) {
      const cut = Buffer.from(cabinet.subarray(0, Math.floor(cabinet.length * share)));
      cut.writeUInt32LE(cut.length, 8);
      // oxlint-disable-next-line no-await-in-loop
      expect(await problemOf(cut)).toMatch(/cut short|damaged/);
    }
  });

  test.each(methods)('$what, one bit of its data changed, fails a checksum', async ({ method }) => {
    const cabinet = cabinetOf(method);
    const next = generator(11);
    for (let index = 0; index < 15; index += 1) {
      const changed = Buffer.from(cabinet);
      const at = 70 + (next() % (cabinet.length - 70));
      changed[at] = (changed[at] ?? 0) ^ (1 << (next() % 8));
      // oxlint-disable-next-line no-await-in-loop
      expect([at, await problemOf(changed)]).toEqual([
        at,
        expect.stringMatching(/damaged|cut short|volume/),
      ]);
    }
  });

  test('without checksums and with any bytes changed never hangs and fails in no other way', async () => {
    const cabinets = methods.map(({ method }) => cabinetOf(method, false));
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...cabinets),
        fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 8 }),
        async (cabinet, changes) => {
          const changed = Buffer.from(cabinet);
          for (const [place, value] of changes) changed[place % changed.length] = value;
          await expect(problemOf(changed)).resolves.not.toBe('');
        },
      ),
      { numRuns: 150 },
    );
  });

  test('of random bytes behind a right header never hangs and fails in no other way', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 32, maxLength: 3000 }), async (noise) => {
        const header = cabinetOf('mszip').subarray(0, 36);
        const cabinet = Buffer.concat([header, noise]);
        cabinet.writeUInt32LE(cabinet.length, 8);
        await expect(problemOf(cabinet)).resolves.not.toBe('');
      }),
      { numRuns: 150 },
    );
  });
});

describe('a cabinet that is refused', () => {
  const one = [{ members: [{ name: 'a', bytes: Buffer.from('content') }] }];

  test.each([
    { what: 'Quantum', cabinet: buildCabinet(one, { compression: 0x1472 }), says: /Quantum/ },
    { what: 'an unknown method', cabinet: buildCabinet(one, { compression: 5 }), says: /number 5/ },
    {
      what: 'LZX of 22 bits',
      cabinet: buildCabinet(one, { compression: 0x1603 }),
      says: /22 bits/,
    },
    { what: 'a second volume', cabinet: buildCabinet(one, { flags: 1 }), says: /one volume/ },
    { what: 'a first volume', cabinet: buildCabinet(one, { flags: 2 }), says: /one volume/ },
    { what: 'another file', cabinet: Buffer.alloc(100, 'x'), says: /no cabinet/ },
  ])('is $what, and is told so', async ({ cabinet, says }) => {
    expect(await problemOf(cabinet)).toMatch(says);
  });

  test('unpacks to more than it may', async () => {
    const bytes = Buffer.alloc(400_000);
    const cabinet = buildCabinet([{ members: [{ name: 'a', bytes }], method: 'mszip' }]);
    expect(cabinet.length).toBeLessThan(2000);
    expect(await problemOf(cabinet, 1_000_000)).toBeNull();
    expect(await problemOf(cabinet, 300_000)).toMatch(/too large/);
  });

  test('reads the same bytes again and again', async () => {
    const folders = Array.from({ length: 200 }, (_, index) => ({
      members: [
        { name: String(index), bytes: index === 0 ? Buffer.alloc(32_768) : Buffer.alloc(0) },
      ],
    }));
    const cabinet = buildCabinet(folders);
    const first = cabinet.subarray(36, 42);
    for (let index = 1; index < 200; index += 1) first.copy(cabinet, 36 + index * 8);
    expect(await problemOf(cabinet)).toMatch(/lie over each other/);
  });

  test('has a file that reaches over its folder', async () => {
    const cabinet = buildCabinet(one);
    cabinet.writeUInt32LE(0xffff_fff0, 36 + 8);
    expect(await problemOf(cabinet)).toMatch(/"a" reaches over/);
  });
});

test('names are read as they are written, UTF-8 or not', async () => {
  const cabinet = buildCabinet([{ members: [{ name: 'ü.txt', bytes: Buffer.from('x') }] }]);
  const { members: read } = await readDirectory(memorySource(cabinet));
  expect(read.map(({ name }) => name)).toEqual(['ü.txt']);
});
