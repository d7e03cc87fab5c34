import type { EventRecord } from '../../contracts/facts';
import type { AffectedRule } from '../../contracts/hotfix';
import { serverName } from './server-list';

/** A symptom event, read. The free text of the event is never looked at: it is localised and may span lines. */
export interface Symptom {
  readonly record: EventRecord;
  readonly atMs: number;
  /** Upper-case hex without 0x and leading zeros. */
  readonly code: string;
  readonly server: string;
  /** Process and PID together: the event is written once per process and server in its log period. */
  readonly process: string;
}

export interface Symptoms {
  /** With the code of this problem, oldest first. */
  readonly ours: readonly Symptom[];
  /** With other codes, oldest first. */
  readonly others: readonly Symptom[];
  /** Events whose fields are missing or make no sense: what they would have said is not known. */
  readonly unreadable: number;
}

/** Symptom events that are not older than the lookback, by the host's own clock. */
export function readSymptoms(
  rule: AffectedRule,
  events: readonly EventRecord[],
  hostTimeMs: number,
): Symptoms {
  const read = events
    .filter(({ eventId }) => eventId === rule.symptom.eventId)
    .map((record) => readSymptom(rule, record));
  const inLookback = read
    .filter((symptom) => symptom !== null)
    .filter(({ atMs }) => hostTimeMs - atMs <= rule.lookbackMs)
    // Times are whole seconds on old hosts, so ties are ordered by the record id.
    .toSorted((a, b) => a.atMs - b.atMs || a.record.recordId - b.record.recordId);
  const code = codeOf(rule.symptom.code);
  return {
    ours: inLookback.filter((symptom) => symptom.code === code),
    others: inLookback.filter((symptom) => symptom.code !== code),
    unreadable: read.filter((symptom) => symptom === null).length,
  };
}

function readSymptom(rule: AffectedRule, record: EventRecord): Symptom | null {
  const field = (index: number): string => (record.data[index] ?? '').trim();
  const atMs = Date.parse(record.at);
  const code = codeOf(field(rule.symptom.codeField));
  const server = serverName(field(rule.symptom.serverField));
  const process = field(rule.symptom.processField).toLowerCase();
  if (Number.isNaN(atMs) || code === null || server === '') return null;
  return { record, atMs, code, server, process: `${process} ${field(rule.symptom.pidField)}` };
}

export function codeOf(text: string): string | null {
  const digits = /^(?:0x)?0*([0-9a-f]{1,8})$/i.exec(text.trim())?.[1];
  return digits === undefined ? null : digits.toUpperCase();
}
