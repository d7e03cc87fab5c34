import type { EventRecord } from '../../contracts/facts';
import type { SymptomPattern } from '../../contracts/hotfix';

/** The servers that the host has access to, by the newest event that lists them or by the operator. */
export interface ServerList {
  readonly from: 'operator' | 'in-site' | 'out-of-site';
  /** Normalised by `serverName`, in the order of the list. */
  readonly usable: readonly string[];
  /** Rows of the chosen part that could not be read: the list may be longer than it looks. */
  readonly unreadable: number;
  /** Usable servers in either part, for the evidence; null for the operator's list. */
  readonly counts: { readonly inSite: number; readonly outOfSite: number } | null;
}

/** DNS names compare without case, and a trailing dot changes nothing. */
export function serverName(text: string): string {
  return text.trim().toLowerCase().replace(/\.$/, '');
}

/** Whether the events of a symptom are judged against a list of servers at all. */
export const needsServerList = ({ event, servers, domainControllers }: SymptomPattern): boolean =>
  event.serverField !== null && (servers !== null || domainControllers.length > 0);

/** Null when there is no event or it lists nothing that can be used. */
export function serverListOf(
  pattern: SymptomPattern,
  events: readonly EventRecord[],
): ServerList | null {
  if (pattern.domainControllers.length > 0) {
    const usable = distinct(pattern.domainControllers.map(serverName));
    return { from: 'operator', usable, unreadable: 0, counts: null };
  }
  const event = newestServerEvent(pattern, events);
  if (event === null || pattern.servers === null) return null;
  const inSite = readRows(event.data[pattern.servers.inSiteField]);
  const outOfSite = readRows(event.data[pattern.servers.outOfSiteField]);
  const counts = { inSite: inSite.usable.length, outOfSite: outOfSite.usable.length };
  if (inSite.usable.length > 0) return { from: 'in-site', ...inSite, counts };
  // Only when no server of its site is up does the host go to the others (event 2084), and then to all of them.
  const unreadable = inSite.unreadable + outOfSite.unreadable;
  return outOfSite.usable.length > 0
    ? { from: 'out-of-site', usable: outOfSite.usable, unreadable, counts }
    : null;
}

export function newestServerEvent(
  { servers }: SymptomPattern,
  events: readonly EventRecord[],
): EventRecord | null {
  return events
    .filter(({ eventId }) => eventId === servers?.eventId)
    .reduce<EventRecord | null>(
      (newest, event) => (newest === null || event.recordId > newest.recordId ? event : newest),
      null,
    );
}

/** The rows of a list that say something: usable servers, and what cannot be read. */
export const tellingRows = (list: string): readonly string[] =>
  rowsOf(list).filter((row) => readRow(row)?.isUsable !== false);

const rowsOf = (list: string): readonly string[] =>
  list.split(/\r?\n/).filter((row) => row.trim() !== '');

function readRows(list: string | undefined): { usable: string[]; unreadable: number } {
  const read = rowsOf(list ?? '').map(readRow);
  return {
    usable: distinct(read.flatMap((row) => (row?.isUsable === true ? [row.name] : []))),
    unreadable: read.filter((row) => row === null).length,
  };
}

/**
 * One server of event 2080, columns separated by a TAB or blanks:
 *
 *     name roles enabled reachability synchronized gc pdc sacl critical netlogon os     11, Exchange 2007 and later
 *     name roles         reachability synchronized gc pdc sacl critical netlogon os     10, before
 *
 * Reachability is a set of bits for the ports that answer; 0 is none.
 */
function readRow(row: string): { name: string; isUsable: boolean } | null {
  const columns = row.trim().split(/\s+/);
  if (columns.length !== 10 && columns.length !== 11) return null;
  const [name = '', , ...flags] = columns;
  if (!flags.every((flag) => /^\d{1,5}$/.test(flag))) return null;
  const [enabled, reachability] = columns.length === 11 ? flags : ['1', ...flags];
  return {
    name: serverName(name),
    isUsable: Number(enabled) === 1 && Number(reachability) !== 0,
  };
}

const distinct = (names: readonly string[]): string[] => [...new Set(names)];
