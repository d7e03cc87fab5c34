import { Failure } from '../../contracts/failures';
import type { SymptomPattern } from '../../contracts/hotfix';
import type { EventRecord } from '../../contracts/facts';
import type { Answer } from '../../contracts/reason';
import { known, unknown } from '../../contracts/reason';
import type { RunOptions, Session } from '../session';
import { ask, requireAnyAnswer } from './composite';
import type { Question, Section } from './composite';
import { parseEvents } from './event-xml';
import { hostTimeOf } from './probe-answers';
import { newestQuestion, oldestQuestion, oldestTime } from './probe-events';
import { quoteArgument, xpathLiteral } from './quoting';
import { whyNot } from './why-not';

/** Record id of the newest event of a log; 0 when the log is empty. @throws Failure `unexpected-output` */
export async function newestRecordId(
  session: Session,
  log: string,
  options: RunOptions = {},
): Promise<number> {
  const sections = await ask(session, [newestQuestion({ log })], options);
  requireAnyAnswer(sections);
  const section = sections.of('newest');
  const { events, damaged } = parseEvents(section.text);
  if (!section.succeeded || damaged) {
    throw new Failure('unexpected-output', `the ${log} log could not be read`);
  }
  return events[0]?.recordId ?? 0;
}

/** Whether the symptom was logged after a record; null when the log could not be read. */
export async function symptomAfter(
  session: Session,
  pattern: SymptomPattern,
  recordId: number,
  options: RunOptions = {},
): Promise<boolean | null> {
  const question = symptomsQuestion(pattern, `(EventRecordID > ${recordId})`);
  const sections = await ask(session, [question], options);
  requireAnyAnswer(sections);
  const { symptoms, isWhole } = readSymptoms(sections.of(question.name), pattern);
  if (symptoms.length > 0) return true;
  return isWhole ? false : null;
}

/** What one look at a log tells of the time since another. */
export interface SymptomsSince {
  /** Newest first, at most 500; or why it cannot be told whether there are any. */
  readonly symptoms: Answer<readonly EventRecord[]>;
  /** Of the host itself, ISO 8601; null when it did not tell. */
  readonly hostTime: string | null;
}

/**
 * Symptoms since a time, in one round trip. Of a log that no longer reaches back so far, because it was cleared or has
 * run full, "none" is no answer; those that are there are.
 *
 * @param since by the host's own clock, ISO 8601. Its whole second counts: old hosts log no parts of one.
 * @throws Failure of the connection; `bad-request` when `since` is no time
 */
export async function symptomsSince(
  session: Session,
  pattern: SymptomPattern,
  since: string,
  options: RunOptions = {},
): Promise<SymptomsSince> {
  const from = wholeSecond(since);
  const question = symptomsQuestion(pattern, `TimeCreated[@SystemTime >= '${from}']`);
  const questions = [clockQuestion, oldestQuestion(pattern), question];
  const sections = await ask(session, questions, options);
  requireAnyAnswer(sections);
  const clock = hostTimeOf(sections.of(clockQuestion.name));
  const { symptoms, isWhole } = readSymptoms(sections.of(question.name), pattern);
  const hostTime = clock.known ? clock.value : null;
  if (symptoms.length > 0) return { symptoms: known(symptoms), hostTime };
  if (!isWhole) return { symptoms: unreadable(sections.of(question.name)), hostTime };
  const why = whyBlind(pattern, oldestTime(sections.of('oldest')), hostTime, from);
  return { symptoms: why === null ? known([]) : unknown(why), hostTime };
}

function unreadable(section: Section): Answer<never> {
  if (!section.succeeded) return whyNot('wevtutil', section);
  return parseEvents(section.text).damaged
    ? unknown('wevtutil gave events that are not well-formed')
    : unknown(`there are more events of other problems than the ${maxSymptoms} that were read`);
}

/** Why "none" would say nothing; null when it does. */
function whyBlind(
  { log }: SymptomPattern,
  oldest: Answer<string | null>,
  hostTime: string | null,
  from: string,
): string | null {
  if (!oldest.known) return oldest.why;
  if (oldest.value === null) return `the ${log} log is empty: it was cleared`;
  if (Date.parse(oldest.value) > Date.parse(from)) {
    return `the ${log} log goes back to ${oldest.value} only, it was cleared or has run full`;
  }
  const isSetBack = hostTime !== null && Date.parse(hostTime) < Date.parse(from);
  return isSetBack ? `the clock of the host was set back to ${hostTime}` : null;
}

const maxSymptoms = 500;

/** Symptoms that meet one more condition of XPath. */
function symptomsQuestion({ log, provider, event }: SymptomPattern, condition: string): Question {
  const query = `*[System[Provider[@Name=${xpathLiteral(provider)}] and (EventID=${event.eventId}) and ${condition}]]`;
  const command = `wevtutil qe ${quoteArgument(log)} ${quoteArgument(`/q:${query}`)} /f:XML /rd:true /c:${maxSymptoms} 2>&1`;
  return { name: 'symptoms', command };
}

/** The events with the code of this problem; others of the same event are other problems. */
function readSymptoms(
  section: Section,
  { event: { eventId, code } }: SymptomPattern,
): { readonly symptoms: readonly EventRecord[]; readonly isWhole: boolean } {
  const { events, damaged } = parseEvents(section.text);
  const isOurs = (one: EventRecord): boolean =>
    one.eventId === eventId && (code === null || isCode(one.data[code.field], code.value));
  // One page of other codes may hide ours behind it.
  const isWhole = section.succeeded && !damaged && events.length < maxSymptoms;
  return { symptoms: events.filter(isOurs), isWhole };
}

function isCode(text: string | undefined, code: string): boolean {
  return text !== undefined && plainHex(text) === plainHex(code);
}

function plainHex(hex: string): string {
  return hex.trim().toUpperCase().replace(/^0X/, '').replace(/^0+/, '');
}

const clockQuestion: Question = {
  name: 'clock',
  command: 'wmic os get LocalDateTime /value <nul 2>&1',
};

function wholeSecond(since: string): string {
  const at = Date.parse(since);
  if (!Number.isNaN(at)) return new Date(at - (((at % 1000) + 1000) % 1000)).toISOString();
  throw new Failure('bad-request', `${JSON.stringify(since)} is no time in ISO 8601`, {
    facts: { since },
  });
}
