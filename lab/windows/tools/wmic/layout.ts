import { type Instance, textOf, valueOf } from '../../wmi/classes/wmi-class';

/** How instances are laid out as text. */
export type Layout = (
  instances: readonly Instance[],
  properties: readonly string[],
  lines: LineStyle,
) => string;

/** How the place that the text goes to has its lines. */
export interface LineStyle {
  readonly lineEnd: string;
  /** What stands behind a table. */
  readonly tableEnd: string;
}

/** `Name=value`, with two blank lines before each instance and three behind the last. */
export const valueLayout: Layout = (instances, properties, { lineEnd }) => {
  const blank = lineEnd.repeat(2);
  const blocks = instances.map((instance) =>
    properties.map((name) => `${name}=${textOf(valueOf(instance, name))}${lineEnd}`).join(''),
  );
  return `${blank}${blocks.join(blank)}${lineEnd.repeat(3)}`;
};

/** Columns as wide as what is in them and two blanks; the last one is filled up as well. */
export const tableLayout: Layout = (instances, properties, { lineEnd, tableEnd }) => {
  const rows = [
    properties,
    ...instances.map((instance) => properties.map((name) => textOf(valueOf(instance, name)))),
  ];
  const widths = properties.map((_, column) =>
    rows.reduce((width, row) => Math.max(width, row[column]?.length ?? 0), 0),
  );
  const lines = rows.map((row) =>
    row.map((text, column) => text.padEnd((widths[column] ?? 0) + 2)).join(''),
  );
  return lines.map((line) => line + lineEnd).join('') + tableEnd;
};
