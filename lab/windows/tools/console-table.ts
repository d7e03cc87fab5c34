export type TableFormat = 'table' | 'list' | 'csv';

export interface Column {
  readonly header: string;
  /** @default as wide as its longest text */
  readonly width?: number;
  /** @default left */
  readonly align?: 'left' | 'right';
}

/** Reads a `/fo` value; null for one that no tool knows. */
export function tableFormat(text: string): TableFormat | null {
  const word = text.toLowerCase();
  return word === 'table' || word === 'list' || word === 'csv' ? word : null;
}

/** Rows in the three formats that tasklist, whoami and systeminfo share. */
export function renderTable(
  format: TableFormat,
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  hasHeader: boolean,
): string[] {
  const headers = columns.map(({ header }) => header);
  if (format === 'csv') return (hasHeader ? [headers, ...rows] : rows).map(csvLine);
  if (format === 'list') return listLines(headers, rows);
  const widths = columns.map(
    ({ header, width }, at) =>
      width ?? Math.max(header.length, ...rows.map((row) => row[at]?.length ?? 0)),
  );
  const line = (cells: readonly string[]): string =>
    columns.map(({ align }, at) => fit(cells[at] ?? '', widths[at] ?? 0, align)).join(' ');
  const head = hasHeader ? [line(headers), widths.map((width) => '='.repeat(width)).join(' ')] : [];
  return [...head, ...rows.map(line)];
}

function listLines(headers: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const width = Math.max(...headers.map((header) => header.length)) + 2;
  return rows.flatMap((row, index) => [
    ...(index === 0 ? [] : ['']),
    ...row.map((cell, at) => `${`${headers[at] ?? ''}:`.padEnd(width)}${cell}`),
  ]);
}

const csvLine = (cells: readonly string[]): string =>
  cells.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(',');

function fit(text: string, width: number, align: Column['align'] = 'left'): string {
  const cut = text.slice(0, width);
  return align === 'right' ? cut.padStart(width) : cut.padEnd(width);
}
