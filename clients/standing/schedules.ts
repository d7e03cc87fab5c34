import { randomUUID } from 'node:crypto';
import { ScheduleAlreadyRunning, ScheduleNotFoundError } from '@temporalio/client';
import type { Client, ScheduleDescription, ScheduleHandle } from '@temporalio/client';
import type { Payload } from '@temporalio/common';
import { nearestOf } from '../../contracts/fields.schema';
import { Failure } from '../../contracts/failures';
import { standingNameOf, standingScheduleId } from '../../contracts/ids';
import { rolloutQueue, workflowTypes } from '../../contracts/names';
import { valueOf } from '../../contracts/parsed.schema';
import { firingEveryMs } from '../../contracts/standing';
import type { StandingPlan } from '../../contracts/standing';
import { parseStandingPlan } from '../../contracts/standing.schema';
import { asking } from '../rollouts/temporal';
import type { Temporal } from '../rollouts/temporal';

/** A standing plan with the schedule that rings for it. */
export interface FoundStanding {
  readonly plan: StandingPlan;
  readonly schedule: ScheduleDescription;
}

/** What came too late by more than this is left out: its window may be closed, or closing. */
export const catchupMs = 10 * 60_000;

/**
 * An alarm clock, and nothing that decides. Everything is said, for the server's own defaults (a catch-up over a year)
 * would carry a night's change out at noon.
 *
 * @throws Failure bad-request when there is one of this name
 */
export function createSchedule(temporal: Temporal, plan: StandingPlan, note: string) {
  return asking(temporal, async () => {
    try {
      await temporal.client.schedule.create({
        scheduleId: standingScheduleId(plan.name),
        spec: { intervals: [{ every: firingEveryMs, offset: 0 }], timezone: 'UTC' },
        policies: { catchupWindow: catchupMs, overlap: 'SKIP', pauseOnFailure: true },
        action: {
          type: 'startWorkflow',
          workflowType: workflowTypes.standing,
          workflowId: standingScheduleId(plan.name),
          taskQueue: rolloutQueue,
          args: [plan],
          staticSummary: `standing plan ${plan.name}`,
        },
        state: { paused: false, note },
      });
    } catch (error) {
      if (!(error instanceof ScheduleAlreadyRunning)) throw error;
      throw new Failure('bad-request', `there is already a standing plan ${plan.name}`, {
        advice: 'choose another name, or add --replace, which voids its approvals',
        cause: error,
      });
    }
  });
}

/** @throws Failure bad-request when there is none of this name, or what is there was not made by this program */
export async function findStanding(temporal: Temporal, name: string): Promise<FoundStanding> {
  const schedule = await withSchedule(temporal, name, (handle) => handle.describe());
  return { plan: planOf(schedule, name), schedule };
}

export const isThere = (temporal: Temporal, name: string): Promise<boolean> =>
  asking(temporal, async () => {
    try {
      await temporal.client.schedule.getHandle(standingScheduleId(name)).describe();
      return true;
    } catch (error) {
      if (error instanceof ScheduleNotFoundError) return false;
      throw error;
    }
  });

const planOf = ({ action }: ScheduleDescription, name: string): StandingPlan =>
  valueOf(parseStandingPlan(action.args?.[0]), `the schedule of standing plan ${name}`);

/** Does something with the schedule of a standing plan. @throws Failure bad-request when there is none */
export function withSchedule<T>(
  temporal: Temporal,
  name: string,
  work: (handle: ScheduleHandle) => Promise<T>,
): Promise<T> {
  return asking(temporal, async () => {
    try {
      return await work(temporal.client.schedule.getHandle(standingScheduleId(name)));
    } catch (error) {
      if (error instanceof ScheduleNotFoundError) throw await unknown(temporal, name, error);
      throw error;
    }
  });
}

async function unknown(temporal: Temporal, name: string, cause: unknown): Promise<Failure> {
  const nearest = nearestOf(name, await standingNames(temporal));
  return new Failure('bad-request', `there is no standing plan ${name}`, {
    advice: nearest === null ? 'see `rollout window list`' : `did you mean ${nearest}?`,
    cause,
  });
}

/** In the order of the alphabet; a schedule that was made this second may be missing. */
export function standingNames(temporal: Temporal): Promise<readonly string[]> {
  return asking(temporal, async () => {
    const names: string[] = [];
    for await (const { scheduleId } of temporal.client.schedule.list()) {
      const name = standingNameOf(scheduleId);
      if (name !== undefined) names.push(name);
    }
    return names.toSorted();
  });
}

const attempts = 5;

/**
 * Changes the plan that a schedule hands to its firings, and nothing else of it. The schedule may change meanwhile: another
 * person approves, or it pauses itself, which must not be undone. So the server is told which version is replaced (the
 * SDK's own update does not), and, since it drops what comes too late in silence, asked whether it was.
 */
export async function changePlan(
  temporal: Temporal,
  name: string,
  change: (plan: StandingPlan) => StandingPlan,
): Promise<StandingPlan> {
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    // One after the other: each looks at what the last one left.
    // oxlint-disable-next-line no-await-in-loop
    const changed = await tryChange(temporal, name, change);
    if (changed !== null) return changed;
  }
  throw new Failure('bad-request', `standing plan ${name} is being changed by others`, {
    advice: 'look at it with `rollout window describe`, and try again',
  });
}

async function tryChange(
  temporal: Temporal,
  name: string,
  change: (plan: StandingPlan) => StandingPlan,
): Promise<StandingPlan | null> {
  const { plan, schedule } = await findStanding(temporal, name);
  const wanted = change(plan);
  await withSchedule(temporal, name, () => replacePlan(temporal, schedule, wanted));
  const { plan: now } = await findStanding(temporal, name);
  return holds(now, wanted) ? now : null;
}

/** Somebody else may have approved since; who created it anew voided this. */
const holds = (now: StandingPlan, { requestedAt, hash, approvals }: StandingPlan): boolean =>
  now.requestedAt === requestedAt &&
  now.hash === hash &&
  approvals.every((wanted) =>
    now.approvals.some(({ by, at }) => by.name === wanted.by.name && at === wanted.at),
  );

async function replacePlan(
  { client, namespace }: Temporal,
  { raw, scheduleId }: ScheduleDescription,
  plan: StandingPlan,
): Promise<void> {
  const { schedule, conflictToken } = raw;
  const startWorkflow = {
    ...schedule?.action?.startWorkflow,
    input: { payloads: await encoded(client, plan) },
  };
  await client.workflowService.updateSchedule({
    namespace,
    scheduleId,
    schedule: { ...schedule, action: { startWorkflow } },
    conflictToken: conflictToken ?? null,
    identity: client.options.identity,
    requestId: randomUUID(),
  });
}

/** As the client itself would: with the codecs that are switched on. */
async function encoded({ options }: Client, plan: StandingPlan): Promise<Payload[]> {
  const { payloadConverter, payloadCodecs } = options.loadedDataConverter;
  let payloads: Payload[] = [payloadConverter.toPayload(plan)];
  // oxlint-disable-next-line no-await-in-loop -- each codec takes what the one before gave
  for (const codec of payloadCodecs) payloads = await codec.encode(payloads);
  return payloads;
}
