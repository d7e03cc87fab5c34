import type { CliIo } from './io';
import { printable, visibleWidth, wrap } from './wrap';

/** Machine form or people's form of the same value; the second is only made when it is wanted. */
export function print(io: CliIo, json: boolean, value: unknown, text: () => string): void {
  io.stdout.write(json ? `${JSON.stringify(value, null, 2)}\n` : `${text().trimEnd()}\n`);
}

/** How wide sentences are written where there is no terminal: for a mail or a ticket. */
const usualWidth = 100;
export const widthOf = ({ stdout }: CliIo): number => stdout.columns ?? usualWidth;

/** Columns without lines, as `kubectl` and `docker` print them: easy to read, easy to cut. */
export function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  width?: number,
): string {
  const all = [head, ...rows].map((row) => row.map(printable));
  const last = head.length - 1;
  const widths = head.map((_, index) =>
    all.reduce((widest, row) => Math.max(widest, visibleWidth(row[index] ?? '')), 0),
  );
  const used = widths.slice(0, last).reduce((sum, each) => sum + each + 2, 0);
  // The last column holds sentences: it wraps within what the terminal leaves.
  const room = width === undefined ? Infinity : Math.max(20, width - used);
  return all.map((row) => laidOut(row, widths, room)).join('\n');
}

function laidOut(row: readonly string[], widths: readonly number[], room: number): string {
  const last = widths.length - 1;
  const cells = widths.map((_, index) => {
    const text = row[index] ?? '';
    return index === last && room !== Infinity ? wrap(text, room) : text.split('\n');
  });
  const height = Math.max(...cells.map((lines) => lines.length));
  const line = (at: number): string =>
    widths.map((wide, index) => padded(cells[index]?.[at] ?? '', wide)).join('  ');
  return Array.from({ length: height }, (_, at) => line(at).trimEnd()).join('\n');
}

const padded = (text: string, width: number): string =>
  text + ' '.repeat(Math.max(0, width - visibleWidth(text)));
