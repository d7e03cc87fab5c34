import { Failure } from '../../contracts/failures';
import type { CommandInput } from '../command-input';
import type { CommandResult, UploadOptions, UploadResult, UploadSource } from '../session';
import { onlyForward } from '../upload/only-forward';
import type { Segment } from '../upload/base64-lines';
import { uploadFiles } from '../upload/commands';
import { bringInSegments, tidyLineAfter } from '../upload/segments';
import type { SegmentedUpload } from '../upload/segments';
import { openSource } from '../upload/source';
import type { OpenedSource } from '../upload/source';
import { defaultUploadTimeoutMs } from './config';
import type { WinRmTuning } from './config';
import { learnEnvelopeSize } from './envelope-size';
import type { Target } from './errors';
import type { Runner } from './runner';
import { createStop } from './stop';
import { encodeSegment, smallestEnvelopeBytes } from './upload-encoding';
import { isXmlText } from './wire/xml';
import type { WsMan } from './wsman';

export interface Upload extends UploadOptions {
  readonly source: UploadSource;
  readonly path: string;
}

/** Asking for the envelope costs an operation: for less than this it is not worth it. */
const askAboveBytes = 1024 * 1024;

/**
 * Puts a file on the host in segments, each through one command whose standard input it is. MaxMemoryPerShellMB (150 on
 * WinRM 2.0) counts children: certutil with a segment of 6 MB is far below that.
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
  const opened = await openSource(source, target.host);
  const stop = createStop(timeoutMs, [signal]);
  const options = () => ({ signal: stop.signal, timeoutMs: Math.max(1, stop.remainingMs()) });
  const run = (line: string, input?: CommandInput) =>
    runner.run(line, options(), input).then(refuseTimeout(target, timeoutMs));
  const tell = onlyForward((sent) => onProgress?.(sent, opened.bytes));
  const sha256 = source.sha256.toLowerCase();
  const upload: SegmentedUpload = {
    host: target.host,
    files: uploadFiles(path, sha256),
    bytes: opened.bytes,
    sha256,
    segmentBytes,
    run,
    send: segmentSender({ opened, wsman, signal: stop.signal, tell, run }),
    tell,
  };
  try {
    const resumedFrom = await bringInSegments(upload);
    const durationMs = Math.round(performance.now() - startedAt);
    return { bytes: opened.bytes, resumedFrom, durationMs, way: 'commands' };
  } catch (error) {
    await runner.run(tidyLineAfter(upload, error), { timeoutMs: 5_000 }).catch(() => undefined);
    if (signal?.aborted) throw signal.reason;
    if (stop.isOverdue()) throw overdue(target, timeoutMs);
    throw error;
  } finally {
    stop.dispose();
    await opened.close();
  }
}

interface Carriage {
  readonly opened: OpenedSource;
  readonly wsman: WsMan;
  readonly signal: AbortSignal;
  readonly tell: (sent: number) => void;
  readonly run: (commandLine: string, input: CommandInput) => Promise<CommandResult>;
}

function segmentSender(carriage: Carriage): SegmentedUpload['send'] {
  const { opened, wsman, signal, tell, run } = carriage;
  const { maxEnvelope } = wsman;
  const attempt = (line: string, segment: Segment) =>
    run(line, encodeSegment(opened, segment, maxEnvelope.bytes(), tell));
  return async (line, segment) => {
    // Known from the first time on.
    if (opened.bytes > askAboveBytes) await learnEnvelopeSize(wsman, signal);
    return attempt(line, segment).catch((error: unknown) => {
      // The limit that the host told is no limit of what stands between, and none of a 2.0 host that counts in UTF-16.
      if (!isTooLarge(error) || maxEnvelope.bytes() <= smallestEnvelopeBytes) throw error;
      maxEnvelope.learn(smallestEnvelopeBytes);
      return attempt(line, segment);
    });
  };
}

/** http.sys answers 413 or 500 without a message of WinRM to a request that is too long. */
function isTooLarge(error: unknown): boolean {
  return (
    error instanceof Failure &&
    error.code === 'protocol-error' &&
    (error.facts['status'] === 413 || error.facts['status'] === 500)
  );
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

/** A percent sign would be replaced inside quotes too. */
function refuseUnquotable(path: string, target: Target): void {
  if (/^[A-Za-z]:\\[^"<>|?*/%\r\n]*[^"<>|?*/%\\\r\n]$/.test(path) && isXmlText(path)) return;
  throw new Failure('bad-request', `"${path}" is no full path of a file on Windows`, {
    facts: { host: target.host, path },
    advice: 'write the path as in C:\\Windows\\Temp\\package.msu',
  });
}
