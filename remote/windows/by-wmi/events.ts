import type { EventRecord, HostFacts } from '../../../contracts/facts';
import type { SymptomPattern } from '../../../contracts/hotfix';
import type { Answer } from '../../../contracts/reason';
import { known, unknown } from '../../../contracts/reason';
import type { EventSubscriptions, Wmi, WmiOptions } from '../../wmi';
import { eventsOfKind, eventXPath, symptomsBySubscription } from '../probe-events';
import { cimDateTime } from './boot';

/** The provider lists its servers every quarter of an hour; what is older than this says nothing about today. */
const serversWithinMs = 86_400_000;
const maxServerEvents = 8;
/** A log that has been silent for longer is not told to its end. */
const newestWithinMs = [3_600_000, 86_400_000, 14 * 86_400_000];

/** Symptoms and server lists by subscription, told to have come whole by the newest record that WMI knows. */
export async function eventsByWmi(
  wmi: Wmi,
  events: EventSubscriptions,
  pattern: SymptomPattern,
  hostTime: Answer<string>,
  options: WmiOptions,
): Promise<HostFacts['events']> {
  if (!hostTime.known) return unknown(`the time of the host is not known: ${hostTime.why}`);
  const newest = await newestRecord(wmi, pattern.log, Date.parse(hostTime.value), options);
  const reading = await symptomsBySubscription(events, pattern, newest, options);
  if (reading === null) return unknown(`the ${pattern.log} log could not be read to its end`);
  const servers = await serverEvents(events, pattern, newest, options);
  if (!servers.known) return servers;
  const first = await events.read(
    { log: pattern.log, select: ['*'], untilRecordId: null },
    { ...options, maxEvents: 1 },
  );
  return known({
    ...reading,
    servers: servers.value,
    oldestRecordAt: first.events[0]?.at ?? null,
  });
}

async function serverEvents(
  events: EventSubscriptions,
  pattern: SymptomPattern,
  newest: number | null,
  options: WmiOptions,
): Promise<Answer<readonly EventRecord[]>> {
  if (pattern.servers === null) return known([]);
  const { eventId } = pattern.servers;
  const { events: found, complete } = await events.read(
    {
      log: pattern.log,
      select: [eventXPath(pattern, eventId, serversWithinMs)],
      untilRecordId: newest,
    },
    options,
  );
  return complete
    ? known(eventsOfKind(found, pattern, eventId).slice(0, maxServerEvents))
    : unknown('the lists of servers could not be read to their end');
}

async function newestRecord(
  wmi: Wmi,
  log: string,
  hostTime: number,
  options: WmiOptions,
): Promise<number | null> {
  for (const withinMs of newestWithinMs) {
    const since = cimDateTime(hostTime - withinMs);
    // oxlint-disable-next-line no-await-in-loop -- further back only when nothing was found
    const rows = await wmi.wql(
      `SELECT RecordNumber FROM Win32_NTLogEvent WHERE Logfile='${log.replaceAll("'", '')}' AND TimeWritten>='${since}'`,
      { RecordNumber: 'uint32' },
      options,
    );
    const ids = rows.flatMap(({ RecordNumber }) => (RecordNumber === null ? [] : [RecordNumber]));
    if (ids.length > 0) return Math.max(...ids);
  }
  return null;
}
