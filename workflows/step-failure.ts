import { ApplicationFailure, TimeoutFailure, isCancellation } from '@temporalio/workflow';
import type { StepFailure } from '../contracts/steps';

/**
 * What an activity finally failed with, as a value. The failure of ours is looked for along the causes: a time-out over
 * several attempts carries the last attempt's failure inside.
 */
export function stepFailureOf(error: unknown): StepFailure {
  let timeout: TimeoutFailure | null = null;
  for (const cause of causesOf(error)) {
    if (cause instanceof ApplicationFailure) return ofApplication(cause);
    if (cause instanceof TimeoutFailure) timeout ??= cause;
  }
  if (timeout !== null) {
    return {
      code: 'command-timeout',
      message: `no answer in time (${timeout.timeoutType ?? 'unknown time-out'})`,
    };
  }
  const code = isCancellation(error) ? 'cancelled' : 'unexpected-error';
  return { code, message: error instanceof Error ? error.message : String(error) };
}

/**
 * Whether anything was learned of the host. When the time for all attempts ran out while no worker was there, or the one
 * that had begun died, nothing must be held against the host.
 */
export function saysSomethingOfHost(error: unknown): boolean {
  return [...causesOf(error)].some(
    (cause) =>
      cause instanceof ApplicationFailure ||
      (cause instanceof TimeoutFailure && cause.timeoutType === 'START_TO_CLOSE'),
  );
}

function* causesOf(error: unknown): Generator<Error> {
  for (let at = error; at instanceof Error; at = at.cause) yield at;
}

function ofApplication(failure: ApplicationFailure): StepFailure {
  const [detail] = failure.details ?? [];
  const advice = adviceIn(detail);
  return {
    code: failure.type ?? 'unexpected-error',
    message: failure.message,
    ...(advice === null ? {} : { advice }),
  };
}

const adviceIn = (detail: unknown): string | null =>
  typeof detail === 'object' &&
  detail !== null &&
  'advice' in detail &&
  typeof detail.advice === 'string'
    ? detail.advice
    : null;
