import type { EventRecord } from '../../contracts/facts';
import type { SymptomPattern } from '../../contracts/hotfix';
import { serverName } from './server-list';

/** A symptom event, read. The free text of the event is never looked at: it is localised and may span lines. */
export interface Symptom {
  readonly record: EventRecord;
  readonly atMs: number;
  /** Upper-case hex without 0x and leading zeros; null when events of this kind carry none. */
  readonly code: string | null;
  readonly server: string | null;
  /** Process and PID together: the event is written once per process and server in its log period. */
  readonly process: string | null;
}

export interface Symptoms {
  /** With the code of this problem, oldest first. */
  readonly ours: readonly Symptom[];
  /** With other codes, oldest first. */
  readonly others: readonly Symptom[];
  /** Events whose fields are missing or make no sense: what they would have said is not known. */
  readonly unreadable: readonly EventRecord[];
}

/** Characters of a field that are looked at. DNS names have at most 255; a longer one is no name. */
export const fieldLength = 256;

/** Symptom events that are not older than the lookback, by the host's own clock. */
export function readSymptoms(
  pattern: SymptomPattern,
  events: readonly EventRecord[],
  hostTimeMs: number,
): Symptoms {
  const inLookback = events.filter(({ eventId, at }) => {
    // An event without a time may be of any time.
    const isOld = hostTimeMs - Date.parse(at) > pattern.lookbackMs;
    return eventId === pattern.event.eventId && !isOld;
  });
  const read = inLookback.map((record) => ({ record, symptom: readSymptom(pattern, record) }));
  const readable = distinct(
    read.flatMap(({ symptom }) => (symptom === null ? [] : [symptom])),
    // Times are whole seconds on old hosts, so ties are ordered by the record id.
  ).toSorted((a, b) => a.atMs - b.atMs || a.record.recordId - b.record.recordId);
  const { code } = pattern.event;
  const isOurs = (one: Symptom): boolean => code === null || one.code === codeOf(code.value);
  return {
    ours: readable.filter(isOurs),
    others: readable.filter((one) => !isOurs(one)),
    unreadable: read.flatMap(({ record, symptom }) => (symptom === null ? [record] : [])),
  };
}

function readSymptom({ event }: SymptomPattern, record: EventRecord): Symptom | null {
  const field = (index: number): string => (record.data[index] ?? '').trim();
  const atMs = Date.parse(record.at);
  const code = event.code === null ? null : codeOf(field(event.code.field));
  const server = event.serverField === null ? null : serverName(field(event.serverField));
  if (Number.isNaN(atMs) || (event.code !== null && code === null)) return null;
  if (server === '' || (server !== null && server.length >= fieldLength)) return null;
  const part = (index: number): string => field(index).toLowerCase().slice(0, fieldLength);
  const process =
    event.process === null
      ? null
      : `${part(event.process.nameField)} ${part(event.process.pidField)}`;
  return { record, atMs, code, server, process };
}

/** The same event sent twice is one event: `minimumEvents` would count it again. */
function distinct(symptoms: readonly Symptom[]): Symptom[] {
  const found = new Map<string, Symptom>();
  for (const one of symptoms) {
    const { record, atMs, code, server, process } = one;
    found.set(JSON.stringify([record.recordId, atMs, code, server, process]), one);
  }
  return [...found.values()];
}

/** A code as the event writes it, with or without prefix and leading zeros; null when it is none. */
export function codeOf(text: string): string | null {
  const digits = /^(?:0x)?0{0,32}([0-9a-f]{1,8})$/i.exec(text.trim())?.[1];
  // The expression leaves a leading zero in the digits when there are more than it takes.
  return digits?.replace(/^0+(?=.)/, '').toUpperCase() ?? null;
}

/** How reasons call one event of the symptom: `Error 0x55`. */
export const nameOf = ({ event }: SymptomPattern): string =>
  event.code === null ? `Event ${event.eventId}` : `Error 0x${event.code.value}`;
