import { Failure } from '../../contracts/failures';
import type { CommandResult, UploadOptions, UploadResult, UploadSource } from '../session';
import type { CommandInput } from './command';
import { defaultUploadTimeoutMs } from './config';
import type { WinRmTuning } from './config';
import { learnEnvelopeSize } from './envelope-size';
import type { Target } from './errors';
import type { Runner } from './runner';
import { createStop } from './stop';
import {
  digestLine,
  emptyLine,
  finishLine,
  lookLine,
  readDigest,
  readSize,
  refuseUnquotable,
  segmentLine,
  tidyLine,
  uploadFiles,
} from './upload-commands';
import type { UploadFiles } from './upload-commands';
import { encodeSegment, openSource, smallestEnvelopeBytes } from './upload-encoding';
import type { OpenedSource, Segment } from './upload-encoding';
import { uploadFailure } from './upload-failure';
import type { WsMan } from './wsman';

export interface Upload extends UploadOptions {
  readonly source: UploadSource;
  readonly path: string;
}

/** What one upload is about, for its steps. */
export interface UploadJob {
  readonly target: Target;
  readonly files: UploadFiles;
  readonly bytes: number;
  readonly sha256: string;
  readonly segmentBytes: number;
  run(commandLine: string, input?: CommandInput): Promise<CommandResult>;
}

/** Asking for the envelope costs an operation: for less than this it is not worth it. */
const askAboveBytes = 1024 * 1024;

/**
 * Puts a file on the host with what a stock 2008 R2 has, no PowerShell. It goes in segments, each through one command:
 * base64 lines go through the standard input of `findstr "^"`, which copies every line, `certutil` decodes them, `copy`
 * appends them to the part of the file that is there. In the end certutil digests the whole and `move` gives it its
 * name. certutil decodes in memory, and MaxMemoryPerShellMB (150 on WinRM 2.0) counts children: a segment of 6 MB is
 * far below that, and so the size of the file does not matter.
 *
 * An upload that was cut leaves its part there, and the next one of the same bytes to the same path goes on with it.
 */
export async function uploadFile(
  runner: Runner,
  wsman: WsMan,
  { uploadSegmentBytes: segmentBytes }: Pick<WinRmTuning, 'uploadSegmentBytes'>,
  { source, path, signal, timeoutMs = defaultUploadTimeoutMs, onProgress }: Upload,
): Promise<UploadResult> {
  const { target } = wsman;
  refuseUnquotable(path, target);
  const startedAt = performance.now();
  const opened = await openSource(source, target);
  const stop = createStop(timeoutMs, [signal]);
  const options = () => ({ signal: stop.signal, timeoutMs: Math.max(1, stop.remainingMs()) });
  const sha256 = source.sha256.toLowerCase();
  const job: UploadJob = {
    files: uploadFiles(path, sha256),
    target,
    bytes: opened.bytes,
    sha256,
    segmentBytes,
    run: (line, input) => runner.run(line, options(), input).then(refuseTimeout(target, timeoutMs)),
  };
  try {
    const tell = onlyForward((sent) => onProgress?.(sent, opened.bytes));
    const resumedFrom = await bringAll({ job, opened, wsman, signal: stop.signal, tell });
    const durationMs = Math.round(performance.now() - startedAt);
    return { bytes: opened.bytes, resumedFrom, durationMs };
  } catch (error) {
    await tidyUp(runner, job, error);
    if (signal?.aborted) throw signal.reason;
    if (stop.isOverdue()) throw overdue(target, timeoutMs);
    throw error;
  } finally {
    stop.dispose();
    await opened.close();
  }
}

interface Carriage {
  readonly job: UploadJob;
  readonly opened: OpenedSource;
  readonly wsman: WsMan;
  readonly signal: AbortSignal;
  readonly tell: (sent: number) => void;
}

/** A segment that is sent again tells nothing until it is beyond what was told. */
function onlyForward(tell: (sent: number) => void): (sent: number) => void {
  let told = -1;
  return (sent) => {
    if (sent <= told) return;
    told = sent;
    tell(sent);
  };
}

