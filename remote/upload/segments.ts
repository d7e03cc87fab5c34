import { Failure } from '../../contracts/failures';
import type { CommandResult } from '../session';
import type { Segment } from './base64-lines';
import {
  digestLine,
  emptyLine,
  finishLine,
  lookLine,
  readSize,
  segmentLine,
  tidyLine,
} from './commands';
import type { UploadFiles } from './commands';
import { digestIn, emptySha256 } from './digest';
import { stepFailure } from './step-failure';

/** A part that one transport has begun another goes on with, when both cut files alike. */
export const defaultSegmentBytes = 6_000_000;

/** An upload through commands alone, over whatever runs them. */
export interface SegmentedUpload {
  /** Address and port. */
  readonly host: string;
  readonly files: UploadFiles;
  readonly bytes: number;
  readonly sha256: string;
  readonly segmentBytes: number;
  readonly run: (commandLine: string) => Promise<CommandResult>;
  /** Runs the command of one segment, whose base64 lines are its standard input. */
  readonly send: (commandLine: string, segment: Segment) => Promise<CommandResult>;
  /** Bytes that are on the host so far. */
  readonly tell: (sent: number) => void;
}

/**
 * Puts a file on the host with what a stock 2008 R2 has, no PowerShell. It goes in segments, each through one command:
 * base64 lines go through the standard input of `findstr "^"`, which copies every line, `certutil` decodes them, `copy`
 * appends them to the part of the file that is there. In the end certutil digests the whole and `move` gives it its
 * name. certutil decodes in memory, which is why a segment has a size, and why that of the file does not matter.
 *
 * An upload that was cut leaves its part there, and the next one of the same bytes to the same path goes on with it.
 *
 * @returns offset from which something had to be sent
 */
export async function bringInSegments(upload: SegmentedUpload): Promise<number> {
  const { bytes, segmentBytes, files, tell } = upload;
  const resumedFrom = bytes > segmentBytes ? await findPart(upload) : 0;
  tell(resumedFrom);
  if (bytes === 0) await bringNothing(upload);
  else if (resumedFrom === bytes) await compare(upload, await upload.run(digestLine(files)));
  for (let from = resumedFrom; from < bytes; from += segmentBytes) {
    const segment = { from, to: Math.min(bytes, from + segmentBytes) };
    // oxlint-disable-next-line no-await-in-loop -- each is appended to the one before
    await bringSegment(upload, segment);
  }
  await needSuccess(upload, await upload.run(finishLine(files)), 'renaming the file');
  return resumedFrom;
}

/**
 * Removes the files of segments, and the part only if nobody can go on with it: it is not what was sent, or it takes
 * the room that is missing. What is left behind is rubbish that nobody looks for, so removing it may fail.
 */
export function tidyLineAfter({ files }: SegmentedUpload, error: unknown): string {
  return tidyLine(files, isUseless(error));
}

/** Whether what an upload has brought by then is of no use to the next one. */
export const isUseless = (error: unknown): boolean =>
  error instanceof Failure && (error.code === 'upload-corrupt' || error.code === 'disk-full');

/**
 * How much of the file is there. A part that ends within a segment was cut while it was written to, and what its last
 * bytes are is not known: it counts for nothing.
 */
async function findPart(upload: SegmentedUpload): Promise<number> {
  const { files, bytes, segmentBytes } = upload;
  const { stdout } = await upload.run(lookLine(files));
  const size = readSize(stdout) ?? 0;
  const isUsable = size === bytes || (size < bytes && size % segmentBytes === 0);
  return isUsable ? size : 0;
}

async function bringNothing(upload: SegmentedUpload): Promise<void> {
  refuseOtherDigest(upload, emptySha256);
  await needSuccess(upload, await upload.run(emptyLine(upload.files)), 'writing the file');
}

async function bringSegment(upload: SegmentedUpload, segment: Segment): Promise<void> {
  const isLast = segment.to === upload.bytes;
  const result = await upload.send(segmentLine(upload.files, segment, isLast), segment);
  await needSuccess(upload, result, 'writing the file', segment);
  const size = readSize(result.stdout);
  if (size !== segment.to) throw wrongSize(upload, segment, size);
  if (isLast) await compare(upload, result);
}

async function compare(upload: SegmentedUpload, hashed: CommandResult): Promise<void> {
  const digest = digestIn(hashed.stdout);
  if (hashed.exitCode !== 0 || digest === null) {
    throw await stepFailure(upload, hashed, 'digesting the file', 0);
  }
  refuseOtherDigest(upload, digest);
}

function refuseOtherDigest({ host, files, sha256 }: SegmentedUpload, found: string): void {
  if (found === sha256) return;
  const what = `the file that arrived at ${host} is not the one that was sent: sha256 ${found} in place of ${sha256}`;
  throw new Failure('upload-corrupt', what, {
    facts: { host, path: files.path, expected: sha256, found },
  });
}

async function needSuccess(
  upload: SegmentedUpload,
  result: CommandResult,
  step: string,
  segment?: Segment,
): Promise<void> {
  if (result.exitCode === 0) return;
  const missingBytes = segment === undefined ? 0 : upload.bytes - segment.from;
  throw await stepFailure(upload, result, step, missingBytes);
}

/** Somebody else writes to the part, or the file here has changed its size. */
function wrongSize(
  { host, files }: SegmentedUpload,
  { to }: Segment,
  size: number | null,
): Failure {
  const what = `the part of the file on ${host} has ${size ?? 'no'} bytes where ${to} should be`;
  return new Failure('upload-failed', what, {
    facts: { host, path: files.path, expected: to, found: size },
    advice: 'it is looked at again; if this stays, see who else uploads to this host',
  });
}
