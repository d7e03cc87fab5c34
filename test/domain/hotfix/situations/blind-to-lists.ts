import { type BlindSpot, inLists, inLog, inRows, withItem } from './blind-spot';

const rowOf = (change: (columns: string[]) => string[]) => (rows: string) =>
  rows
    .split(/\r?\n/)
    .map((row) => change(row.split(/\s+/)).join(' '))
    .join('\n');

/** In the lists of servers. */
export const blindToLists: readonly BlindSpot[] = [
  inLog(
    'which list is the newest',
    ({ servers }) => ({
      servers: servers.toSorted((a, b) => a.recordId - b.recordId).slice(0, 1),
    }),
    'an older list has two DCs, the newest three, of which two were lost',
    'an older list has three DCs, the newest the two that were lost',
  ),
  inLists(
    'record id of lists of one second',
    (event) => ({ ...event, recordId: Date.parse(event.at) / 1000 }),
    'two lists are of the same second, the newer last',
  ),
  inLists(
    'Enabled',
    (event) =>
      inRows(
        event,
        rowOf((columns) => (columns.length === 11 ? columns.with(2, '1') : columns)),
      ),
    'the DC that was not lost is not enabled',
    'no DC of the list is enabled',
  ),
  inLists(
    'Reachability',
    (event) =>
      inRows(
        event,
        rowOf((columns) => (columns.length === 11 ? columns.with(3, '7') : columns)),
      ),
    'the DC that was not lost cannot be reached',
    'no DC of the site can be reached and all outside were lost',
  ),
  inLists(
    'that partly reachable is reachable',
    (event) => inRows(event, (rows) => rows.replaceAll(/CDG 1 [16]/g, 'CDG 1 0')),
    'the DC that was not lost is reached in part (6)',
    'the DC that was not lost is reached in part (1)',
  ),
  inLists(
    'the form with ten columns',
    (event) =>
      inRows(
        event,
        rowOf((columns) => (columns.length === 10 ? [] : columns)),
      ),
    'the list has ten columns and all its DCs were lost',
  ),
  inLists(
    'rows that cannot be read',
    (event) =>
      inRows(
        event,
        rowOf((columns) => (columns.length < 10 || columns.includes('yes') ? [] : columns)),
      ),
    'a row has nine columns and all other DCs were lost',
    'a row has a word in place of a number and all other DCs were lost',
  ),
  inLists(
    'list out of site',
    (event) => withItem(event, 3, () => ''),
    'the site has no DC and all outside were lost',
  ),
  inLists(
    'that a host goes out of site only when it has to',
    (event) => withItem(event, 2, (rows) => `${rows}\r\n${event.data[3] ?? ''}`),
    'all DCs of the site were lost, and none outside',
  ),
];
