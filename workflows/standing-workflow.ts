import {
  ActivityFailure,
  ApplicationFailure,
  ChildWorkflowFailure,
  isCancellation,
  proxyActivities,
  startChild,
  workflowInfo,
} from '@temporalio/workflow';
import { WorkflowExecutionAlreadyStartedError, defineSearchAttributeKey } from '@temporalio/common';
import type { Activities } from '../contracts/activities';
import { rolloutWorkflowId, standingRolloutId } from '../contracts/ids';
import type { RolloutId } from '../contracts/ids';
import { reason } from '../contracts/reason';
import type { Reason } from '../contracts/reason';
import type { RolloutInput, RolloutStatus } from '../contracts/rollout';
import { firingEveryMs, scheduledTimeAttribute } from '../contracts/standing';
import type { StandingPlan, StandingResult } from '../contracts/standing';
import { concludeFiring, refusalOfFiring } from '../domain/standing';
import { judgeFiring } from '../domain/window';
import type { FiringAnswer } from '../domain/window';
import { standingOptions } from './activity-options';
import { rolloutWorkflow } from './rollout-workflow';
import { standingChild } from './rollout/child-options';
import { stepFailureOf } from './step-failure';

const { prepareStanding, readCalendar } = proxyActivities<Activities>(standingOptions);

const scheduledTime = defineSearchAttributeKey(scheduledTimeAttribute, 'DATETIME');

/** How far ahead a firing looks, so that it can say when the next window opens. */
const aheadMs = 32 * 86_400_000;

/**
 * One firing of a standing plan. All but the first inside an opening end without a look at any host. It fails only when
 * hosts may have been changed and that did not come to its end: then the schedule pauses itself, until a person has looked.
 */
export async function standingWorkflow(plan: StandingPlan): Promise<StandingResult> {
  const refused = refusal(plan);
  if (refused !== null) return nothing(refused);
  try {
    const answer = await judged(plan);
    if (answer.kind !== 'opens') return nothing(answer.reason);
    const rolloutId = standingRolloutId(plan.name, answer.opening.from);
    const prepared = await prepareStanding({ plan, rolloutId });
    if (prepared.kind === 'changed') return nothing(prepared.reason);
    return await carryOut(prepared.rollout, plan);
  } catch (error) {
    if (isCancellation(error) || !(error instanceof ActivityFailure)) throw error;
    // No calendar and no plan mean closed; a file that cannot be read for a while needs nobody to resume the schedule.
    const { code, message } = stepFailureOf(error);
    return nothing(reason(code, message));
  }
}

const nothing = (why: Reason): StandingResult => ({ did: 'nothing', reason: why });

/** Anybody with Temporal's own tools can start one: what cannot even be read fails, rather than being tried for ever. */
function refusal(plan: StandingPlan): Reason | null {
  try {
    return refusalOfFiring(plan, Date.now());
  } catch (error) {
    const message = `it is no standing plan: ${String(error)}`;
    throw ApplicationFailure.create({ type: 'bad-request', message, nonRetryable: true });
  }
}

/** One that was started by hand has no time for which it was set. */
async function judged({ calendar }: StandingPlan): Promise<FiringAnswer> {
  const scheduledAt = workflowInfo().typedSearchAttributes.get(scheduledTime)?.getTime();
  const at = scheduledAt ?? Date.now();
  const { openings } = await readCalendar({
    calendar,
    from: at - firingEveryMs,
    until: at + aheadMs,
  });
  return judgeFiring({ openings, scheduledAt: at, now: Date.now(), everyMs: firingEveryMs });
}

async function carryOut(input: RolloutInput, plan: StandingPlan): Promise<StandingResult> {
  const { rolloutId } = input;
  const status = await ended(input, plan);
  if (status === null) return nothing(alreadyDone(rolloutId));
  const { pauses, reason: why } = concludeFiring(status);
  if (pauses || status.result === null) throw failed(why.code, why.message);
  return { did: 'rollout', rolloutId, result: status.result, reason: why };
}

/** Null when this opening has, or had, its rollout. */
async function ended(input: RolloutInput, plan: StandingPlan): Promise<RolloutStatus | null> {
  try {
    const child = await startChild(rolloutWorkflow, standingChild(input, plan));
    return await child.result();
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return null;
    if (isCancellation(error) || !(error instanceof ChildWorkflowFailure)) throw error;
    const { message } = stepFailureOf(error);
    throw failed('rollout-failed', `rollout ${input.rolloutId} failed: ${message}`);
  }
}

const alreadyDone = (rolloutId: RolloutId): Reason =>
  reason(
    'already-carried-out',
    `this opening has its rollout already: ${rolloutWorkflowId(rolloutId)}`,
  );

const failed = (type: string, message: string): ApplicationFailure =>
  ApplicationFailure.create({ type, message, nonRetryable: true });
