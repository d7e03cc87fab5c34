import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { copyFile, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';

import { Failure } from '../contracts/failures';
import type { PackageRef } from '../contracts/hotfix';
import { writeAtomically } from './write-atomically';

/** Packages of a worker: `<sha256>/<file name>`, or put there by hand under the file name alone. */
export interface PackageStore {
  /** Path of a file with the digest. @throws Failure package-missing, package-corrupt */
  find(ref: PackageRef): Promise<string>;
  /** Copies a file under its digest. @throws Failure package-missing, package-corrupt, disk-full, bad-request */
  put(file: string, ref: PackageRef): Promise<string>;
}

/** Digest of a file; null when there is no such file. */
type DigestOf = (path: string) => Promise<string | null>;

export function createPackageStore(dir: string): PackageStore {
  const digestOf = createDigestCache();
  return {
    async find(ref) {
      requirePlainNames(ref);
      const corrupt: string[] = [];
      for (const path of await candidates(dir, ref)) {
        // oxlint-disable-next-line no-await-in-loop -- the first that fits ends the search
        const digest = await digestOf(path);
        if (digest === ref.sha256) return path;
        if (digest !== null) corrupt.push(path);
      }
      const [path] = corrupt;
      throw path === undefined ? missing(dir, ref) : corruptPackage(path, ref);
    },
    async put(file, ref) {
      requirePlainNames(ref);
      const digest = await digestOf(file);
      if (digest === null) throw missing(file, ref);
      if (digest !== ref.sha256) throw corruptPackage(file, ref);
      const path = join(dir, ref.sha256, ref.fileName);
      if ((await digestOf(path)) === ref.sha256) return path;
      await writeAtomically(path, async (aside) => {
        await copyFile(file, aside);
        // The source may have been replaced since it was read.
        if ((await hashFile(aside)) !== ref.sha256) throw corruptPackage(file, ref);
      });
      return path;
    },
  };
}

/** They become parts of paths here and on the hosts. */
function requirePlainNames({ fileName, sha256 }: PackageRef): void {
  if (/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(fileName) && /^[0-9a-f]{64}$/.test(sha256)) return;
  throw new Failure('bad-request', `${JSON.stringify(fileName)} with this sha256 is no package`, {
    advice: 'preview the plan again',
  });
}

async function candidates(dir: string, { sha256, fileName }: PackageRef): Promise<string[]> {
  const own = join(dir, sha256);
  const inOwn = await readdir(own).catch((): string[] => []);
  // Digests decide, so a file in the digest's folder counts under any name.
  const others = inOwn.filter((name) => name !== fileName && !name.endsWith('.tmp'));
  return [join(own, fileName), join(dir, fileName), ...others.map((name) => join(own, name))];
}

/** A package is read once, not once per host: size and time of the last change tell whether it is still the same. */
function createDigestCache(): DigestOf {
  const cache = new Map<string, { readonly stamp: string; readonly digest: Promise<string> }>();
  return async (path) => {
    const file = await stat(path).catch(() => null);
    if (file?.isFile() !== true) return null;
    const stamp = `${file.mtimeMs} ${file.size} ${file.ino}`;
    const cached = cache.get(path);
    if (cached?.stamp === stamp) return cached.digest;
    const digest = hashFile(path);
    cache.set(path, { stamp, digest });
    digest.catch(() => cache.delete(path));
    return digest;
  };
}

async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

const missing = (where: string, ref: PackageRef): Failure =>
  new Failure('package-missing', `the package ${ref.fileName} (${ref.sha256}) is not in ${where}`, {
    facts: { fileName: ref.fileName, sha256: ref.sha256, where },
  });

const corruptPackage = (path: string, ref: PackageRef): Failure =>
  new Failure('package-corrupt', `${path} does not have the sha256 ${ref.sha256}`, {
    facts: { path, sha256: ref.sha256 },
  });
