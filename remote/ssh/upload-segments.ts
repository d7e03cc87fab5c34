import type { CommandResult } from '../session';
import { encodeLines, lineBytes } from '../upload/base64-lines';
import type { Segment } from '../upload/base64-lines';
import { appendTextLine, beginTextLine, decodeLine, readSize, sizeLine } from '../upload/commands';
import { bringInSegments, tidyLineAfter } from '../upload/segments';
import type { SegmentedUpload } from '../upload/segments';
import type { Upload } from './upload';

/** About what one packet of a channel holds when it is base64. */
const pieceBytes = 32 * lineBytes;
/** Lines of base64 in one command: with what a shell needs around them they stay below the 8191 characters of cmd.exe. */
const echoedLines = 6;
const tidyMs = 5_000;

/** The way for a host without SFTP. @returns offset from which something had to be sent */
export async function bringByCommands(upload: Upload, segmentBytes: number): Promise<number> {
  const { link, files, source, sha256, run, runRaw, tell } = upload;
  const segmented: SegmentedUpload = {
    host: link.where.host,
    files,
    bytes: source.bytes,
    sha256,
    segmentBytes,
    run,
    send: segmentSender(upload),
    tell,
  };
  try {
    return await bringInSegments(segmented);
  } catch (error) {
    if (link.lost === null)
      await runRaw(tidyLineAfter(segmented, error), { timeoutMs: tidyMs }).catch(() => undefined);
    throw error;
  }
}

/**
 * Standard input, as long as it arrives. Win32-OpenSSH hands it to the account's shell, and not every shell hands it on
 * to a program that it starts: PowerShell may read it itself, for `$input`.
 */
function segmentSender(upload: Upload): SegmentedUpload['send'] {
  let arrives: boolean | null = null;
  return async (line, segment) => {
    if (arrives === false) return echoSegment(upload, segment);
    const { source, run, tell } = upload;
    const result = await run(line, encodeLines(source, segment, pieceBytes, tell));
    arrives ??= result.exitCode === 0 || (await hasText(upload));
    return arrives ? result : echoSegment(upload, segment);
  };
}

/** Whether a failed segment has at least begun; a file that could not be made is no word on standard input. */
async function hasText({ run, files }: Upload): Promise<boolean> {
  return readSize((await run(sizeLine(files.text))).stdout) !== 0;
}

/** A few kilobytes a command: slow, and all that is left. */
async function echoSegment(upload: Upload, segment: Segment): Promise<CommandResult> {
  const { source, run, tell, files } = upload;
  await run(beginTextLine(files));
  let at = segment.from;
  for await (const { bytes } of encodeLines(source, segment, echoedLines * lineBytes)) {
    const lines = Buffer.from(bytes).toString('latin1').trimEnd().split('\r\n');
    const result = await run(appendTextLine(files, lines));
    if (result.exitCode !== 0) return result;
    at = Math.min(segment.to, at + echoedLines * lineBytes);
    tell(at);
  }
  return run(decodeLine(files, segment, segment.to === source.bytes));
}
