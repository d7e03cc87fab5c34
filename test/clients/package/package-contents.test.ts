import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import fc from 'fast-check';

import { BadPackage } from '../../../clients/package/bad-package';
import { readPackageContents } from '../../../clients/package/package-contents';
import { labPackage } from '../../../clients/lab-fleet/lab-package';
import { freshFolder } from '../../store/folder';
import { buildCabinet, type TestMember } from './build-cabinet';
import { answerFile, msu, msuMembers, packageCab, properties, updateMum } from './build-package';

const folder = freshFolder();
const fileName = 'Windows6.1-KB3004383-x64.msu';

function read(bytes: Buffer, name = fileName): ReturnType<typeof readPackageContents> {
  const file = join(folder(), name);
  writeFileSync(file, bytes);
  return readPackageContents(file);
}

async function refusal(bytes: Buffer, name?: string): Promise<BadPackage> {
  const error: unknown = await read(bytes, name).catch((reason: unknown) => reason);
  if (error instanceof BadPackage) return error;
  throw new Error('expected a refusal', { cause: error });
}

const token = '31bf3856ad364e35';
const identity = `Package_for_KB3004383~${token}~amd64~~6.1.1.0`;

const lzx21 = { windowBits: 21, blocks: [{ kind: 'verbatim' as const, bytes: 1e6 }] };

test.each([
  { what: 'without compression', bytes: msu() },
  { what: 'of LZX', bytes: msu({}, lzx21) },
])('a .msu $what tells its number, architecture and identity', async ({ bytes }) => {
  expect(await read(bytes)).toEqual({
    kb: 'KB3004383',
    architecture: 'x64',
    cabinets: [{ name: 'Windows6.1-KB3004383-x64.cab', identity }],
  });
});

test('the package of the lab is read as one', async () => {
  expect(await read(labPackage().bytes)).toMatchObject({ kb: 'KB3004383', architecture: 'x64' });
});

test('a .cab is a cabinet named like itself', async () => {
  expect(await read(packageCab({}, lzx21), 'fix.cab')).toEqual({
    kb: 'KB3004383',
    architecture: 'x64',
    cabinets: [{ name: 'fix.cab', identity }],
  });
});

test.each([
  { processor: 'amd64', architecture: 'x64' },
  { processor: 'x86', architecture: 'x86' },
  { processor: 'ia64', architecture: 'ia64' },
  { processor: 'arm64', architecture: null },
])(
  'the processor $processor is the architecture $architecture',
  async ({ processor, architecture }) => {
    expect(await read(msu({ processor }))).toMatchObject({ architecture });
  },
);

test('a language that is not neutral is part of the identity', async () => {
  const { cabinets } = await read(msu({ language: 'de-DE' }));
  expect(cabinets[0]?.identity).toBe(`Package_for_KB3004383~${token}~amd64~de-DE~6.1.1.0`);
});

test('what the manifest wants to be there first is told, the oldest servicing stack is not', async () => {
  const parent = (name: string): string =>
    `<parent integrate="separate" disposition="detect"><assemblyIdentity name="${name}"
      version="6.1.7601.17514" language="neutral" processorArchitecture="amd64" /></parent>`;
  const inside = `${parent('Microsoft-Windows-Foundation-Package')}${parent('Microsoft-Windows-Foundation-Package')}
    <installerAssembly name="Microsoft-Windows-ServicingStack" version="6.1.7601.24383" />`;
  expect((await read(msu({ inside }))).requires).toEqual([
    'Microsoft-Windows-Foundation-Package 6.1.7601.17514',
    'Microsoft-Windows-ServicingStack 6.1.7601.24383',
  ]);
});

describe('a .msu of several cabinets', () => {
  const several = (order: readonly string[]): Buffer =>
    buildCabinet([
      {
        members: [
          { name: 'a.cab', bytes: packageCab({ kb: 'KB3004383' }) },
          { name: 'b.cab', bytes: packageCab({ kb: 'KB3177467' }) },
          { name: 'c.cab', bytes: packageCab({ kb: 'KB9999999' }) },
          { name: 'x.xml', bytes: answerFile(order) },
          { name: 'x-pkgProperties.txt', bytes: properties('3004383') },
        ],
        method: 'mszip',
      },
    ]);

  test('is installed in the order of its answer file, and by that only', async () => {
    const { kb, cabinets } = await read(several(['b.cab', 'a.cab']));
    expect(kb).toBe('KB3004383');
    expect(cabinets.map(({ name }) => name)).toEqual(['b.cab', 'a.cab']);
    expect(cabinets[0]?.identity).toContain('KB3177467');
  });

  test('is refused when its answer file names what it does not hold', async () => {
    expect((await refusal(several(['b.cab', 'd.cab']))).message).toContain('"D.CAB"');
  });

  test('is refused when nothing tells the order', async () => {
    expect((await refusal(several([]))).message).toContain('in which order');
  });

  test('is of no one architecture when they differ', async () => {
    const members = [
      { name: 'a.cab', bytes: packageCab() },
      { name: 'b.cab', bytes: packageCab({ processor: 'x86' }) },
      { name: 'x.xml', bytes: answerFile(['a.cab', 'b.cab']) },
    ];
    expect(await read(buildCabinet([{ members }]))).toMatchObject({ architecture: null });
  });
});

