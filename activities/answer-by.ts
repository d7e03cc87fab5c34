import { Context } from '@temporalio/activity';
import type { ActivityDependencies } from './dependencies';

/** What is left for the reply of the activity itself. */
const marginMs = 15_000;
/** A command of a definition always gets that much, however short the activity. */
const leastMs = 5000;

/** By when this try of the running activity has to be through with the host, epoch milliseconds. */
export function answerBy({ now }: Pick<ActivityDependencies, 'now'>): number {
  const { startToCloseTimeoutMs } = Context.current().info;
  return now() + Math.max(leastMs, startToCloseTimeoutMs - marginMs);
}
