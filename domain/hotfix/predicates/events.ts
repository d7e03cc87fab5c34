import type { SymptomPattern } from '../../../contracts/hotfix';
import type { EventsPredicate } from '../../../contracts/predicate';
import { reason } from '../../../contracts/reason';
import { burstMsOf } from '../find-burst';
import type { SymptomJudgement } from '../judge-symptom';
import { needsServerList } from '../server-list';
import { spanOf } from '../spans';
import type { Answered } from './answered';

export function eventsWords({ coverage }: EventsPredicate, pattern: SymptomPattern | null): string {
  if (pattern === null) {
    return coverage === 'all' ? 'the symptom was logged as a burst' : 'the symptom was logged';
  }
  const { event, provider, minimumEvents } = pattern;
  const code = event.code === null ? '' : ` with error 0x${event.code.value}`;
  const what = `event ${event.eventId} of ${provider}${code} was logged`;
  const back = `in the last ${spanOf(pattern.lookbackMs)}`;
  if (coverage === 'some') return `${what} ${back}`;
  const times = minimumEvents === 1 ? '' : ` at least ${minimumEvents} times`;
  const which = needsServerList(pattern) ? ' for every server that the host can use' : '';
  return `${what}${times}${which} within ${spanOf(burstMsOf(pattern))}, ${back}`;
}

export function judgeEvents(
  { coverage }: EventsPredicate,
  symptom: SymptomJudgement | null,
): Answered {
  if (symptom !== null) return symptom[coverage];
  const message = 'The definition asks for events, but says nothing of a symptom.';
  return { answer: 'unknown', reasons: [reason('no-symptom-defined', message)] };
}
