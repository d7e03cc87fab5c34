import type { ActivityOptions, LocalActivityOptions, RetryPolicy } from '@temporalio/workflow';
import { finalFailureCodes } from '../contracts/failures';
import type { Gate } from '../contracts/gate';
import type { FallbackAction, FallbackDefinition, Hotfix } from '../contracts/hotfix';
import { changeQueue, probeQueue, rolloutQueue } from '../contracts/names';
import { observablesOf } from '../contracts/predicate';
import type { Hook, HostPolicy } from '../contracts/plan';
import type { WaitBackInput } from '../contracts/steps';

/**
 * How activities are tried, by kind. A start-to-close time-out is as long as the longest honest run, because the server
 * learns of a dead worker only by it or by missing heartbeats. Only the first check of a host has an end for all attempts
 * together: elsewhere a worker that is away for an hour must cost nothing but the hour.
 */
const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;

/** Activities send heartbeats several times in this, so that a dead worker is noticed soon. */
const heartbeatTimeout = 30 * second;

/** Only what can still be cancelled has this: the host is not free for others before the step has let go of it. */
const cancellationType = 'WAIT_CANCELLATION_COMPLETED';

const retry = (maximumAttempts?: number): RetryPolicy => ({
  initialInterval: second,
  backoffCoefficient: 2,
  maximumInterval: 30 * second,
  // Said here too although failures carry it themselves: what is not tried again is visible at the call.
  nonRetryableErrorTypes: finalFailureCodes,
  ...(maximumAttempts === undefined ? {} : { maximumAttempts }),
});

/** A question to the worker process itself; it never leaves it. */
export const admissionOptions: LocalActivityOptions = {
  startToCloseTimeout: 20 * second,
  retry: retry(5),
};

/** A question to the server by way of the worker; only people read the answer, so it is not waited for long. */
export const holderOptions: ActivityOptions = {
  taskQueue: rolloutQueue,
  startToCloseTimeout: 10 * second,
  scheduleToCloseTimeout: 30 * second,
  retry: retry(3),
};

/** The owner of a set's slots is asked by way of the worker. Only it can say that a host may be touched: without end. */
export const slotOptions: ActivityOptions = {
  taskQueue: rolloutQueue,
  startToCloseTimeout: 2 * minute,
  cancellationType,
  retry: retry(),
};

/** A calendar is read from files; a rollout asks again when it had no answer. */
export const calendarOptions: ActivityOptions = {
  taskQueue: rolloutQueue,
  startToCloseTimeout: minute,
  scheduleToCloseTimeout: 5 * minute,
  retry: retry(3),
};

/** Dynamic inventories run programs, which take their time. */
export const fleetOptions: ActivityOptions = {
  taskQueue: rolloutQueue,
  startToCloseTimeout: 5 * minute,
  scheduleToCloseTimeout: 15 * minute,
  retry: retry(3),
};

/**
 * A standing plan is read where its window opens: tried until the alarm clock rings again, for by then it is too late.
 */
export const standingOptions: ActivityOptions = {
  taskQueue: rolloutQueue,
  startToCloseTimeout: 5 * minute,
  scheduleToCloseTimeout: 14 * minute,
  retry: retry(),
};

/** One batch of up to 25 hosts; hosts that cannot be asked are results, so that only the worker itself can fail it. */
export const assessOptions: ActivityOptions = {
  taskQueue: probeQueue,
  startToCloseTimeout: 15 * minute,
  heartbeatTimeout,
  retry: retry(4),
};

/** Commands of a definition are run one after the other, each for as long as it may. */
function commandsOf({ applicability, affected, corroboration }: Hotfix): number {
  const { when, prerequisites } = applicability;
  const asked = [
    when,
    ...prerequisites.map((one) => one.when),
    affected.rule,
    affected.suspect,
    ...corroboration.map((one) => one.when),
  ].filter((predicate) => predicate !== null);
  return observablesOf(asked).reduce(
    (sum, one) => sum + (one.kind === 'command' ? one.timeoutMs : 0),
    0,
  );
}

/** The first look at a host: tried for as long as the plan says, then the host is unreachable. */
export const checkOptions = (
  { unreachableAfterMs }: HostPolicy,
  hotfix: Hotfix,
): ActivityOptions => ({
  taskQueue: probeQueue,
  // Below the time for all attempts: a first attempt that hangs is then told from one that no worker took.
  startToCloseTimeout:
    Math.max(second, Math.min(3 * minute, unreachableAfterMs / 2)) + commandsOf(hotfix),
  heartbeatTimeout,
  scheduleToCloseTimeout: Math.max(2 * second, unreachableAfterMs) + 2 * commandsOf(hotfix),
  cancellationType,
  retry: retry(),
});

