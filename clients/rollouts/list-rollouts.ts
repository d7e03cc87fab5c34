import { rolloutIdOf } from '../../contracts/ids';
import type { RolloutId } from '../../contracts/ids';
import { searchAttributes, workflowTypes } from '../../contracts/names';
import { asking } from './temporal';
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
}

/** What a rollout's workflow carries for lists: readable without a worker. */
export interface RolloutMemo {
  readonly change: string;
  readonly requestedBy: string;
  readonly hosts: number;
}

/** Newest first, as the server lists them; needs no worker. */
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

const attribute = (values: readonly unknown[] | undefined): string =>
  typeof values?.[0] === 'string' ? values[0] : '';