const replaced = (pattern: RegExp, bytes: Buffer | null): Buffer => {
  const members = msuMembers().flatMap((member): TestMember[] =>
    !pattern.test(member.name) ? [member] : bytes === null ? [] : [{ ...member, bytes }],
  );
  return buildCabinet([{ members }]);
};

test('without properties the number is that of the manifest; without an answer file one cabinet needs none', async () => {
  expect(await read(replaced(/\.(txt|xml)$/, null))).toMatchObject({ kb: 'KB3004383' });
});

test('descriptions of UTF-16 are read too', async () => {
  const text = answerFile(['Windows6.1-KB3004383-x64.cab']).toString();
  const utf16 = Buffer.from(`\uFEFF${text}`, 'utf16le');
  expect(await read(replaced(/\.xml$/, utf16))).toMatchObject({ kb: 'KB3004383' });
});

const cabOf = (mum: string): Buffer =>
  buildCabinet([{ members: [{ name: 'update.mum', bytes: Buffer.from(mum) }] }]);

test.each([
  { what: 'a text', bytes: Buffer.from('not a package at all, but some text'), says: /no cabinet/ },
  { what: 'nothing', bytes: Buffer.alloc(0), says: /no cabinet/ },
  {
    what: 'a cabinet of other files',
    bytes: buildCabinet([{ members: [{ name: 'setup.exe', bytes: Buffer.from('MZ') }] }]),
    says: /no package/,
  },
  {
    what: 'a .msu whose cabinet is none',
    bytes: replaced(/x64\.cab$/, Buffer.alloc(100)),
    says: /no cabinet/,
  },
  {
    what: 'a .msu whose cabinet has no manifest',
    bytes: replaced(
      /x64\.cab$/,
      buildCabinet([{ members: [{ name: 'a', bytes: Buffer.from('a') }] }]),
    ),
    says: /no "update\.mum"/,
  },
  {
    what: 'a .msu whose cabinet is cut',
    bytes: replaced(/x64\.cab$/, packageCab().subarray(0, 400)),
    says: /cut short/,
  },
  {
    what: 'a broken answer file',
    bytes: replaced(/\.xml$/, Buffer.from('<a><b></a>')),
    says: /no XML/,
  },
  { what: 'a .cab named .msu', bytes: packageCab(), says: /\.cab/ },
  { what: 'a .msu named .cab', bytes: msu(), name: 'x.cab', says: /\.msu/ },
  { what: 'a manifest that is no XML', bytes: cabOf('<assembly'), name: 'x.cab', says: /no XML/ },
  {
    what: 'a manifest that expands itself',
    bytes: cabOf('<!DOCTYPE a [<!ENTITY b "bbb">]><assembly description="&b;"/>'),
    name: 'x.cab',
    says: /no XML/,
  },
  {
    what: 'a manifest without an identity',
    bytes: cabOf('<assembly><package identifier="KB3004383"/></assembly>'),
    name: 'x.cab',
    says: /does not say which package/,
  },
  {
    what: 'an identity that could not stand in a command line',
    bytes: cabOf(updateMum({ name: 'Package &amp; more' }).toString()),
    name: 'x.cab',
    says: /does not say which package/,
  },
])('$what is refused, with what to do', async ({ bytes, name, says }) => {
  const { message, advice } = await refusal(bytes, name);
  expect(message).toMatch(says);
  expect(advice).not.toBe('');
});

test('a package cut or changed anywhere is read or refused, never anything else', async () => {
  const whole = msu({}, 'mszip');
  await fc.assert(
    fc.asyncProperty(fc.nat(whole.length), fc.nat(255), fc.boolean(), async (at, value, isCut) => {
      const changed = Buffer.from(isCut ? whole.subarray(0, at) : whole);
      if (!isCut && at < changed.length) changed[at] = value;
      const error: unknown = await read(changed).then(
        () => null,
        (reason: unknown) => reason,
      );
      if (isCut && at < whole.length) expect(error).toBeInstanceOf(BadPackage);
      else expect(error === null || error instanceof BadPackage).toBe(true);
    }),
    { numRuns: 100 },
  );
});
