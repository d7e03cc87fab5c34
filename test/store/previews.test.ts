import { readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { canonicalJson } from '../../contracts/canonical-json';
import { previewHash } from '../../contracts/ids';
import type { PreviewContent } from '../../contracts/preview';
import { createPreviewStore } from '../../store/previews';
import { freshFolder } from './folder';

const folder = freshFolder();
const content = { change: 'CHG1', hosts: [], sets: [] } as unknown as PreviewContent;
const nobody = previewHash('0'.repeat(64));

test('what was written is read under its hash, by another process too', async () => {
  const { hash } = await createPreviewStore(join(folder(), 'deep', 'previews')).write(content);
  expect(hash).toMatch(/^[0-9a-f]{64}$/);
  const read = await createPreviewStore(join(folder(), 'deep', 'previews')).read(hash);
  expect(read).toEqual({ hash, content });
});

test('the hash depends on the content, not on the order of its fields', async () => {
  const store = createPreviewStore(folder());
  const reordered = { sets: [], hosts: [], change: 'CHG1' } as unknown as PreviewContent;
  const other = { ...content, change: 'CHG2' };
  const [a, b, c] = [
    await store.write(content),
    await store.write(reordered),
    await store.write(other),
  ];
  expect(b.hash).toBe(a.hash);
  expect(c.hash).not.toBe(a.hash);
});

test('only the owner may read the file, and nothing else is left in the folder', async () => {
  const { hash } = await createPreviewStore(folder()).write(content);
  expect(readdirSync(folder())).toEqual([`${hash}.json`]);
  expect(statSync(join(folder(), `${hash}.json`)).mode & 0o777).toBe(0o600);
});

test('many writers of the same preview do not disturb each other', async () => {
  const store = createPreviewStore(folder());
  await Promise.all(Array.from({ length: 20 }, () => store.write(content)));
  expect(readdirSync(folder())).toHaveLength(1);
});

test('an altered preview is refused, also by a store that has read it before', async () => {
  const store = createPreviewStore(folder());
  const { hash } = await store.write(content);
  await store.read(hash);
  const path = join(folder(), `${hash}.json`);
  writeFileSync(path, readFileSync(path, 'utf8').replace('CHG1', 'CHG9'));
  utimesSync(path, 1, 1);
  await expect(store.read(hash)).rejects.toMatchObject({ code: 'preview-changed' });
  await store.write(content);
  await expect(store.read(hash)).resolves.toEqual({ hash, content });
});

test('a cut preview is refused', async () => {
  const store = createPreviewStore(folder());
  const { hash } = await store.write(content);
  writeFileSync(join(folder(), `${hash}.json`), canonicalJson(content).slice(0, -5));
  await expect(store.read(hash)).rejects.toMatchObject({ code: 'preview-changed' });
});

test('blanks that an editor added are no change', async () => {
  const store = createPreviewStore(folder());
  const { hash } = await store.write(content);
  writeFileSync(join(folder(), `${hash}.json`), JSON.stringify(content, null, 2));
  await expect(store.read(hash)).resolves.toEqual({ hash, content });
});

test('a preview that is not there says where it was looked for', async () => {
  const store = createPreviewStore(folder());
  await expect(store.read(nobody)).rejects.toMatchObject({
    code: 'preview-missing',
    message: expect.stringContaining(folder()),
  });
  const { hash } = await store.write(content);
  await store.read(hash);
  rmSync(join(folder(), `${hash}.json`));
  await expect(store.read(hash)).rejects.toMatchObject({ code: 'preview-missing' });
});

test('a hash that is a path is not followed', async () => {
  const evil = '../secret' as typeof nobody;
  await expect(createPreviewStore(folder()).read(evil)).rejects.toMatchObject({
    code: 'preview-missing',
  });
});

test('a folder that cannot be made is a clear error', async () => {
  writeFileSync(join(folder(), 'file'), '');
  const store = createPreviewStore(join(folder(), 'file', 'previews'));
  await expect(store.write(content)).rejects.toMatchObject({
    code: 'bad-request',
    message: expect.stringContaining('could not be written'),
  });
});
