import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

import {
  loadFleet,
  loadHotfix,
  loadPlan,
  type ResolvedPreview,
  resolvePreview,
} from '../../../clients/input';
import type { Hotfix } from '../../../contracts/hotfix';
import type { RolloutAction } from '../../../contracts/plan';
import { buildArchive } from '../package/build-archive';
import { msu, msuMembers, packageCab } from '../package/build-package';
import { buildCabinet } from '../package/build-cabinet';
import { hotfixDir, inputFiles } from './files';

const { folder, write } = inputFiles();
const digestOf = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
const msuName = 'Windows6.1-KB3004383-x64.msu';

interface Situation {
  readonly name?: string;
  readonly bytes?: Buffer;
  /** In place of what names the file. */
  readonly packageText?: string;
  readonly action?: RolloutAction;
  readonly change?: (hotfix: Hotfix) => Hotfix;
}

async function preview(situation: Situation): Promise<ResolvedPreview> {
  const { name = msuName, bytes = msu(), action, change = (same) => same } = situation;
  write(name, bytes);
  const text = situation.packageText ?? `package: { file: ${name}, sha256: ${digestOf(bytes)} }`;
  const plan = write(
    'plan.yaml',
    `change: CHG1\nhotfix: KB3004383\nhosts: { all: true }\n${text}\n`,
  );
  const fleet = write(
    'fleet.yaml',
    'hosts:\n  ex01: { address: ex01.test, connection: { kind: winrm, credentialRef: env:FLEET } }\n',
  );
  return resolvePreview({
    plan: await loadPlan(plan),
    fleet: await loadFleet(fleet),
    hotfix: change((await loadHotfix('KB3004383', hotfixDir)).value),
    packageDir: join(folder(), 'packages'),
    ...(action !== undefined && { action }),
  });
}

const withArchitectures =
  (...architectures: ('x86' | 'x64' | 'ia64')[]) =>
  (hotfix: Hotfix): Hotfix => ({
    ...hotfix,
    applicability: {
      ...hotfix.applicability,
      os: { ...hotfix.applicability.os, architectures },
    },
  });

const contents = {
  kb: 'KB3004383',
  architecture: 'x64',
  cabinets: [
    {
      name: 'Windows6.1-KB3004383-x64.cab',
      identity: 'Package_for_KB3004383~31bf3856ad364e35~amd64~~6.1.1.0',
    },
  ],
};

test('what was read in the package is part of the preview', async () => {
  const { content, problems } = await preview({});
  expect(problems).toEqual([]);
  expect(content?.package).toMatchObject({ fileName: msuName, contents });
});

test('of a self-extracting archive the hosts get the package inside, under its own digest', async () => {
  const inner = msu({}, 'mszip');
  const archive = await buildArchive([{ name: msuName, bytes: inner }]);
  const name = '478887_intl_x64_zip.exe';
  const { content, problems, packagePath } = await preview({ name, bytes: archive });
  expect(problems).toEqual([]);
  expect(content?.package).toEqual({
    fileName: msuName,
    sha256: digestOf(inner),
    bytes: inner.length,
    contents: { ...contents, from: { fileName: name, sha256: digestOf(archive) } },
  });
  expect(packagePath).toBe(join(folder(), 'packages', digestOf(inner), msuName));
  expect(readFileSync(packagePath ?? '').equals(inner)).toBe(true);
});

test('a hotfix for several architectures becomes one for that of its package', async () => {
  const several = await preview({ change: withArchitectures('x86', 'x64', 'ia64') });
  expect(several.content?.hotfix.applicability.os.architectures).toEqual(['x64']);
  const { content } = await preview({});
  expect(content?.hotfix).toEqual((await loadHotfix('KB3004383', hotfixDir)).value);
});

