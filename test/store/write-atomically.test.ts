import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { writeAtomically } from '../../store/write-atomically';
import { freshFolder } from './folder';

const folder = freshFolder();
const failing = (code: string) => async (aside: string) => {
  writeFileSync(aside, 'half');
  throw Object.assign(new Error(code), { code });
};

test.each([
  { system: 'ENOSPC', code: 'disk-full', advice: 'free space on the disk of this machine' },
  { system: 'EDQUOT', code: 'disk-full', advice: 'free space on the disk of this machine' },
  { system: 'EACCES', code: 'bad-request', advice: expect.stringContaining('right to write') },
])('$system leaves the old file as it was, and no half one', async ({ system, code, advice }) => {
  const path = join(folder(), 'file');
  writeFileSync(path, 'old');
  await expect(writeAtomically(path, failing(system))).rejects.toMatchObject({ code, advice });
  expect(readFileSync(path, 'utf8')).toBe('old');
  expect(readdirSync(folder())).toEqual(['file']);
});

test('an error of another kind stays what it is', async () => {
  await expect(writeAtomically(join(folder(), 'file'), failing('EIO'))).rejects.toThrow('EIO');
});
