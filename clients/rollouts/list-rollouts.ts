import { rolloutIdOf, rolloutWorkflowId } from '../../contracts/ids';
import type { RolloutId } from '../../contracts/ids';
import { messages, searchAttributes, workflowTypes } from '../../contracts/names';
import type { RolloutPhase } from '../../contracts/outcome';
import type { RolloutStatus } from '../../contracts/rollout';
import { bounded } from './bounded';
import { asking, awaitWorker } from './temporal';
import type { Temporal } from './temporal';

export interface ListedRollout {
  readonly rolloutId: RolloutId;
  readonly change: string;
  readonly hotfixId: string;
  readonly requestedBy: string;
  readonly hosts: number | null;
  readonly phase: string;
  readonly startedAt: string;
  readonly finishedAt: string | null;
  /** What it waits for, of one that waits for approval or a window; missing too when no worker could say it. */
  readonly reason?: string;
}

/** What a rollout's workflow carries for lists: readable without a worker. */
export interface RolloutMemo {
  readonly change: string;
  readonly requestedBy: string;
  readonly hosts: number;
}

const waiting: ReadonlySet<string> = new Set<RolloutPhase>([
  'awaiting-approval',
  'awaiting-window',
]);
const reasonPatienceMs = 2000;

/** Newest first, as the server lists them; needs no worker, but only a worker knows what one waits for. */
export function listRollouts(
  temporal: Temporal,
  filter: { readonly openOnly: boolean },
): Promise<ListedRollout[]> {
  const open = filter.openOnly ? ` AND ExecutionStatus = 'Running'` : '';
  const query = `WorkflowType = '${workflowTypes.rollout}'${open}`;
  return asking(temporal, async () => {
    const found = new Map<string, ListedRollout>();
    for await (const execution of temporal.client.workflow.list({ query })) {
      const id = rolloutIdOf(execution.workflowId);
      // Earlier runs of a rollout that continued as new stand in the list too; the newest comes first.
      if (id === undefined || found.has(id)) continue;
      const memo = (execution.memo ?? {}) as Partial<RolloutMemo>;
      found.set(id, {
        rolloutId: id,
        change: memo.change ?? '',
        hotfixId: attribute(execution.searchAttributes[searchAttributes.hotfix]),
        requestedBy: memo.requestedBy ?? '',
        hosts: memo.hosts ?? null,
        phase: attribute(execution.searchAttributes[searchAttributes.rolloutPhase]),
        startedAt: execution.startTime.toISOString(),
        finishedAt: execution.closeTime?.toISOString() ?? null,
      });
    }
    return [...found.values()];
  });
}

/** The same with what those that wait are waiting for: a query each, and none where nobody would answer. */
export async function withReasons(
  temporal: Temporal,
  rollouts: readonly ListedRollout[],
): Promise<readonly ListedRollout[]> {
  const isWaiting = ({ phase, finishedAt }: ListedRollout): boolean =>
    finishedAt === null && waiting.has(phase);
  if (!rollouts.some(isWaiting)) return rollouts;
  const isAnswered = await awaitWorker(temporal, 0).then(
    () => true,
    () => false,
  );
  if (!isAnswered) return rollouts;
  return bounded(10, rollouts, async (rollout) => {
    if (!isWaiting(rollout)) return rollout;
    const reason = await reasonOf(temporal, rollout.rolloutId);
    return reason === null ? rollout : { ...rollout, reason };
  });
}

async function reasonOf(temporal: Temporal, id: RolloutId): Promise<string | null> {
  const handle = temporal.client.workflow.getHandle(rolloutWorkflowId(id));
  try {
    const status = await temporal.client.withDeadline(Date.now() + reasonPatienceMs, () =>
      handle.query<RolloutStatus>(messages.rolloutStatus),
    );
    return status.reason.message;
  } catch {
    // It ended meanwhile, or its worker is busy: the list goes without.
    return null;
  }
}

const attribute = (values: readonly unknown[] | undefined): string =>
  typeof values?.[0] === 'string' ? values[0] : '';
