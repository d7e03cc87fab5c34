import type { CommandResult } from '../session';
import type { RanCommand } from './command';
import { findExitCode } from './exit-marker';

/**
 * The result of a command whose exit code is printed behind its output, with that taken out again. Null when the code
 * did not come: then nobody knows it.
 *
 * @param max bytes that were asked for of each stream; the marker had room beside them
 */
export function takeExitCode(ran: RanCommand, marker: string, max: number): CommandResult | null {
  const whole = findExitCode(ran.stdout, marker);
  // When output was dropped, what was kept is longer than `max` also without the part of a marker at its end.
  const code = whole ?? findExitCode(ran.stdoutEnd, marker);
  if (code === null && !ran.timedOut) return null;
  const stdout = whole === null ? ran.stdout : cutOut(ran.stdout, whole.at, whole.end);
  return {
    exitCode: ran.timedOut || code === null ? null : code.exitCode,
    stdout: stdout.subarray(0, max),
    stderr: ran.stderr.subarray(0, max),
    truncated: ran.truncated || stdout.length > max || ran.stderr.length > max,
    timedOut: ran.timedOut,
    durationMs: ran.durationMs,
  };
}

/** The result of a command whose exit code arrived. */
export function withoutEnd(ran: RanCommand): CommandResult {
  const { exitCode, stdout, stderr, truncated, timedOut, durationMs } = ran;
  return { exitCode, stdout, stderr, truncated, timedOut, durationMs };
}

/** Something that the command left running may print behind its exit code. */
const cutOut = (bytes: Buffer, from: number, to: number): Buffer =>
  to === bytes.length
    ? bytes.subarray(0, from)
    : Buffer.concat([bytes.subarray(0, from), bytes.subarray(to)]);
