import type { EventRecord, HostFacts } from '../../contracts/facts';
import type { SymptomPattern } from '../../contracts/hotfix';
import type { Answer } from '../../contracts/reason';
import { known, unknown } from '../../contracts/reason';
import type { RunOptions } from '../session';
import type { EventSubscriptions, SubscribedEvent } from '../wmi';
import { isOtherWay } from './by-wmi/other-way';
import type { Question, Section, Sections } from './composite';
import { parseEvents } from './event-xml';
import { quoteArgument, xpathLiteral } from './quoting';
import { whyNot } from './why-not';

/** Symptom events of which no more are looked at. */
const maxSymptoms = 2000;
const maxServerEvents = 8;

/** Symptoms of the lookback, and whether these are all. */
export interface SymptomReading {
  readonly symptoms: readonly EventRecord[];
  readonly complete: boolean;
}

export const symptomXPath = (pattern: SymptomPattern): string =>
  eventXPath(pattern, pattern.event.eventId, pattern.lookbackMs);

export function eventXPath(
  { provider }: Pick<SymptomPattern, 'provider'>,
  eventId: number,
  withinMs?: number,
): string {
  const age =
    withinMs === undefined ? '' : ` and TimeCreated[timediff(@SystemTime) <= ${withinMs}]`;
  return `*[System[Provider[@Name=${xpathLiteral(provider)}] and (EventID=${eventId})${age}]]`;
}

/** How far the log reaches back, and the newest lists of servers, where the provider logs any. */
export function coverageQuestions(pattern: SymptomPattern): Question[] {
  const oldest = oldestQuestion(pattern);
  if (pattern.servers === null) return [oldest];
  const lists = quoteArgument(`/q:${eventXPath(pattern, pattern.servers.eventId)}`);
  const command = `wevtutil qe ${quoteArgument(pattern.log)} ${lists} /f:XML /rd:true /c:${maxServerEvents} 2>&1`;
  return [oldest, { name: 'servers', command }];
}

export const oldestQuestion = ({ log }: Pick<SymptomPattern, 'log'>): Question => ({
  name: 'oldest',
  command: `wevtutil qe ${quoteArgument(log)} /f:XML /rd:false /c:1 2>&1`,
});

/** The newest record of the log: a subscription that has brought it has brought everything before it. */
export const newestQuestion = ({ log }: Pick<SymptomPattern, 'log'>): Question => ({
  name: 'newest',
  command: `wevtutil qe ${quoteArgument(log)} /f:XML /rd:true /c:1 2>&1`,
});

export const symptomsQuestion = (pattern: SymptomPattern): Question => ({
  name: 'symptoms',
  command: `wevtutil qe ${quoteArgument(pattern.log)} ${quoteArgument(`/q:${symptomXPath(pattern)}`)} /f:XML /rd:true /c:${maxSymptoms} 2>&1`,
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
  pattern: SymptomPattern,
  newestRecordId: number | null,
  { signal }: Pick<RunOptions, 'signal'>,
): Promise<SymptomReading | null> {
  if (newestRecordId === null) return null;
  try {
    const { events, complete } = await subscriptions.read(
      { log: pattern.log, select: [symptomXPath(pattern)], untilRecordId: newestRecordId },
      // Beyond that it is the other way's anyway, which gives the newest.
      { timeoutMs: subscriptionTimeoutMs, maxEvents: maxSymptoms, ...(signal && { signal }) },
    );
    const symptoms = eventsOfKind(events, pattern, pattern.event.eventId);
    return complete && symptoms.length < maxSymptoms ? { symptoms, complete: true } : null;
  } catch (error) {
    if (isOtherWay(error)) return null;
    throw error;
  }
}

/** Newest first. The record that ends a reading is among its events, whatever it is. */
export function eventsOfKind(
  events: readonly SubscribedEvent[],
  { provider }: Pick<SymptomPattern, 'provider'>,
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

export function eventsOf(
  sections: Sections,
  pattern: Pick<SymptomPattern, 'servers'>,
  reading: SymptomReading | null,
): HostFacts['events'] {
  const oldest = sections.of('oldest');
  if (!oldest.succeeded) return whyNot('wevtutil', oldest);
  const servers = pattern.servers === null ? known([]) : serverEvents(sections.of('servers'));
  if (!servers.known) return servers;
  if (reading === null) return whyNot('wevtutil', sections.of('symptoms'));
  const oldestRecordAt = oldestTime(oldest);
  if (!oldestRecordAt.known) return oldestRecordAt;
  return known({ ...reading, servers: servers.value, oldestRecordAt: oldestRecordAt.value });
}

function serverEvents(section: Section): Answer<readonly EventRecord[]> {
  if (!section.succeeded) return whyNot('wevtutil', section);
  const { events, damaged } = parseEvents(section.text);
  return damaged
    ? unknown('wevtutil gave events that are not well-formed')
    : known(newestFirst(events));
}

/** Null when the log is empty. */
export function oldestTime(section: Section): Answer<string | null> {
  if (!section.succeeded) return whyNot('wevtutil', section);
  const { events, damaged } = parseEvents(section.text);
  return damaged
    ? unknown('wevtutil gave an oldest event that is not well-formed')
    : known(events[0]?.at ?? null);
}

function newestFirst<T extends { readonly recordId: number }>(events: readonly T[]): T[] {
  return events.toSorted((a, b) => b.recordId - a.recordId);
}
