import { parse } from 'csv-parse/sync';

import { connectionFields } from '../../contracts/connection.schema';
import { nearestOf } from '../../contracts/fields.schema';
import { readText } from '../input/read-yaml';
import { type FoundHost, HostDraft } from './found-host';
import { wholeNumber } from './mapping';
import { type Origin, Unusable } from './origin';
import type { Report } from './report';

/**
 * Hosts in a table: one a line below a header. Columns are `host`, `address`, the fields of a connection, `labels.x`;
 * every other column is a label. An empty cell says nothing.
 */
export async function readCsv(file: string, report: Report): Promise<readonly FoundHost[]> {
  const text = await readText(file);
  const rows = rowsOf(text, separatorOf(text));
  const [header, ...lines] = rows;
  if (header === undefined) throw new Unusable('is empty', 'write a header: host,address,kind');
  const columns = header.record.map((name) => columnOf(name));
  const where = (line: number): Origin => ({ file, line });
  if (
    !checkColumns(header.record, columns, (message, advice) =>
      report(where(header.line), 'header', message, advice),
    )
  )
    return [];
  const hosts: FoundHost[] = [];
  const places = new Map<string, number>();
  for (const { record, line } of lines) {
    if (record.every((cell) => cell === '')) continue;
    if (record.length !== columns.length) {
      const message = `has ${record.length} cells where the header has ${columns.length}`;
      report(where(line), '', message, 'add or remove separators; quote cells that contain one');
      continue;
    }
    const host = hostOf(record, columns, where(line), header.record);
    const twin = places.get(host.name);
    if (host.name === '') report(where(line), 'host', 'is empty', 'name the host');
    else if (twin !== undefined)
      report(where(line), 'host', `is ${host.name}, as in line ${twin}`, 'remove one of the two');
    else {
      places.set(host.name, line);
      hosts.push(host);
    }
  }
  return hosts;
}

interface Row {
  readonly record: readonly string[];
  /** 1-based. */
  readonly line: number;
}

function rowsOf(text: string, delimiter: string): Row[] {
  try {
    const rows = parse(text, {
      delimiter,
      bom: true,
      trim: true,
      info: true,
      relax_column_count: true,
      skip_empty_lines: true,
    });
    return (rows as unknown as { record: string[]; info: { lines: number } }[]).map(
      // The row was counted at its end, and cells may have several lines.
      ({ record, info }) => ({
        record,
        line: info.lines - (record.join('').split('\n').length - 1),
      }),
    );
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new Unusable(
      `is no valid CSV: ${message}`,
      'close every quote, and double those in cells',
    );
  }
}

/** Spreadsheets write what the language of their user writes: a comma, a semicolon or a tab. */
function separatorOf(text: string): string {
  const header = text.slice(0, (text.indexOf('\n') + 1 || text.length + 1) - 1);
  const counts = [',', ';', '\t'].map((mark) => ({ mark, count: header.split(mark).length }));
  return counts.toSorted((a, b) => b.count - a.count)[0]?.mark ?? ',';
}

type Column =
  | { readonly kind: 'host' | 'address' }
  | { readonly kind: 'connection' | 'label'; readonly name: string };

const fields = Object.keys(connectionFields.shape);
const reserved = ['host', 'address', ...fields];

function columnOf(written: string): Column {
  const known = reserved.find((name) => name.toLowerCase() === written.toLowerCase());
  if (known === 'host' || known === 'address') return { kind: known };
  if (known !== undefined) return { kind: 'connection', name: known };
  return { kind: 'label', name: written.replace(/^labels\./i, '') };
}

function checkColumns(
  header: readonly string[],
  columns: readonly Column[],
  complain: (message: string, advice: string) => void,
): boolean {
  let isGood = true;
  const refuse = (message: string, advice: string): void => {
    isGood = false;
    complain(message, advice);
  };
  header.forEach((name, index) => {
    if (name === '') refuse(`has no name in column ${index + 1}`, 'name it, or remove it');
    if (/^(?:ansible_)?(?:pass(?:word|phrase)?|username|user|login)$/i.test(name)) {
      const advice = 'remove it and name where the worker finds it, in a column credentialRef';
      refuse(`has the column ${name}`, advice);
    }
    const lower = name.toLowerCase();
    const twin = header.findIndex((other) => other.toLowerCase() === lower);
    if (name !== '' && twin < index)
      refuse(`has the column ${name} twice`, 'remove one of the two');
  });
  if (!columns.some(({ kind }) => kind === 'host')) {
    const near = header.find(
      (name) => nearestOf('host', [name]) !== null || /^(?:host)?name$/i.test(name),
    );
    const advice =
      near === undefined ? 'add one with the names of the hosts' : `rename ${near} to host`;
    refuse('has no column host', advice);
  }
  return isGood;
}

function hostOf(
  record: readonly string[],
  columns: readonly Column[],
  origin: Origin,
  header: readonly string[],
): FoundHost {
  const draft = new HostDraft(
    record[columns.findIndex(({ kind }) => kind === 'host')] ?? '',
    origin,
  );
  columns.forEach((column, index) => {
    const cell = record[index] ?? '';
    const source = { origin, name: header[index] ?? '' };
    if (cell === '') return;
    if (column.kind === 'address') draft.setAddress(cell, source);
    else if (column.kind === 'label')
      draft.setLabel(column.name, cell.replaceAll(/\s*\n\s*/g, ' '), source);
    else if (column.kind === 'connection')
      draft.setConnection(column.name, cellValue(column.name, cell), source);
  });
  return draft.finish(null);
}

const lists = new Set(['hostKey', 'knownHosts', 'via']);

/** Cells are text; a few fields are not. Blanks part the entries of a list. */
function cellValue(field: string, cell: string): unknown {
  if (lists.has(field)) {
    const entries = cell.split(/\s+/);
    return entries.length === 1 ? cell : entries;
  }
  if (field === 'allowUnencrypted') return booleanOf(cell);
  return wholeNumber(cell);
}

function booleanOf(cell: string): unknown {
  if (/^(?:true|yes|1)$/i.test(cell)) return true;
  return /^(?:false|no|0)$/i.test(cell) ? false : cell;
}
