import type { CliIo } from './io';

/** Assessments of one change are told apart by the millisecond in which they were asked for. */
export const assessmentOwner = (change: string, now: Date = new Date()): string =>
  `cli-${change}-${now
    .toISOString()
    .replaceAll(/[^0-9]/g, '')
    .slice(0, 17)}`;

/** Counts on stderr, so that stdout stays what was asked for; silent where nobody looks. */
export const countLine =
  (io: CliIo) =>
  (done: number, total: number): void => {
    if (io.isTTY) io.stderr.write(`\r${String(done)} of ${String(total)} hosts assessed\u001b[K`);
    if (io.isTTY && done === total) io.stderr.write('\r\u001b[K');
  };
