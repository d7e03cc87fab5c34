import { join } from 'node:path';

import { missingPackage } from '../../../clients/cli/package-place';
import type { PackageRef } from '../../../contracts/hotfix';
import type { PreviewContent } from '../../../contracts/preview';
import { freshFolder } from '../../store/folder';

const folder = freshFolder();
const ref: PackageRef = { fileName: 'fix.msu', sha256: 'a'.repeat(64), bytes: 5 };
const missing = (pkg: PackageRef | null, packagePath: string | null): Promise<string | null> => {
  const content = { package: pkg } as PreviewContent;
  return missingPackage({ packageDir: folder() }, { content, packagePath });
};

test('a package that no worker has is missing, and what to copy where is told', async () => {
  expect(await missing(ref, '/here/fix.msu')).toContain(
    `copy /here/fix.msu to ${join(folder(), ref.sha256, 'fix.msu')} on every worker`,
  );
});

test.each([
  { what: 'one that the hosts pull', pkg: { ...ref, bytes: null, url: 'https://x.test/fix.msu' } },
  { what: 'none, where none is needed', pkg: null },
])('nothing is missing of $what', async ({ pkg }) => {
  expect(await missing(pkg, null)).toBeNull();
});
