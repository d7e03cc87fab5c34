import { Failure } from '../../contracts/failures';
import type { AffectedRule } from '../../contracts/hotfix';
import type { RunOptions, Session } from '../session';
import { ask, requireAnyAnswer } from './composite';
import { parseEvents } from './event-xml';
import { quoteArgument, xpathLiteral } from './quoting';

/** Record id of the newest event of a log; 0 when the log is empty. @throws Failure `unexpected-output` */
export async function newestRecordId(
  session: Session,
  log: string,
  options: RunOptions = {},
): Promise<number> {
  const command = `wevtutil qe ${quoteArgument(log)} /f:XML /rd:true /c:1 2>&1`;
  const sections = await ask(session, [{ name: 'newest', command }], options);
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
  rule: AffectedRule,
  recordId: number,
  options: RunOptions = {},
): Promise<boolean | null> {
  const { log, provider, symptom } = rule;
  const query = `*[System[Provider[@Name=${xpathLiteral(provider)}] and (EventID=${symptom.eventId}) and (EventRecordID > ${recordId})]]`;
  const command = `wevtutil qe ${quoteArgument(log)} ${quoteArgument(`/q:${query}`)} /f:XML /rd:true /c:500 2>&1`;
  const sections = await ask(session, [{ name: 'symptoms', command }], options);
  requireAnyAnswer(sections);
  const section = sections.of('symptoms');
  const { events, damaged } = parseEvents(section.text);
  const isSeen = events.some(({ data }) => isCode(data[symptom.codeField], symptom.code));
  if (isSeen) return true;
  return section.succeeded && !damaged ? false : null;
}

function isCode(text: string | undefined, code: string): boolean {
  return text !== undefined && plainHex(text) === plainHex(code);
}

function plainHex(hex: string): string {
  return hex.trim().toUpperCase().replace(/^0X/, '').replace(/^0+/, '');
}