/** Looks after the change, while the host may still be busy with itself. */
export const verifyOptions = (hotfix: Hotfix): ActivityOptions => ({
  taskQueue: probeQueue,
  startToCloseTimeout: 3 * minute + commandsOf(hotfix),
  heartbeatTimeout,
  retry: retry(12),
});

/** One look at the log of a host that is only watched. */
export const watchOptions: ActivityOptions = {
  taskQueue: probeQueue,
  startToCloseTimeout: 3 * minute,
  heartbeatTimeout,
  retry: retry(12),
};

/**
 * One measurement of a gate, which is a result also when nobody answered: only a worker that died fails it. A question
 * that is called off is not waited for.
 */
export const measureOptions = ({ check }: Gate): ActivityOptions => ({
  taskQueue: probeQueue,
  startToCloseTimeout: check.timeoutMs + 2 * minute,
  heartbeatTimeout,
  cancellationType: 'TRY_CANCEL',
  retry: retry(3),
});

export const stageOptions: ActivityOptions = {
  taskQueue: changeQueue,
  startToCloseTimeout: 2 * hour,
  heartbeatTimeout,
  cancellationType,
  retry: retry(10),
};

/** expand and dism, which take a minute each on a slow host; both can be asked again at any time. */
export const inspectOptions: ActivityOptions = {
  taskQueue: changeQueue,
  startToCloseTimeout: 30 * minute,
  heartbeatTimeout,
  cancellationType,
  retry: retry(10),
};

export const hookOptions = ({ timeoutMs }: Hook): ActivityOptions => ({
  taskQueue: changeQueue,
  startToCloseTimeout: timeoutMs + 2 * minute,
  heartbeatTimeout,
  retry: retry(3),
});

/** The installer's own limit is the activity's to tell; this one only ends an activity that has gone astray. */
export const applyOptions = ({ install }: Hotfix): ActivityOptions => ({
  taskQueue: changeQueue,
  startToCloseTimeout: install.timeoutMs + 30 * minute,
  heartbeatTimeout,
  retry: retry(20),
});

export const rebootOptions: ActivityOptions = {
  taskQueue: changeQueue,
  startToCloseTimeout: 5 * minute,
  heartbeatTimeout,
  retry: retry(10),
};

export const waitBackOptions = ({
  timeoutMs,
  settleMs,
  maxOwn,
}: Pick<WaitBackInput, 'timeoutMs' | 'settleMs' | 'maxOwn'>): ActivityOptions => ({
  taskQueue: changeQueue,
  startToCloseTimeout: (timeoutMs + settleMs) * (2 + maxOwn) + 10 * minute,
  heartbeatTimeout,
  retry: retry(20),
});

/** The longest honest run of one action: several stages stop and start within the definition's limits, pools drain. */
function longestOf(action: FallbackAction, { stopTimeoutMs, startTimeoutMs }: FallbackDefinition) {
  if (action.kind === 'run-command') return action.timeoutMs;
  if (action.kind === 'recycle-pools') return 35 * minute;
  const isRestart = action.kind === 'restart-services' || action.kind === 'stop-service';
  return isRestart ? 4 * (stopTimeoutMs + startTimeoutMs) : minute;
}

export const fallbackOptions = (
  definition: FallbackDefinition,
  observeMs: number,
): ActivityOptions => ({
  taskQueue: changeQueue,
  startToCloseTimeout:
    observeMs +
    30 * minute +
    definition.actions.reduce((sum, action) => sum + longestOf(action, definition), 0),
  heartbeatTimeout,
  retry: retry(5),
});

export const cleanUpOptions: ActivityOptions = {
  taskQueue: changeQueue,
  startToCloseTimeout: 3 * minute,
  heartbeatTimeout,
  retry: retry(3),
};

/**
 * One notice: tried for a day, for a receiver may be away over night, and then given up, since nobody is helped by
 * yesterday's news. The activity ends by itself well within its time.
 */
export const notifyOptions: ActivityOptions = {
  taskQueue: rolloutQueue,
  startToCloseTimeout: minute,
  scheduleToCloseTimeout: 24 * hour,
  retry: { ...retry(), maximumInterval: 30 * minute },
};
