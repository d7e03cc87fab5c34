import { createHash, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { DefaultLogger, bundleWorkflowCode } from '@temporalio/worker';
import { version as sdkVersion } from '@temporalio/worker/package.json';

export interface WorkflowBundle {
  readonly codePath: string;
}

/** Rooms whose files can be in the bundle. */
const rooms = ['workflows', 'domain', 'contracts'] as const;

/**
 * The workflow bundle for this source tree: building costs seconds, so it is built once and kept under the hash of all
 * that may be in it. A worker must use a bundle built with its own SDK version, which is part of the hash.
 */
export async function workflowBundle(
  cacheDir: string,
  sourceDir = dirname(__dirname),
): Promise<WorkflowBundle> {
  const codePath = join(cacheDir, `workflow-bundle-${await sourcesHash(sourceDir)}.js`);
  if (existsSync(codePath)) return { codePath };
  const { code } = await bundleWorkflowCode({
    workflowsPath: join(sourceDir, 'workflows'),
    logger: new DefaultLogger('WARN'),
  });
  await mkdir(cacheDir, { recursive: true });
  // Renamed into place: a worker started meanwhile must not read half a file.
  const aside = `${codePath}.${randomUUID()}`;
  await writeFile(aside, code);
  await rename(aside, codePath);
  await removeStale(cacheDir);
  return { codePath };
}

const staleAfterMs = 24 * 3_600_000;

async function sourcesHash(sourceDir: string): Promise<string> {
  const hash = createHash('sha256').update(`${sdkVersion}\n${process.version}\n`);
  for (const file of await sourceFiles(sourceDir)) {
    hash.update(`${relative(sourceDir, file)}\n`).update(await readFile(file));
  }
  return hash.digest('hex').slice(0, 16);
}

async function sourceFiles(sourceDir: string): Promise<string[]> {
  const found = await Promise.all(
    rooms.map((room) => readdir(join(sourceDir, room), { recursive: true, withFileTypes: true })),
  );
  return found
    .flat()
    .filter(
      (entry) => entry.isFile() && /\.[jt]s$/.test(entry.name) && !entry.name.endsWith('.d.ts'),
    )
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted();
}

/** Every change of a workflow leaves a bundle behind; one that another worker uses was read long ago. */
async function removeStale(cacheDir: string): Promise<void> {
  const bundles = (await readdir(cacheDir)).filter((name) => name.startsWith('workflow-bundle-'));
  for (const path of bundles.map((name) => join(cacheDir, name))) {
    const { mtimeMs } = await stat(path);
    if (Date.now() - mtimeMs > staleAfterMs) await rm(path, { force: true });
  }
}
