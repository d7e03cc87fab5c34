import type { Answer } from '../../contracts/reason';
import { known, unknown } from '../../contracts/reason';
import type { RunOptions, Session } from '../session';
import { ask, requireAnyAnswer } from './composite';
import type { Question, Section } from './composite';
import { parseEvents } from './event-xml';
import { quoteArgument, xpathLiteral } from './quoting';
import { whyNot } from './why-not';

/** Events of one id within a time up to now, by the host's own clock. */
export interface EventRule {
  readonly channel: string;
  /** Null: of any provider. */
  readonly provider: string | null;
  readonly eventId: number;
  readonly withinMs: number;
}

/**
 * How many there are, in one round trip; of more than `max` only that there are more. A log that does not reach back so
 * far, because it was cleared or has run full, tells of too many but never of few enough.
 *
 * @throws Failure of the connection; `bad-request` for names that cannot be put into a query
 */
export async function countEvents(
  session: Session,
  rule: EventRule,
  max: number,
  options: RunOptions = {},
): Promise<Answer<number>> {
  const sections = await ask(
    session,
    [eventsQuestion(rule, max + 1), olderQuestion(rule)],
    options,
  );
  requireAnyAnswer(sections);
  const found = eventsIn(sections.of('events'));
  if (found.count > max) return known(found.count);
  if (found.why !== null) return found.why;
  const older = eventsIn(sections.of('older'));
  if (older.count > 0) return known(found.count);
  return (
    older.why ??
    unknown(`the ${rule.channel} log has nothing older: it was cleared, has run full or is new`)
  );
}

function eventsQuestion(
  { channel, provider, eventId, withinMs }: EventRule,
  limit: number,
): Question {
  const from = provider === null ? '' : `Provider[@Name=${xpathLiteral(provider)}] and `;
  const age = `TimeCreated[timediff(@SystemTime) <= ${withinMs}]`;
  return {
    name: 'events',
    command: query(channel, `${from}(EventID=${eventId}) and ${age}`, limit, true),
  };
}

/** Asked for by age and not by time, so that the host's clock and no other is what counts. */
const olderQuestion = ({ channel, withinMs }: EventRule): Question => ({
  name: 'older',
  command: query(channel, `TimeCreated[timediff(@SystemTime) > ${withinMs}]`, 1, false),
});

const query = (channel: string, condition: string, limit: number, newestFirst: boolean): string =>
  `wevtutil qe ${quoteArgument(channel)} ${quoteArgument(`/q:*[System[${condition}]]`)} /f:XML /rd:${newestFirst} /c:${limit} 2>&1`;

function eventsIn(section: Section): {
  readonly count: number;
  readonly why: Answer<never> | null;
} {
  const { events, damaged } = parseEvents(section.text);
  const count = events.length;
  if (!section.succeeded) return { count, why: whyNot('wevtutil', section) };
  return { count, why: damaged ? unknown('wevtutil gave events that are not well-formed') : null };
}