/** Offset from which something had to be sent. */
async function bringAll(carriage: Carriage): Promise<number> {
  const { job, wsman, signal, tell } = carriage;
  const { bytes, segmentBytes, files } = job;
  const resumedFrom = bytes > segmentBytes ? await findPart(job) : 0;
  tell(resumedFrom);
  if (bytes > askAboveBytes) await learnEnvelopeSize(wsman, signal);
  if (bytes === 0) await needSuccess(job, await job.run(emptyLine(files)), 'writing the file');
  else if (resumedFrom === bytes) await compare(job, await job.run(digestLine(files)));
  for (let from = resumedFrom; from < bytes; from += segmentBytes) {
    const segment = { from, to: Math.min(bytes, from + segmentBytes) };
    // oxlint-disable-next-line no-await-in-loop -- each is appended to the one before
    await bringSegment(carriage, segment);
  }
  await needSuccess(job, await job.run(finishLine(files)), 'renaming the file');
  return resumedFrom;
}

/**
 * How much of the file is there. A part that ends within a segment was cut while it was written to, and what its last
 * bytes are is not known: it counts for nothing.
 */
async function findPart(job: UploadJob): Promise<number> {
  const { files, bytes, segmentBytes } = job;
  const { stdout } = await job.run(lookLine(files));
  const size = readSize(stdout) ?? 0;
  const isUsable = size === bytes || (size < bytes && size % segmentBytes === 0);
  return isUsable ? size : 0;
}

async function bringSegment(carriage: Carriage, segment: Segment): Promise<void> {
  const { job, wsman } = carriage;
  const { maxEnvelope } = wsman;
  const isLast = segment.to === job.bytes;
  const result = await sendSegment(carriage, segment).catch((error: unknown) => {
    // The limit that the host told is no limit of what stands between, and none of a 2.0 host that counts in UTF-16.
    if (!isTooLarge(error) || maxEnvelope.bytes() <= smallestEnvelopeBytes) throw error;
    maxEnvelope.learn(smallestEnvelopeBytes);
    return sendSegment(carriage, segment);
  });
  await needSuccess(job, result, 'writing the file', segment);
  const size = readSize(result.stdout);
  if (size !== segment.to) throw wrongSize(job, segment, size);
  if (isLast) await compare(job, result);
}

function sendSegment(
  { job, opened, wsman, tell }: Carriage,
  segment: Segment,
): Promise<CommandResult> {
  const pieces = encodeSegment(opened, segment, wsman.maxEnvelope.bytes(), tell);
  return job.run(segmentLine(job.files, segment, segment.to === job.bytes), pieces);
}

/** http.sys answers 413 or 500 without a message of WinRM to a request that is too long. */
function isTooLarge(error: unknown): boolean {
  return (
    error instanceof Failure &&
    error.code === 'protocol-error' &&
    (error.facts['status'] === 413 || error.facts['status'] === 500)
  );
}

async function compare(job: UploadJob, hashed: CommandResult): Promise<void> {
  const digest = readDigest(hashed.stdout);
  if (hashed.exitCode !== 0 || digest === null) {
    throw await uploadFailure(job, hashed, 'digesting the file', 0);
  }
  if (digest === job.sha256) return;
  const { host } = job.target;
  const what = `the file that arrived at ${host} is not the one that was sent: sha256 ${digest} in place of ${job.sha256}`;
  throw new Failure('upload-corrupt', what, {
    facts: { host, path: job.files.path, expected: job.sha256, found: digest },
  });
}

async function needSuccess(
  job: UploadJob,
  result: CommandResult,
  step: string,
  segment?: Segment,
): Promise<void> {
  if (result.exitCode === 0) return;
  throw await uploadFailure(
    job,
    result,
    step,
    segment === undefined ? 0 : job.bytes - segment.from,
  );
}

/** Somebody else writes to the part, or the file here has changed its size. */
function wrongSize({ target, files }: UploadJob, { to }: Segment, size: number | null): Failure {
  const what = `the part of the file on ${target.host} has ${size ?? 'no'} bytes where ${to} should be`;
  return new Failure('upload-failed', what, {
    facts: { host: target.host, path: files.path, expected: to, found: size },
    advice: 'it is looked at again; if this stays, see who else uploads to this host',
  });
}

/**
 * Removes the files of segments, and the part only if nobody can go on with it: it is not what was sent, or it takes
 * the room that is missing. What is left behind is rubbish that nobody looks for, so removing it may fail.
 */
async function tidyUp(runner: Runner, { files }: UploadJob, error: unknown): Promise<void> {
  const isUseless =
    error instanceof Failure && (error.code === 'upload-corrupt' || error.code === 'disk-full');
  const line = tidyLine(files, isUseless);
  await runner.run(line, { timeoutMs: 5_000 }).catch(() => undefined);
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
