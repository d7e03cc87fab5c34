import type { EventLogFacts, EventRecord, HostFacts } from '../../contracts/facts';
import type { Hotfix, SymptomPattern } from '../../contracts/hotfix';
import { known } from '../../contracts/reason';
import { judgeSymptom, mostTelling } from './judge-symptom';
import { newestServerEvent, tellingRows } from './server-list';
import { fieldLength } from './symptoms';
import { trimObservations } from './trim-observations';

/** Symptoms that evidence keeps; they show a burst, they do not have to be all of it. */
const usualSymptoms = 12;
/** As many as a burst over very many servers may take; what needs still more could not be judged again. */
const maxSymptoms = 100;
/** Characters of a server list that evidence keeps: some 200 servers. */
const maxServerList = 10_000;

/**
 * The same facts with only those events and answers that decided, so that they fit where evidence is kept. Judged again
 * they give the same state.
 */
export function trimFacts(facts: HostFacts, hotfix: Hotfix): HostFacts {
  const { events, observations } = facts;
  return {
    ...facts,
    ...(events.known && { events: known(trimLog(facts, events.value, hotfix)) }),
    ...(observations !== undefined && { observations: trimObservations(observations, hotfix) }),
  };
}

function trimLog(facts: HostFacts, log: EventLogFacts, hotfix: Hotfix): EventLogFacts {
  const pattern = hotfix.symptom;
  const judged = judgeSymptom(facts, hotfix);
  if (pattern === null || judged === null) return { ...log, symptoms: [], servers: [] };
  const { proof, deciding } = judged;
  const telling = mostTelling(deciding).map(({ record }) => record);
  const needed = new Set([...proof, ...oldestOf(log)]);
  const kept = new Set([...needed, ...telling.slice(0, Math.max(0, usualSymptoms - needed.size))]);
  const servers = newestServerEvent(pattern, log.servers);
  return {
    ...log,
    symptoms: [...kept]
      .slice(0, maxSymptoms)
      .map((record) => withoutText(pattern, record))
      .toSorted((a, b) => b.recordId - a.recordId),
    servers: servers === null ? [] : [shortened(pattern, servers)],
  };
}

/** Of an incomplete answer the oldest event tells how far it reaches back: newer ones were all sent. */
function oldestOf({ complete, symptoms }: EventLogFacts): readonly EventRecord[] {
  if (complete || symptoms.length === 0) return [];
  return [
    symptoms.reduce((oldest, one) => (Date.parse(one.at) < Date.parse(oldest.at) ? one : oldest)),
  ];
}

/** The free text is long, localised and decides nothing; fields that are judged keep their places. */
function withoutText({ event }: SymptomPattern, record: EventRecord): EventRecord {
  const judged = new Set([
    event.code?.field,
    event.serverField,
    event.process?.nameField,
    event.process?.pidField,
  ]);
  const data = record.data.map((item, index) =>
    judged.has(index) ? item.trim().slice(0, fieldLength) : '',
  );
  return { ...record, data };
}

/** Whole rows only, so that none becomes unreadable; servers that cannot be used decide nothing. */
function shortened({ servers }: SymptomPattern, record: EventRecord): EventRecord {
  const lists = new Set([servers?.inSiteField, servers?.outOfSiteField]);
  const data = record.data.map((item, index) => {
    if (item.length <= maxListAsItIs) return item;
    return lists.has(index) ? fittingRows(tellingRows(item)) : item.slice(0, fieldLength);
  });
  return { ...record, data };
}

/** A list of this length is kept as the event has it, for people. */
const maxListAsItIs = 3000;

function fittingRows(rows: readonly string[]): string {
  let length = 0;
  const fitting = rows.filter((row) => {
    length += row.length + 2;
    return length <= maxServerList;
  });
  return fitting.join('\r\n');
}
