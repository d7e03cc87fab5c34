import { packageLines } from '../../../clients/cli/package-words';
import type { PackageRef } from '../../../contracts/hotfix';

const ref: PackageRef = {
  fileName: 'fix.msu',
  sha256: 'a'.repeat(64),
  bytes: 1234,
  contents: {
    kb: 'KB3004383',
    architecture: 'x64',
    cabinets: [{ name: 'fix.cab', identity: 'Package_for_KB3004383~31bf~amd64~~6.1.1.0' }],
  },
};
const sha256 = `sha256 ${'a'.repeat(64)}`;

test('a preview tells what was read in the package', () => {
  expect(packageLines(ref)).toEqual([
    `package: fix.msu, 1234 bytes, uploaded to each host, ${sha256}`,
    '  of KB3004383, for x64',
    '  installs Package_for_KB3004383~31bf~amd64~~6.1.1.0 (fix.cab)',
  ]);
});

test('several cabinets are numbered; what is wanted first and where it came from is told', () => {
  const cabinets = ['b', 'a'].map((name) => ({ name: `${name}.cab`, identity: `${name}~` }));
  const from = { fileName: 'fix.exe', sha256: 'b'.repeat(64) };
  const contents = { kb: null, architecture: null, cabinets, requires: ['Foundation 6.1'], from };
  expect(packageLines({ ...ref, contents }).slice(1)).toEqual([
    '  of a number that it does not say, for an unknown architecture',
    '  1. installs b~ (b.cab)',
    '  2. installs a~ (a.cab)',
    '  wants to be there first: Foundation 6.1',
    `  taken out of fix.exe, sha256 ${'b'.repeat(64)}`,
  ]);
});

test.each([
  {
    what: 'one with a url',
    lines: packageLines({
      fileName: 'fix.msu',
      sha256: ref.sha256,
      bytes: null,
      url: 'https://x.test/fix.msu',
    }),
    says: `package: fix.msu, pulled by each host from https://x.test/fix.msu, not looked into here, ${sha256}`,
  },
  {
    what: 'none',
    lines: packageLines(null, 'rollback'),
    says: 'package: none, it is not needed to roll back',
  },
  {
    what: 'one that is not needed',
    lines: packageLines(ref, 'mitigate').slice(0, 1),
    says: `package: fix.msu, 1234 bytes, not uploaded, ${sha256}`,
  },
])('$what is told in one line', ({ lines, says }) => {
  expect(lines).toEqual([says]);
});
