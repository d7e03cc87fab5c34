import type { ScheduleDescription, ScheduleExecutionResult } from '@temporalio/client';
import { WorkflowFailedError, WorkflowNotFoundError } from '@temporalio/client';
import { isStandingRollout, rolloutIdOf } from '../../contracts/ids';
import { searchAttributes, workflowTypes } from '../../contracts/names';
import type { StandingResult } from '../../contracts/standing';
import { bounded } from '../rollouts/bounded';
import { asking } from '../rollouts/temporal';
import type { Temporal } from '../rollouts/temporal';

/** One ring of the alarm clock, and what came of it. */
export interface FiringView {
  /** ISO 8601: for which it was set, and when it came. */
  readonly scheduledAt: string;
  readonly takenAt: string;
  readonly did: 'nothing' | 'rollout' | 'failed' | 'running' | 'unknown';
  /** What it said, one sentence. */
  readonly said: string;
}

/** Newest first: the last ten that the schedule remembers, at most `count`. */
export function readFirings(
  temporal: Temporal,
  { info }: Pick<ScheduleDescription, 'info'>,
  count: number,
): Promise<FiringView[]> {
  const newest = info.recentActions.toReversed().slice(0, count);
  return asking(temporal, () => bounded(5, newest, (firing) => readFiring(temporal, firing)));
}

async function readFiring(
  { client }: Temporal,
  { scheduledAt, takenAt, action }: ScheduleExecutionResult,
): Promise<FiringView> {
  const { workflowId, firstExecutionRunId } = action.workflow;
  const times = { scheduledAt: scheduledAt.toISOString(), takenAt: takenAt.toISOString() };
  const handle = client.workflow.getHandle(workflowId, firstExecutionRunId);
  try {
    const { status } = await handle.describe();
    if (status.name === 'RUNNING') return { ...times, did: 'running', said: 'is under way' };
    const result = (await handle.result()) as StandingResult;
    return { ...times, did: result.did, said: result.reason.message };
  } catch (error) {
    if (error instanceof WorkflowFailedError) {
      return { ...times, did: 'failed', said: error.cause?.message ?? error.message };
    }
    if (!(error instanceof WorkflowNotFoundError)) throw error;
    return { ...times, did: 'unknown', said: 'the server does not keep it any more' };
  }
}

/** A rollout of a standing plan. */
export interface StandingRolloutView {
  readonly rolloutId: string;
  readonly startedAt: string;
  readonly phase: string;
}

const rolloutsShown = 10;

/** Newest first, at most ten: a schedule remembers the firings of two hours only, and most of these did nothing. */
export function readRollouts(temporal: Temporal, name: string): Promise<StandingRolloutView[]> {
  const query = `WorkflowType = '${workflowTypes.rollout}' AND WorkflowId STARTS_WITH 'rollout/${name}-'`;
  return asking(temporal, async () => {
    const found = new Map<string, StandingRolloutView>();
    for await (const execution of temporal.client.workflow.list({ query })) {
      const rolloutId = rolloutIdOf(execution.workflowId);
      if (rolloutId === undefined || found.has(rolloutId)) continue;
      if (!isStandingRollout(rolloutId, name)) continue;
      const phase = execution.searchAttributes[searchAttributes.rolloutPhase]?.[0];
      found.set(rolloutId, {
        rolloutId,
        startedAt: execution.startTime.toISOString(),
        phase: typeof phase === 'string' ? phase : '',
      });
      if (found.size >= rolloutsShown) break;
    }
    return [...found.values()];
  });
}
