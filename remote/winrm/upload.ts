import { randomBytes } from 'node:crypto';
import { Failure } from '../../contracts/failures';
import type { CommandResult, UploadOptions, UploadResult, UploadSource } from '../session';
import { defaultUploadTimeoutMs } from './config';
import type { WinRmTuning } from './config';
import type { Target } from './errors';
import type { Runner } from './runner';
import { isXmlText } from './wire/xml';
import { createStop } from './stop';
import { encodePieces, openSource } from './upload-encoding';
import { uploadFailure } from './upload-failure';

export interface Upload extends UploadOptions {
  readonly source: UploadSource;
  readonly path: string;
}

/** What one upload is about, for its steps. */
export interface UploadJob {
  readonly target: Target;
  readonly path: string;
  /** Files beside the final one: the text that was sent, and the bytes made of it. */
  readonly text: string;
  readonly part: string;
  readonly folder: string;
  readonly bytes: number;
  readonly sha256: string;
  run(commandLine: string): Promise<CommandResult>;
}

/**
 * Puts a file on the host with what a stock 2008 R2 has, no PowerShell: base64 lines go through the standard input of
 * one `findstr "^"`, which copies every line; `certutil` decodes and digests them; `move` puts the whole file under
 * its name. certutil decodes in memory, and MaxMemoryPerShellMB (150 on WinRM 2.0) counts children: some 20 MB are
 * safe there, packages beyond that are better pulled by the host.
 */
export async function uploadFile(
  runner: Runner,
  target: Target,
  tuning: WinRmTuning,
  { source, path, signal, timeoutMs = defaultUploadTimeoutMs, onProgress }: Upload,
): Promise<UploadResult> {
  refuseUnquotable(path, target);
  const startedAt = performance.now();
  const opened = await openSource(source, target);
  const stop = createStop(timeoutMs, [signal]);
  const options = () => ({ signal: stop.signal, timeoutMs: Math.max(1, stop.remainingMs()) });
  const job: UploadJob = {
    ...namesOf(path),
    target,
    bytes: opened.bytes,
    sha256: source.sha256.toLowerCase(),
    run: (commandLine) => runner.run(commandLine, options()).then(refuseTimeout(target, timeoutMs)),
  };
  try {
    onProgress?.(0, opened.bytes);
    const pieces = encodePieces(opened, tuning.maxEnvelopeBytes, onProgress);
    await (opened.bytes === 0
      ? job.run(`mkdir "${job.folder}" 2>nul & type nul > "${job.part}"`).then(needSuccess(job))
      : sendText(job, runner.run(copyLines(job), options(), pieces)));
    if (opened.bytes > 0) await decodeAndCompare(job);
    await rename(job);
  } catch (error) {
    await tidyUp(runner, job);
    if (signal?.aborted) throw signal.reason;
    if (stop.isOverdue()) throw overdue(target, timeoutMs);
    throw error;
  } finally {
    stop.dispose();
    await opened.close();
  }
  return { bytes: opened.bytes, durationMs: Math.round(performance.now() - startedAt) };
}

function copyLines({ folder, text }: UploadJob): string {
  return `mkdir "${folder}" 2>nul & findstr "^" > "${text}"`;
}

async function sendText(job: UploadJob, sending: Promise<CommandResult>): Promise<void> {
  const result = await sending;
  if (result.exitCode !== 0) throw await uploadFailure(job, result, 'writing the file');
}

async function decodeAndCompare(job: UploadJob): Promise<void> {
  const hashed = await job.run(
    `certutil -f -decode "${job.text}" "${job.part}" >nul && certutil -hashfile "${job.part}" SHA256`,
  );
  const digest = readDigest(hashed.stdout);
  if (hashed.exitCode !== 0 || digest === null) {
    throw await uploadFailure(job, hashed, 'decoding and digesting the file');
  }
  if (digest === job.sha256) return;
  const what = `the file that arrived at ${job.target.host} is not the one that was sent: sha256 ${digest} in place of ${job.sha256}`;
  throw new Failure('upload-corrupt', what, {
    facts: { host: job.target.host, path: job.path, expected: job.sha256, found: digest },
  });
}

/** The one line of hex alone; 2008 R2 puts blanks between the bytes, and the line before it is translated. */
function readDigest(stdout: Buffer): string | null {
  const lines = stdout.toString('latin1').split(/\r?\n/);
  return (
    lines
      .map((line) => line.replace(/ /g, '').toLowerCase())
      .find((line) => /^[0-9a-f]{64}$/.test(line)) ?? null
  );
}

async function rename(job: UploadJob): Promise<void> {
  const moved = await job.run(
    `del /f /q "${job.text}" 2>nul & move /y "${job.part}" "${job.path}" >nul`,
  );
  if (moved.exitCode !== 0) throw await uploadFailure(job, moved, 'renaming the file');
}

function needSuccess(job: UploadJob): (result: CommandResult) => Promise<void> {
  return async (result) => {
    if (result.exitCode !== 0) throw await uploadFailure(job, result, 'writing the file');
  };
}

/** What an upload leaves behind is only rubbish under names that nobody looks for: removing it may fail. */
async function tidyUp(runner: Runner, { text, part }: UploadJob): Promise<void> {
  const options = { timeoutMs: 5_000 };
  await runner.run(`del /f /q "${text}" "${part}" 2>nul`, options).catch(() => undefined);
}

function namesOf(path: string): { path: string; folder: string; text: string; part: string } {
  const cut = path.lastIndexOf('\\');
  const tag = randomBytes(4).toString('hex');
  return {
    path,
    folder: path.slice(0, Math.max(cut, path.indexOf(':') + 2)),
    text: `${path}.${tag}.b64`,
    part: `${path}.${tag}.part`,
  };
}

function refuseUnquotable(path: string, target: Target): void {
  if (/^[A-Za-z]:\\[^"<>|?*/\r\n]*[^"<>|?*/\\\r\n]$/.test(path) && isXmlText(path)) return;
  throw new Failure('bad-request', `"${path}" is no full path of a file on Windows`, {
    facts: { host: target.host, path },
    advice: 'write the path as in C:\\Windows\\Temp\\package.msu',
  });
}

function refuseTimeout(
  target: Target,
  timeoutMs: number,
): (result: CommandResult) => CommandResult {
  return (result) => {
    if (result.timedOut) throw overdue(target, timeoutMs);
    return result;
  };
}

function overdue(target: Target, timeoutMs: number): Failure {
  const what = `the upload to ${target.url} was not done within ${timeoutMs} ms`;
  return new Failure('command-timeout', what, { facts: { host: target.host, timeoutMs } });
}
