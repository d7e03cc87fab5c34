import { readFile, stat } from 'node:fs/promises';
import { sshFailure } from './errors';
import type { Where } from './errors';
import { parseKnownHosts } from './known-hosts';
import type { KnownHosts } from './known-hosts';

interface Reading {
  readonly state: string;
  readonly content: Promise<KnownHosts>;
}

/** By path. A file of 10,000 lines is read once, not for each of 500 sessions; there are few such files. */
const readings = new Map<string, Reading>();
const keptFiles = 32;

/**
 * A known_hosts file, read again only when its time or size has changed.
 *
 * @throws Failure bad-request when it cannot be read
 */
export async function readKnownHosts(file: string, where: Where): Promise<KnownHosts> {
  try {
    const { mtimeMs, size, ino } = await stat(file);
    const state = `${mtimeMs} ${size} ${ino}`;
    const before = readings.get(file);
    if (before?.state === state) return await before.content;
    const content = readFile(file, 'utf8').then((text) => parseKnownHosts(text, file));
    // Before anything is awaited, so that sessions that open together share it.
    remember(file, { state, content });
    return await content;
  } catch (error) {
    readings.delete(file);
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    const what = isMissing ? 'is not there' : 'cannot be read';
    throw sshFailure('bad-request', `the known_hosts file ${file} ${what}`, where, {
      cause: error,
      facts: { file },
      advice: isMissing
        ? 'collect the keys with `rollout doctor FLEET --record-host-keys FILE`, compare them, and put them there'
        : 'check that knownHosts in the fleet names a file that the worker may read',
    });
  }
}

function remember(file: string, reading: Reading): void {
  const oldest = readings.keys().next();
  if (readings.size >= keptFiles && oldest.done !== true) readings.delete(oldest.value);
  readings.set(file, reading);
}
