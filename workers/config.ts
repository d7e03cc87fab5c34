import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { z } from 'zod';
import { Failure } from '../contracts/failures';

/** Where a worker process keeps and finds things. All paths absolute. */
export interface WorkerConfig {
  /** What outlives a process: the embedded engine's database, previews, packages. */
  readonly stateDir: string;
  readonly packageDir: string;
  readonly previewDir: string;
  /** Base of the paths in `file:` credential references. */
  readonly secretsDir: string;
  /** What can be fetched or built again: the Temporal executable, the workflow bundle. */
  readonly cacheDir: string;
  /** Temporal executable that the operator chose; null when it is to be searched for. */
  readonly temporalExecutable: string | null;
  /** Factor for the pauses between two looks at a host; below 1 only for fast labs. */
  readonly pace: number;
  /** Sessions with hosts that the process may have at once. */
  readonly maxSessions: number;
  /** And with hosts of one site; null for no such limit. */
  readonly maxSessionsPerSite: number | null;
  /** The whole environment: `env:` credential references and PATH are read from it. */
  readonly environment: Environment;
}

export type Environment = { readonly [name: string]: string | undefined };

const folder = z.string().trim().min(1, 'names no folder').optional();
const count = z.coerce
  .number('is not a number')
  .int('must be a whole number')
  .min(1, 'must be at least 1')
  .optional();
const environmentSchema = z.object({
  ROLLOUT_STATE_DIR: folder,
  ROLLOUT_PACKAGE_DIR: folder,
  ROLLOUT_PREVIEW_DIR: folder,
  ROLLOUT_SECRETS_DIR: folder,
  ROLLOUT_TEMPORAL_EXECUTABLE: z.string().trim().min(1, 'names no file').optional(),
  ROLLOUT_PACE: z.coerce
    .number('is not a number')
    .positive('must be above 0')
    .max(10, 'must be at most 10')
    .optional(),
  ROLLOUT_MAX_SESSIONS: count,
  ROLLOUT_MAX_SESSIONS_PER_SITE: count,
});

/** What is tested: 500 sessions over SSH and 500 over WinRM from one process. */
const defaultMaxSessions = 500;

/**
 * The only place that reads the environment of the process.
 *
 * @throws Failure bad-request naming the variable
 */
export function readConfig(
  environment: Environment = process.env,
  currentDir: string = process.cwd(),
): WorkerConfig {
  const parsed = environmentSchema.safeParse(environment);
  if (!parsed.success) throw unusable(parsed.error, environment);
  const values = parsed.data;
  const stateDir = resolve(currentDir, values.ROLLOUT_STATE_DIR ?? '.state');
  const within = (given: string | undefined, name: string): string =>
    given === undefined ? join(stateDir, name) : resolve(currentDir, given);
  return {
    stateDir,
    packageDir: within(values.ROLLOUT_PACKAGE_DIR, 'packages'),
    previewDir: within(values.ROLLOUT_PREVIEW_DIR, 'previews'),
    secretsDir: within(values.ROLLOUT_SECRETS_DIR, 'secrets'),
    cacheDir: join(projectDir(), '.cache'),
    temporalExecutable:
      values.ROLLOUT_TEMPORAL_EXECUTABLE === undefined
        ? null
        : resolve(currentDir, values.ROLLOUT_TEMPORAL_EXECUTABLE),
    pace: values.ROLLOUT_PACE ?? 1,
    maxSessions: values.ROLLOUT_MAX_SESSIONS ?? defaultMaxSessions,
    maxSessionsPerSite: values.ROLLOUT_MAX_SESSIONS_PER_SITE ?? null,
    environment,
  };
}

/** Folder with package.json: the parent of the sources, or the parent of `dist`. */
export function projectDir(): string {
  const above = dirname(__dirname);
  return existsSync(join(above, 'package.json')) ? above : dirname(above);
}

function unusable(error: z.ZodError, environment: Environment): Failure {
  const problems = error.issues.map(({ path, message }) => {
    const name = String(path[0]);
    return `${name} ${message}, it is ${JSON.stringify(environment[name] ?? null)}`;
  });
  return new Failure('bad-request', `the environment cannot be used: ${problems.join('; ')}`, {
    advice: 'correct or unset these variables',
  });
}
