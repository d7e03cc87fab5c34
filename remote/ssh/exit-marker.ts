import { randomBytes } from 'node:crypto';

/** `#`, 16 digits, the code with its sign, blanks, CR LF: no output with its exit code behind it ends with more. */
export const exitMarkerBytes = 64;

/** Drawn anew for every line, so that no output can pretend to be an exit code. */
export const drawExitMarker = (): string => `#${randomBytes(8).toString('hex')}`;

/**
 * Where a marker with its whole exit code begins in output, and the code, unsigned. A code whose end was cut off is
 * none: `30` is not 3010.
 */
export function findExitCode(
  output: Buffer,
  marker: string,
): { readonly at: number; readonly end: number; readonly exitCode: number } | null {
  const at = output.lastIndexOf(marker, undefined, 'latin1');
  if (at < 0) return null;
  const match = /^(-?\d{1,10}) *\r?\n/.exec(
    output.toString('latin1', at + marker.length, at + exitMarkerBytes),
  );
  if (match === null) return null;
  const code = Number(match[1]);
  if (code < -0x80000000 || code > 0xffffffff) return null;
  return { at, end: at + marker.length + match[0].length, exitCode: code >>> 0 };
}
