import { WorkflowFailedError } from '@temporalio/client';
import type { WorkflowExecutionStatusName } from '@temporalio/client';
import { Failure } from '../../contracts/failures';
import { hostWorkflowId, rolloutWorkflowId } from '../../contracts/ids';
import type { RolloutId } from '../../contracts/ids';
import { messages } from '../../contracts/names';
import type { HostProgress, RolloutStatus } from '../../contracts/rollout';
import type { ProgressView } from '../progress/view';
import { bounded } from './bounded';
import { asking, askingWorker } from './temporal';
import type { Temporal } from './temporal';

/** Queries side by side: enough to be quick, few enough to leave the workers their work. */
const parallelQueries = 20;
const phasePatienceMs = 2000;

/** Needs a worker only while the rollout is open: a completed one has its last status as its result. */
export async function readStatus(temporal: Temporal, rollout: RolloutId): Promise<RolloutStatus> {
  const handle = temporal.client.workflow.getHandle(rolloutWorkflowId(rollout));
  if ((await executionStatus(temporal, rollout)) === 'COMPLETED') {
    return asking(temporal, () => handle.result() as Promise<RolloutStatus>);
  }
  return askingWorker(temporal, () => handle.query<RolloutStatus>(messages.rolloutStatus));
}

/** Status with the phases of the hosts in flight. A host whose workflow does not answer at once is left out. */
export async function readView(temporal: Temporal, rollout: RolloutId): Promise<ProgressView> {
  const status = await readStatus(temporal, rollout);
  const running = status.hosts.filter((host) => host.standing === 'running');
  const answers = await bounded(parallelQueries, running, async (host) => {
    const handle = temporal.client.workflow.getHandle(
      hostWorkflowId(host.hostId),
      host.runId ?? undefined,
    );
    try {
      const progress = await temporal.client.withDeadline(Date.now() + phasePatienceMs, () =>
        handle.query<HostProgress>(messages.hostStatus),
      );
      return [host.hostId, progress] as const;
    } catch {
      // It ended, or has not begun, or its worker is busy: the next look tells.
      return null;
    }
  });
  return { status, inFlight: new Map(answers.filter((answer) => answer !== null)) };
}

/**
 * A workflow that failed or was terminated never gets to `done`: whoever waits for that must not wait for ever.
 *
 * @throws Failure bad-request with what ended it
 */
export async function refuseBroken(temporal: Temporal, rollout: RolloutId): Promise<void> {
  const status = await executionStatus(temporal, rollout);
  if (status === 'RUNNING' || status === 'COMPLETED' || status === 'PAUSED') return;
  const handle = temporal.client.workflow.getHandle(rolloutWorkflowId(rollout));
  const cause = await handle.result().then(
    () => undefined,
    (error: unknown) => (error instanceof WorkflowFailedError ? error.cause : error),
  );
  const said = cause instanceof Error ? `: ${cause.message}` : '';
  throw new Failure(
    'bad-request',
    `rollout ${rollout} ended without a result (${status.toLowerCase()})${said}`,
    {
      advice: `correct what it says and start again under another name; see \`rollout status ${rollout}\``,
      cause,
    },
  );
}

/** @throws Failure bad-request when nobody knows the rollout */
export const executionStatus = (
  temporal: Temporal,
  rollout: RolloutId,
): Promise<WorkflowExecutionStatusName> =>
  asking(temporal, async () => {
    const handle = temporal.client.workflow.getHandle(rolloutWorkflowId(rollout));
    return (await handle.describe()).status.name;
  });
