import type { EventRecord, HostFacts } from '../../contracts/facts';
import type { AffectedRule } from '../../contracts/hotfix';
import { known, unknown } from '../../contracts/reason';
import type { RunOptions } from '../session';
import type { EventSubscriptions, SubscribedEvent } from '../wmi';
import { isOtherWay } from './by-wmi/other-way';
import type { Question, Sections } from './composite';
import { parseEvents } from './event-xml';
import { whyNot } from './probe-answers';
import { quoteArgument, xpathLiteral } from './quoting';

/** Symptom events of which no more are looked at. */
const maxSymptoms = 2000;
const maxServerEvents = 8;

/** Symptoms of the lookback, and whether these are all. */
export interface SymptomReading {
  readonly symptoms: readonly EventRecord[];
  readonly complete: boolean;
}

export function symptomXPath({ provider, symptom, lookbackMs }: AffectedRule): string {
  return `*[System[Provider[@Name=${xpathLiteral(provider)}] and (EventID=${symptom.eventId}) and TimeCreated[timediff(@SystemTime) <= ${lookbackMs}]]]`;
}

export function serversXPath({ provider, servers }: AffectedRule, withinMs?: number): string {
  const age =
    withinMs === undefined ? '' : ` and TimeCreated[timediff(@SystemTime) <= ${withinMs}]`;
  return `*[System[Provider[@Name=${xpathLiteral(provider)}] and (EventID=${servers.eventId})${age}]]`;
}

/** How far the log reaches back, and the newest lists of servers. */
export function coverageQuestions(rule: AffectedRule): Question[] {
  const channel = quoteArgument(rule.log);
  const lists = quoteArgument(`/q:${serversXPath(rule)}`);
  return [
    { name: 'oldest', command: `wevtutil qe ${channel} /f:XML /rd:false /c:1 2>&1` },
    {
      name: 'servers',
      command: `wevtutil qe ${channel} ${lists} /f:XML /rd:true /c:${maxServerEvents} 2>&1`,
    },
  ];
}

/** The newest record of the log: a subscription that has brought it has brought everything before it. */
export const newestQuestion = (rule: AffectedRule): Question => ({
  name: 'newest',
  command: `wevtutil qe ${quoteArgument(rule.log)} /f:XML /rd:true /c:1 2>&1`,
});

export const symptomsQuestion = (rule: AffectedRule): Question => ({
  name: 'symptoms',
  command: `wevtutil qe ${quoteArgument(rule.log)} ${quoteArgument(`/q:${symptomXPath(rule)}`)} /f:XML /rd:true /c:${maxSymptoms} 2>&1`,
});

/** Null when wevtutil failed: then there is no answer at all. */
export function symptomsOf(sections: Sections): SymptomReading | null {
  const section = sections.of('symptoms');
  if (section.ended && !section.succeeded) return null;
  const { events, damaged } = parseEvents(section.text);
  return {
    symptoms: newestFirst(events),
    complete: section.ended && !damaged && events.length < maxSymptoms,
  };
}

const subscriptionTimeoutMs = 60_000;

/**
 * By subscription; null when the other way has to be gone. What cannot be told to have come whole is no answer: "no
 * event" would become "not affected".
 */
export async function symptomsBySubscription(
  subscriptions: EventSubscriptions,
  rule: AffectedRule,
  newestRecordId: number | null,
  { signal }: Pick<RunOptions, 'signal'>,
): Promise<SymptomReading | null> {
  if (newestRecordId === null) return null;
  try {
    const { events, complete } = await subscriptions.read(
      { log: rule.log, select: [symptomXPath(rule)], untilRecordId: newestRecordId },
      // Beyond that it is the other way's anyway, which gives the newest.
      { timeoutMs: subscriptionTimeoutMs, maxEvents: maxSymptoms, ...(signal && { signal }) },
    );
    const symptoms = eventsOfKind(events, rule, rule.symptom.eventId);
    return complete && symptoms.length < maxSymptoms ? { symptoms, complete: true } : null;
  } catch (error) {
    if (isOtherWay(error)) return null;
    throw error;
  }
}

/** Newest first. The record that ends a reading is among its events, whatever it is. */
export function eventsOfKind(
  events: readonly SubscribedEvent[],
  { provider }: Pick<AffectedRule, 'provider'>,
  eventId: number,
): EventRecord[] {
  const name = provider.toLowerCase();
  const ours = events.filter(
    (one) => one.eventId === eventId && one.provider.toLowerCase() === name,
  );
  return newestFirst(ours.map(({ recordId, at, data }) => ({ recordId, at, eventId, data })));
}

export function newestRecordIdOf(sections: Sections): number | null {
  const { succeeded, text } = sections.of('newest');
  const { events, damaged } = parseEvents(text);
  return succeeded && !damaged ? (events[0]?.recordId ?? null) : null;
}

export function eventsOf(sections: Sections, reading: SymptomReading | null): HostFacts['events'] {
  const servers = sections.of('servers');
  const oldest = sections.of('oldest');
  if (!oldest.succeeded) return whyNot('wevtutil', oldest);
  if (!servers.succeeded) return whyNot('wevtutil', servers);
  if (reading === null) return whyNot('wevtutil', sections.of('symptoms'));
  const lists = parseEvents(servers.text);
  const first = parseEvents(oldest.text);
  if (lists.damaged) return unknown('wevtutil gave events that are not well-formed');
  if (first.damaged) return unknown('wevtutil gave an oldest event that is not well-formed');
  return known({
    ...reading,
    servers: newestFirst(lists.events),
    oldestRecordAt: first.events[0]?.at ?? null,
  });
}

function newestFirst<T extends { readonly recordId: number }>(events: readonly T[]): T[] {
  return events.toSorted((a, b) => b.recordId - a.recordId);
}
