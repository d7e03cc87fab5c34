import { createHash } from 'node:crypto';
import { deflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { BadCabinet, createCabinet, createHotfixPackage, readCabinet } from '../../../lab/cabinet';
import { blockChecksum } from '../../../lab/cabinet/layout';

const sample = createCabinet([
  { name: 'a.txt', bytes: Buffer.from('alpha') },
  { name: 'b\\c.bin', bytes: Buffer.alloc(70_000, 7) },
]);

test('files come out of a cabinet as they went in', () => {
  const file = fc.record({
    name: fc.stringMatching(/^[a-z0-9]{1,12}$/),
    bytes: fc.uint8Array({ maxLength: 80_000 }).map((bytes) => Buffer.from(bytes)),
  });
  fc.assert(
    fc.property(fc.array(file, { maxLength: 5 }), (files) => {
      const back = readCabinet(createCabinet(files));
      expect(back.map(({ name }) => name)).toEqual(files.map(({ name }) => name));
      back.forEach(({ bytes }, index) => expect(bytes.equals(files[index]!.bytes)).toBe(true));
    }),
    { numRuns: 40 },
  );
});

test('a cabinet that is cut anywhere is refused, never misread', () => {
  for (let length = 0; length < sample.length; length += 97) {
    expect(() => readCabinet(sample.subarray(0, length))).toThrow(BadCabinet);
  }
});

test('a flipped bit in a data block fails its checksum', () => {
  const bad = Buffer.from(sample);
  bad[bad.length - 5]! ^= 1;
  expect(() => readCabinet(bad)).toThrow('block 2 fails its checksum');
});

test('flipping any one byte never does anything but give files or refuse', () => {
  fc.assert(
    fc.property(fc.nat(sample.length - 1), fc.integer({ min: 1, max: 255 }), (at, mask) => {
      const bad = Buffer.from(sample);
      bad[at]! ^= mask;
      try {
        readCabinet(bad);
      } catch (error) {
        expect(error).toBeInstanceOf(BadCabinet);
      }
    }),
    { numRuns: 500 },
  );
});

/** Two MSZIP blocks, the second of which refers to the first, assembled by the format's description. */
function mszip(): Buffer {
  const first = Buffer.alloc(32_768, 'abcdefghij');
  const second = Buffer.from('abcdefghij'.repeat(30));
  const stored = [
    Buffer.concat([Buffer.from('CK'), deflateRawSync(first)]),
    Buffer.concat([Buffer.from('CK'), deflateRawSync(second, { dictionary: first })]),
  ];
  const plain = [first.length, second.length];
  const name = Buffer.from('z.txt\0');
  const head = Buffer.alloc(36 + 8 + 16);
  head.write('MSCF', 0, 'latin1');
  head.writeUInt32LE(44, 16);
  head.writeUInt8(3, 24);
  head.writeUInt8(1, 25);
  head.writeUInt16LE(1, 26);
  head.writeUInt16LE(1, 28);
  head.writeUInt32LE(60 + name.length, 36);
  head.writeUInt16LE(2, 40);
  head.writeUInt16LE(1, 42);
  head.writeUInt32LE(first.length + second.length, 44);
  const blocks = stored.map((bytes, index) => {
    const block = Buffer.alloc(8);
    block.writeUInt32LE(blockChecksum(bytes, plain[index]!), 0);
    block.writeUInt16LE(bytes.length, 4);
    block.writeUInt16LE(plain[index]!, 6);
    return Buffer.concat([block, bytes]);
  });
  return Buffer.concat([head, name, ...blocks]);
}

test('MSZIP blocks are inflated with the block before them as dictionary', () => {
  const [file] = readCabinet(mszip());
  expect(file?.name).toBe('z.txt');
  expect(file?.bytes.length).toBe(32_768 + 300);
  expect(file?.bytes.subarray(-10).toString()).toBe('abcdefghij');
});

test('a hotfix package holds what a .msu holds, and is the same whenever it is made', () => {
  const digest = () =>
    createHash('sha256')
      .update(createHotfixPackage({ kb: 'KB3004383' }))
      .digest('hex');
  expect(digest()).toBe(digest());
  const names = readCabinet(createHotfixPackage({ kb: 'KB3004383' })).map(({ name }) => name);
  expect(names).toEqual([
    'WSUSSCAN.cab',
    'Windows6.1-KB3004383-x64.cab',
    'Windows6.1-KB3004383-x64.xml',
    'Windows6.1-KB3004383-x64-pkgProperties.txt',
  ]);
});

test('the checksum is the one that the format prescribes', () => {
  // Worked by hand: 01020304 little-endian, then the odd bytes AA BB as AABB.
  expect(blockChecksum(Buffer.from([4, 3, 2, 1, 0xaa, 0xbb]), 6)).toBe(
    (0x01020304 ^ 0xaabb ^ 0x00060006) >>> 0,
  );
});

/** The same cabinet of one block with the areas that signers reserve: in its header, in each folder and in each block. */
function withReserves(plain: Buffer): Buffer {
  const [inHeader, inFolder, inBlock] = [20, 4, 6];
  const firstFile = plain.readUInt32LE(16);
  const firstData = plain.readUInt32LE(36);
  const header = Buffer.from(plain.subarray(0, 36));
  const folder = Buffer.from(plain.subarray(36, 44));
  const sizes = Buffer.from([inHeader, 0, inFolder, inBlock]);
  const shift = sizes.length + inHeader + inFolder;
  header.writeUInt32LE(firstFile + shift, 16);
  header.writeUInt16LE(4, 30);
  folder.writeUInt32LE(firstData + shift, 0);
  const parts = [
    header,
    sizes,
    Buffer.alloc(inHeader, 1),
    folder,
    Buffer.alloc(inFolder, 2),
    plain.subarray(firstFile, firstData),
    plain.subarray(firstData, firstData + 8),
    Buffer.alloc(inBlock, 3),
    plain.subarray(firstData + 8),
  ];
  const all = Buffer.concat(parts);
  all.writeUInt32LE(all.length, 8);
  return all;
}

test('areas that are reserved for signatures are passed over', () => {
  const plain = createCabinet([
    { name: 'a.txt', bytes: Buffer.from('alpha') },
    { name: 'b.txt', bytes: Buffer.from('beta') },
  ]);
  const files = readCabinet(withReserves(plain));
  expect(files.map(({ name, bytes }) => [name, bytes.toString()])).toEqual([
    ['a.txt', 'alpha'],
    ['b.txt', 'beta'],
  ]);
});