test.each([
  {
    what: 'another number',
    bytes: msu({ kb: 'KB3041832' }),
    says: [/package of KB3041832, not of KB3004383/, /does not install Package_for_KB3004383~/],
  },
  {
    what: 'another identity of the same number',
    bytes: msu({ name: 'Package_1_for_KB3004383' }),
    says: [/does not install Package_for_KB3004383~, it installs Package_1_for_KB3004383~/],
  },
  {
    what: 'an identity that only begins alike',
    bytes: msu({ name: 'Package_for_KB30043830' }),
    says: [/it installs Package_for_KB30043830~/],
  },
  {
    what: 'another architecture',
    bytes: msu({ processor: 'x86' }),
    says: [/is for x86, the hotfix is for x64/],
  },
  {
    what: 'no architecture that is known',
    bytes: msu({ processor: 'arm64' }),
    says: [/is for no one architecture that is known/],
  },
  {
    what: 'something that is no package',
    bytes: Buffer.from('<html>404 Not Found</html>'),
    says: [/is refused: it is no cabinet/],
  },
  {
    what: 'half a package',
    bytes: msu().subarray(0, 800),
    says: [/is refused: it is cut short/],
  },
  {
    what: 'a package with another compression',
    bytes: buildCabinet([{ members: msuMembers() }], { compression: 0x1472 }),
    says: [/is refused: .*Quantum/],
  },
  { what: 'a .cab that is named .msu', bytes: packageCab(), says: [/is a \.cab/] },
])('a package that is $what is refused at its line, with what to do', async ({ bytes, says }) => {
  const { content, problems } = await preview({ bytes });
  expect(content).toBeNull();
  expect(problems.map(({ message }) => message)).toEqual(
    says.map((pattern) => expect.stringMatching(pattern)),
  );
  for (const { file, line, field, advice } of problems) {
    expect([basename(file), line, field]).toEqual(['plan.yaml', 4, 'package.file']);
    expect(advice).not.toBe('');
  }
});

test('what is wrong inside an archive is told of the archive', async () => {
  const bytes = await buildArchive([{ name: msuName, bytes: msu({ processor: 'x86' }) }]);
  const { problems } = await preview({ name: 'fix.exe', bytes });
  expect(problems.map(({ message }) => message)).toEqual([expect.stringContaining('is for x86')]);
  expect(existsSync(join(folder(), 'packages'))).toBe(false);
  const none = await preview({ name: 'fix.exe', bytes: Buffer.from('MZ, a program') });
  expect(none.problems[0]?.message).toMatch(/^fix\.exe is refused: it is no self-extracting/);
});

test('a hotfix without a KB number takes a package of any', async () => {
  const change = (hotfix: Hotfix): Hotfix => ({
    ...hotfix,
    id: 'CVE-2020-1350',
    install: { ...hotfix.install, packageIdentity: 'Package_for_KB4565539~' },
  });
  const { problems } = await preview({ bytes: msu({ kb: 'KB4565539' }), change });
  expect(problems.map(({ field }) => field)).toEqual(['hotfix']);
});

describe('a plan without a package', () => {
  test.each<RolloutAction>(['mitigate', 'rollback'])('can %s', async (action) => {
    const { content, problems, packagePath } = await preview({ packageText: '', action });
    expect(problems).toEqual([]);
    expect(content).toMatchObject({ action, package: null });
    expect(packagePath).toBeNull();
  });

  test.each([{ action: 'fix' as const }, {}])('cannot fix: %j', async (asked) => {
    const { content, problems } = await preview({ packageText: '', ...asked });
    expect(content).toBeNull();
    expect(problems).toMatchObject([{ field: 'package', message: 'names no package' }]);
  });
});

test('an action that names a package has it looked at too', async () => {
  const { problems } = await preview({ bytes: msu({ processor: 'x86' }), action: 'mitigate' });
  expect(problems).toHaveLength(1);
});

test.each([
  "{ url: 'https://x.test/fix.exe', sha256: SHA }",
  "{ url: 'https://x.test/get?id=1', fileName: fix.exe, sha256: SHA }",
])('a self-extracting archive cannot be pulled: %s', async (text) => {
  const packageText = `package: ${text.replace('SHA', 'a'.repeat(64))}`;
  await expect(preview({ packageText })).rejects.toThrow(
    /self-extracting archive.*offer the \.msu/,
  );
});
