import type { Session } from '../session';
import type { Patience } from './patience';
import { quoteArgument } from './quoting';
import type { LateService } from './services';
import { stopServices } from './services';
import { askWithServices, lookAtServices, serviceIn, sharersOf } from './service-table';

/** How long the service control manager may take to see that a process has ended. */
const noticeMs = 30_000;

/**
 * Ends the processes of services that are stuck in stopping, and of no others: the host itself is told to end the
 * process only while the service lives in it, because the number may belong to somebody else by now. A process in which
 * services live that were not to be stopped is left alone.
 *
 * @param late what did not stop in time
 * @param note is told what was ended
 * @returns what still has not stopped
 */
export async function endStuckServices(
  session: Session,
  late: readonly LateService[],
  patience: Patience,
  note: (what: string) => void,
): Promise<readonly LateService[]> {
  const table = await lookAtServices(session, patience);
  const names = new Set(late.map(({ name }) => name.toLowerCase()));
  const stuck = late.filter(
    ({ name, processId }) =>
      processId !== 0 &&
      serviceIn(table, name).state === 'stop-pending' &&
      serviceIn(table, name).processId === processId &&
      sharersOf(table, name).every((other) => names.has(other.toLowerCase())),
  );
  if (stuck.length === 0) return late;
  const questions = stuck.map(({ name, processId }, index) => ({
    name: `end-${index}`,
    command: `taskkill /f /pid ${processId} /fi ${quoteArgument(`services eq ${name}`)} 2>&1`,
  }));
  for (const { name, processId } of stuck) {
    note(`had process ${processId} of ${name}, which was stuck in stopping, ended by force`);
  }
  await askWithServices(session, questions, patience);
  return stopServices(
    session,
    late.map(({ name }) => name),
    { ...patience, stageTimeoutMs: Math.min(patience.stageTimeoutMs ?? noticeMs, noticeMs) },
  );
}
