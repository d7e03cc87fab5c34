import { createHash } from 'node:crypto';

import { Failure } from '../../contracts/failures';
import type { RunOptions, Session } from '../session';
import { ask, requireAnyAnswer } from './composite';
import { digestCommand, parseDigest } from './file-digest';
import { parseResult } from './installer-script';
import { pullFiles, pullScript } from './pull-script';
import { quoteArgument, quotePath } from './quoting';
import { createTask, pullTaskName, runTask, tasksIn, tasksQuestion } from './scheduled-tasks';
import type { ScheduledTask } from './scheduled-tasks';
import { textOf, typeFile } from './text-file';

/** One package that a host pulls from its url. */
export interface Pull {
  readonly url: string;
  readonly sha256: string;
  /** Folder of the package on the host, and the place of the package in it. */
  readonly folder: string;
  readonly path: string;
}

/** All that tells how far a pull is, whoever has started it. */
export interface PullView {
  readonly task: ScheduledTask | null;
  /** Code that the script left behind; null while it runs, or when it was cut. */
  readonly result: number | null;
  /** Bytes that have come; null when that is not told. */
  readonly received: number | null;
  readonly log: string;
}

/** @default 2 min */
const lookTimeoutMs = 120_000;

/**
 * Looks in one round trip.
 *
 * @throws Failure `unexpected-output` when the tasks cannot be told: nothing may be started then.
 */
export async function lookAtPull(
  session: Session,
  { folder, sha256 }: Pull,
  options?: RunOptions,
): Promise<PullView> {
  const files = pullFiles(folder);
  const sections = await ask(
    session,
    [
      // The task is looked at before the result: one that has ended by then has written it already.
      tasksQuestion,
      { name: 'result', command: typeFile(files.result) },
      { name: 'received', command: typeFile(files.received) },
      { name: 'log', command: typeFile(files.log) },
    ],
    { timeoutMs: lookTimeoutMs, ...options },
  );
  requireAnyAnswer(sections);
  const name = pullTaskName(sha256).toLowerCase();
  const received = (textOf(sections, 'received') ?? '').trim();
  return {
    task: tasksIn(sections).find((task) => task.name.toLowerCase() === name) ?? null,
    result: parseResult(textOf(sections, 'result') ?? ''),
    received: /^\d{1,15}$/.test(received) ? Number(received) : null,
    log: (textOf(sections, 'log') ?? '').trimEnd().slice(-2000),
  };
}

/** Writes the script and makes the task that runs it. @throws Failure `task-refused` or one of the upload */
export async function createPull(
  session: Session,
  { url, sha256, folder }: Pull,
  options?: RunOptions,
): Promise<void> {
  const { script, result } = pullFiles(folder);
  const bytes = Buffer.from(pullScript(url, sha256), 'latin1');
  const digest = createHash('sha256').update(bytes).digest('hex');
  await session.upload({ bytes, sha256: digest }, script, signalOf(options));
  // A result that is left of another run would be taken for this one's.
  await session.run(`del /f /q ${quotePath(result)} 2>nul`, options);
  await createTask(session, pullTaskName(sha256), script, options);
}

/** @throws Failure `task-refused` */
export const runPull = (session: Session, { sha256 }: Pull, options?: RunOptions): Promise<void> =>
  runTask(session, pullTaskName(sha256), options);

/** certutil reads the whole package. @default 5 min */
const digestTimeoutMs = 300_000;

/**
 * Compares what has come with the digest and gives it its name.
 *
 * @returns its size in bytes
 * @throws Failure `package-corrupt` that names both digests; the file is gone then
 */
export async function takePulled(
  session: Session,
  { url, sha256, folder, path }: Pull,
  options: RunOptions = {},
): Promise<number> {
  const part = quotePath(pullFiles(folder).part);
  const sections = await ask(
    session,
    [
      { name: 'size', command: `(for %I in (${part}) do @echo %~zI)` },
      { name: 'digest', command: digestCommand(pullFiles(folder).part) },
    ],
    { timeoutMs: digestTimeoutMs, ...options },
  );
  requireAnyAnswer(sections);
  const size = /\d+/.exec(sections.of('size').text)?.[0];
  if (size === undefined) {
    const what = 'what the host has pulled is not there any more';
    throw new Failure('upload-failed', what, { facts: { url, folder } });
  }
  const digest = sections.of('digest');
  const found = digest.succeeded ? parseDigest(digest.text) : null;
  if (found === null) {
    throw new Failure('unexpected-output', 'the host did not tell the digest of what it pulled', {
      facts: { url, said: digest.text.trim().slice(0, 200) },
    });
  }
  if (found !== sha256) {
    await session.run(`del /f /q ${part}`, options);
    const what = `what the host got from ${url} is not the package: sha256 ${found} in place of ${sha256}`;
    throw new Failure('package-corrupt', what, { facts: { url, expected: sha256, found } });
  }
  const moved = await session.run(`move /y ${part} ${quotePath(path)} >nul`, options);
  if (moved.exitCode !== 0) {
    throw new Failure('upload-failed', `the package that was pulled cannot be moved to ${path}`, {
      facts: { path, exitCode: moved.exitCode },
    });
  }
  return Number(size);
}

/** Task and files of a pull that is over; the package itself stays. */
export async function removePull(
  session: Session,
  { sha256, folder }: Pull,
  options?: RunOptions,
): Promise<void> {
  const task = quoteArgument(pullTaskName(sha256));
  const files = quotePath(`${folder}\\_pull.*`);
  await session.run(
    `schtasks /delete /tn ${task} /f >nul 2>&1 & del /f /q ${files} 2>nul`,
    options,
  );
}

const signalOf = (options?: RunOptions): { readonly signal?: AbortSignal } =>
  options?.signal === undefined ? {} : { signal: options.signal };
