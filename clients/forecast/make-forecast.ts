import { readFile } from 'node:fs/promises';
import { rolloutId } from '../../contracts/ids';
import type { Preview, PreviewContent } from '../../contracts/preview';
import type { AssessedHost } from '../../contracts/rollout';
import type { Calendar, CalendarReading, Interval } from '../../contracts/window';
import { readCalendar } from '../../domain/calendar';
import { forecast } from '../../domain/preview';
import type { Forecast } from '../../domain/preview';
import { rolloutInput } from '../rollouts/start-rollout';

/** What is known beside the preview. */
export interface Known {
  /** Of an assessment; empty: every host is taken for affected. */
  readonly verdicts: readonly AssessedHost[];
  /** Milliseconds that hosts took in earlier rollouts; empty: the plan's word is taken. */
  readonly seenMs: readonly number[];
  readonly now: number;
}

/** Goes through the plan with the very decisions of the engine. Null when there are too many hosts for it. */
export async function makeForecast(preview: Preview, known: Known): Promise<Forecast | null> {
  const { content } = preview;
  // Nothing is started: name and requester are only what the shape wants.
  const plan = rolloutInput({
    rolloutId: rolloutId('forecast'),
    preview,
    requestedBy: { name: 'forecast', source: 'os-user' },
  });
  return forecast({
    plan,
    ...known,
    quietForMs: quietForOf(content),
    calendar: content.calendar === undefined ? null : await readerOf(content.calendar),
  });
}

const quietForOf = ({ action = 'fix', hostPolicy, hotfix }: PreviewContent): number =>
  action === 'fix' ? (hostPolicy.quietForMs ?? hotfix.verification.quietForMs) : 0;

async function readerOf(calendar: Calendar): Promise<(span: Interval) => CalendarReading> {
  const files = calendar.blackouts.flatMap((one) => (one.kind === 'calendar' ? [one.file] : []));
  const texts = await Promise.all(
    [...new Set(files)].map(async (file) => [file, await readFile(file, 'utf8')] as const),
  );
  const byFile = Object.fromEntries(texts);
  return (span) => readCalendar(calendar, byFile, span);
}
