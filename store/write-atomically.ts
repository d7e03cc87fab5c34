import { randomUUID } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

import { Failure } from '../contracts/failures';

/**
 * A file under its final name is whole and on the disk, whatever happens meanwhile: written aside, synced, renamed, and
 * the folder synced, because a rename that only the cache knows is lost with the power.
 *
 * @throws Failure disk-full, or bad-request when the folder cannot be written
 */
export async function writeAtomically(
  path: string,
  fill: (aside: string) => Promise<void>,
): Promise<void> {
  const folder = dirname(path);
  const aside = `${path}.${randomUUID()}.tmp`;
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await fill(aside);
    // A copied package may be read-only; Windows syncs only what it may write.
    await sync(aside, process.platform === 'win32' ? 'r+' : 'r');
    await rename(aside, path);
    // Windows has no handle for a folder; its renames are journaled.
    if (process.platform !== 'win32') await sync(folder, 'r');
  } catch (error) {
    await rm(aside, { force: true }).catch(() => undefined);
    throw refusedWrite(error, path);
  }
}

async function sync(path: string, flags: string): Promise<void> {
  const handle = await open(path, flags);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function refusedWrite(error: unknown, path: string): unknown {
  const { code } = error as NodeJS.ErrnoException;
  const facts = { path };
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    const advice = 'free space on the disk of this machine';
    const what = `${path} could not be written: the disk is full`;
    return new Failure('disk-full', what, { facts, advice, cause: error });
  }
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS' || code === 'ENOTDIR') {
    const advice = 'give this user the right to write there, or configure another folder';
    const what = `${path} could not be written (${code})`;
    return new Failure('bad-request', what, { facts, advice, cause: error });
  }
  return error;
}
