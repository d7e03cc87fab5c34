import { printable, visibleWidth, wrap } from './wrap';

/** A line that may have parts, which stand below it. */
export interface Outline {
  readonly text: string;
  /** @default a dash */
  readonly mark?: string;
  readonly of?: readonly Outline[];
}

/** Text behind a mark, its further lines below its first: `- `, or an answer in a column of its own. */
export function hanging(mark: string, text: string, width: number): readonly string[] {
  const indent = visibleWidth(mark);
  // Deep down there is little room left; a column of single words could not be read.
  const lines = wrap(printable(text), Math.max(30, width - indent));
  return lines.map((line, index) => (index === 0 ? mark : ' '.repeat(indent)) + line);
}

/** Each line behind its mark, parts deeper than their line. */
export const outlined = (
  lines: readonly Outline[],
  width: number,
  indent = '  ',
): readonly string[] =>
  lines.flatMap(({ text, mark = '-', of = [] }) => [
    ...hanging(`${indent}${mark} `, text, width),
    ...outlined(of, width, `${indent}  `),
  ]);
