import type { EventRecord } from '../../contracts/facts';
import type { AffectedRule } from '../../contracts/hotfix';

/** The servers that the host has access to, by the newest event that lists them or by the operator. */
export interface ServerList {
  readonly from: 'operator' | 'in-site' | 'out-of-site';
  /** Normalised by `serverName`, in the order of the list. */
  readonly usable: readonly string[];
  /** Rows of the chosen part that could not be read: the list may be longer than it looks. */
  readonly unreadable: number;
  /** The event; null for the operator's list. */
  readonly event: EventRecord | null;
}

/** DNS names compare without case, and a trailing dot changes nothing. */
export function serverName(text: string): string {
  return text.trim().toLowerCase().replace(/\.$/, '');
}

/** Null when there is no event or it lists nothing that can be used. */
export function serverListOf(
  rule: AffectedRule,
  events: readonly EventRecord[],
): ServerList | null {
  if (rule.domainControllers.length > 0) {
    const usable = distinct(rule.domainControllers.map(serverName));
    return { from: 'operator', usable, unreadable: 0, event: null };
  }
  const event = newestServerEvent(rule, events);
  if (event === null) return null;
  const inSite = readRows(event.data[rule.servers.inSiteField]);
  if (inSite.usable.length > 0) return { from: 'in-site', ...inSite, event };
  // With no usable server in its site the host goes to the others (event 2084).
  const outOfSite = readRows(event.data[rule.servers.outOfSiteField]);
  const unreadable = inSite.unreadable + outOfSite.unreadable;
  return outOfSite.usable.length > 0
    ? { from: 'out-of-site', usable: outOfSite.usable, unreadable, event }
    : null;
}

export function newestServerEvent(
  rule: AffectedRule,
  events: readonly EventRecord[],
): EventRecord | null {
  return events
    .filter(({ eventId }) => eventId === rule.servers.eventId)
    .reduce<EventRecord | null>(
      (newest, event) => (newest === null || event.recordId > newest.recordId ? event : newest),
      null,
    );
}

function readRows(list: string | undefined): { usable: string[]; unreadable: number } {
  const rows = (list ?? '').split(/\r?\n/).filter((row) => row.trim() !== '');
  const read = rows.map(readRow);
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
