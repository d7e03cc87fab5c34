import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import {
  CancelledFailure,
  TerminatedFailure,
  isCancellation,
  rootCause,
  proxyActivities,
} from '@temporalio/workflow';
import type { Activities } from '../../contracts/activities';
import type { HostId } from '../../contracts/ids';
import type { Reason } from '../../contracts/reason';
import { reason } from '../../contracts/reason';
import type { AssessedHost, HostResult } from '../../contracts/rollout';
import { completeBatch, assessedHost } from '../../domain/assessment';
import { cancelledBeforeChange } from '../../domain/host';
import type { RolloutEvent } from '../../domain/rollout';
import { holderOptions } from '../activity-options';
import { stepFailureOf } from '../step-failure';

const { holder } = proxyActivities<Pick<Activities, 'holder'>>(holderOptions);

/** What becomes of a child, as an event: none of it is ever lost, and none of it fails the rollout. */

export const hostFinished = ({
  hostId,
  outcome,
  reason: why,
  available,
}: HostResult): RolloutEvent => ({
  type: 'hostFinished',
  hostId,
  outcome,
  reason: why,
  available,
});

/** The workflow of a host ended without a result: nobody knows in which state the host is. */
export const hostLost = (hostId: HostId, error: unknown): RolloutEvent => ({
  type: 'hostFinished',
  hostId,
  outcome: 'failed',
  reason: reasonOfLoss(error),
  available: false,
});

function reasonOfLoss(error: unknown): Reason {
  const unknownState =
    'how far it got on the host is unknown: look at the host, then retry or skip it';
  const cause = error instanceof Error ? error.cause : undefined;
  if (cause instanceof TerminatedFailure) {
    return reason(
      'workflow-terminated',
      `the workflow of the host was terminated; ${unknownState}`,
    );
  }
  if (cause instanceof CancelledFailure) {
    return reason('workflow-cancelled', `the workflow of the host was cancelled; ${unknownState}`);
  }
  const message = error instanceof Error ? (rootCause(error) ?? error.message) : String(error);
  return reason('workflow-failed', `the workflow of the host failed: ${message}; ${unknownState}`);
}

/** The workflow of a host did not come to be. */
export async function hostNotStarted(hostId: HostId, error: unknown): Promise<RolloutEvent> {
  if (error instanceof WorkflowExecutionAlreadyStartedError) {
    return { type: 'hostTaken', hostId, by: await holderOf(hostId) };
  }
  if (isCancellation(error)) return { type: 'hostFinished', hostId, ...cancelledBeforeChange };
  const message = `the workflow of the host could not be started: ${error instanceof Error ? error.message : String(error)}`;
  const why = reason('workflow-not-started', message);
  return { type: 'hostFinished', hostId, outcome: 'failed', reason: why, available: true };
}

/** Only for people to read: a rollout does not stop because nobody says who has the host. */
async function holderOf(hostId: HostId) {
  try {
    return await holder(hostId);
  } catch {
    return null;
  }
}

/** An assessment that failed as a whole: none of its hosts could be asked. */
export const assessmentLost = (hosts: readonly HostId[], error: unknown): AssessedHost[] => {
  const cause = error instanceof Error ? error.cause : undefined;
  const failure =
    cause instanceof TerminatedFailure
      ? { code: 'workflow-terminated', message: 'the workflow of the assessment was terminated' }
      : stepFailureOf(error);
  return completeBatch(hosts, [], failure).map(assessedHost);
};
