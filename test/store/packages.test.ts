import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type { PackageRef } from '../../contracts/hotfix';
import { createPackageStore } from '../../store/packages';
import { freshFolder } from './folder';

const folder = freshFolder();
const bytes = Buffer.from('MSCF package');
const sha256 = createHash('sha256').update(bytes).digest('hex');
const ref: PackageRef = { fileName: 'Windows6.1-KB3004383-x64.msu', sha256, bytes: bytes.length };
const put = (...path: string[]): string => {
  mkdirSync(join(folder(), ...path.slice(0, -1)), { recursive: true });
  writeFileSync(join(folder(), ...path), bytes);
  return join(folder(), ...path);
};

test.each([
  ['under its digest', [sha256, ref.fileName]],
  ['under its digest with another name', [sha256, 'renamed.msu']],
  ['put there by hand', [ref.fileName]],
])('a package %s is found', async (_, path) => {
  const file = put(...path);
  await expect(createPackageStore(folder()).find(ref)).resolves.toBe(file);
});

test('a package that was put in is found, is whole and can be put in again', async () => {
  const source = put('download', ref.fileName);
  chmodSync(source, 0o444);
  const dir = join(folder(), 'packages');
  const store = createPackageStore(dir);
  const path = await store.put(source, ref);
  expect(path).toBe(join(dir, sha256, ref.fileName));
  expect(readFileSync(path)).toEqual(bytes);
  await expect(store.put(source, ref)).resolves.toBe(path);
  await expect(store.find(ref)).resolves.toBe(path);
  expect(readdirSync(join(dir, sha256))).toEqual([ref.fileName]);
});

test('a package that is not there is missing', async () => {
  const store = createPackageStore(join(folder(), 'nowhere'));
  await expect(store.find(ref)).rejects.toMatchObject({
    code: 'package-missing',
    message: expect.stringContaining(ref.fileName),
  });
  await expect(store.put(join(folder(), 'nothing'), ref)).rejects.toMatchObject({
    code: 'package-missing',
  });
});

test('a file of the same name with other bytes is corrupt, not missing', async () => {
  writeFileSync(join(folder(), ref.fileName), 'something else');
  const store = createPackageStore(folder());
  await expect(store.find(ref)).rejects.toMatchObject({ code: 'package-corrupt' });
  await expect(store.put(join(folder(), ref.fileName), ref)).rejects.toMatchObject({
    code: 'package-corrupt',
  });
});

test('a good file wins over a corrupt one', async () => {
  put(sha256, ref.fileName);
  writeFileSync(join(folder(), sha256, ref.fileName), 'corrupt');
  const good = put(ref.fileName);
  await expect(createPackageStore(folder()).find(ref)).resolves.toBe(good);
});

test('a file that changes after it was read is read again', async () => {
  const file = put(ref.fileName);
  const store = createPackageStore(folder());
  await store.find(ref);
  writeFileSync(file, 'altered later');
  await expect(store.find(ref)).rejects.toMatchObject({ code: 'package-corrupt' });
});

test.each([{ fileName: '../x.msu' }, { fileName: 'a\\b' }, { fileName: '' }, { sha256: '..' }])(
  'a reference with %j is refused',
  async (change) => {
    await expect(createPackageStore(folder()).find({ ...ref, ...change })).rejects.toMatchObject({
      code: 'bad-request',
    });
  },
);
