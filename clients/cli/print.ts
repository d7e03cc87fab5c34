import { stripVTControlCharacters } from 'node:util';
import Table from 'cli-table3';
import type { CliIo } from './io';

/** Machine form or people's form of the same value; the second is only made when it is wanted. */
export function print(io: CliIo, json: boolean, value: unknown, text: () => string): void {
  io.stdout.write(json ? `${JSON.stringify(value, null, 2)}\n` : `${text().trimEnd()}\n`);
}

const drawn =
  'top top-mid top-left top-right bottom bottom-mid bottom-left bottom-right left left-mid mid mid-mid right right-mid';
const plainBorders = {
  ...Object.fromEntries(drawn.split(' ').map((place) => [place, ''])),
  middle: '  ',
};

/** Columns without lines, as `kubectl` and `docker` print them: easy to read, easy to cut. */
export function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  width?: number,
): string {
  const last = head.length - 1;
  const widths = head.map((name, index) =>
    Math.max(name.length, ...rows.map((row) => visibleWidth(row[index] ?? ''))),
  );
  const used = widths.slice(0, last).reduce((sum, each) => sum + each + 2, 0);
  // The last column holds sentences: it wraps within what the terminal leaves.
  const room = width === undefined ? Infinity : Math.max(20, width - used);
  const shown = new Table({
    head: [...head],
    chars: plainBorders,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
    wordWrap: true,
    ...(Number.isFinite(room)
      ? { colWidths: [...widths.slice(0, last), Math.min(room, widths[last] ?? room)] }
      : {}),
  });
  shown.push(...rows.map((row) => [...row]));
  return shown
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}

const visibleWidth = (text: string): number =>
  Math.max(...text.split('\n').map((line) => stripVTControlCharacters(line).length));
