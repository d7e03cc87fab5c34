import type { Context } from '@temporalio/activity';
import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common';
import type { ActivityInterceptors } from '@temporalio/worker';
import { Failure } from '../contracts/failures';

/** The one place where a failure of ours becomes one that Temporal's retry policies understand. */
export function failureInterceptor(context: Context): ActivityInterceptors {
  return {
    inbound: {
      async execute(input, next) {
        try {
          return await next(input);
        } catch (error) {
          throw error instanceof Failure ? applicationFailure(error) : error;
        }
      },
    },
    outbound: {
      getLogAttributes: (input, next) => ({
        ...next(input),
        attempt: context.info.attempt,
        workflowId: context.info.workflowExecution?.workflowId,
      }),
    },
  };
}

export function applicationFailure(failure: Failure): ApplicationFailure {
  // When the other side said itself how long it wants to be left alone.
  const { retryAfterMs } = failure.facts;
  return ApplicationFailure.create({
    type: failure.code,
    message: failure.message,
    nonRetryable: !failure.retryable,
    details: [{ facts: failure.facts, advice: failure.advice }],
    ...(typeof retryAfterMs === 'number' && { nextRetryDelay: retryAfterMs }),
    // A host that is away for a while is what probes are for: no error in logs and metrics.
    ...(failure.retryable ? { category: ApplicationFailureCategory.BENIGN } : {}),
  });
}
