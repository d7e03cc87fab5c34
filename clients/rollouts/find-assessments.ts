import type { AssessmentProgress } from '../../contracts/assessment';
import type { HostId } from '../../contracts/ids';
import { messages, workflowTypes } from '../../contracts/names';
import type { HostAssessment } from '../../contracts/steps';
import { asking, askingWorker } from './temporal';
import type { Temporal } from './temporal';
import { isBeyondAnswering } from './temporal-errors';

/** What an assessment's workflow carries for lists: readable without a worker. */
export interface AssessmentMemo {
  readonly previewHash: string;
  readonly change: string;
  readonly hosts: number;
}

export interface FoundAssessment {
  readonly workflowId: string;
  readonly runId: string;
  readonly startedAt: string;
  /** `broken`: failed, or ended by somebody; it has no result. */
  readonly standing: 'open' | 'done' | 'broken';
  /** Missing of those that belong to a rollout and of those that an earlier release started. */
  readonly memo: Partial<AssessmentMemo>;
}

/** Newest first, at most 200; needs no worker. */
export function listAssessments(
  temporal: Temporal,
  filter: { readonly openOnly?: boolean; readonly owner?: string | undefined } = {},
): Promise<FoundAssessment[]> {
  const { openOnly = false, owner } = filter;
  const query = `WorkflowType = '${workflowTypes.assess}'${openOnly ? ` AND ExecutionStatus = 'Running'` : ''}`;
  return asking(temporal, async () => {
    const found: FoundAssessment[] = [];
    for await (const execution of temporal.client.workflow.list({ query })) {
      if (owner !== undefined && !execution.workflowId.startsWith(`assess/${owner}/`)) continue;
      found.push({
        workflowId: execution.workflowId,
        runId: execution.runId,
        startedAt: execution.startTime.toISOString(),
        standing: standings[execution.status.name] ?? 'broken',
        memo: execution.memo ?? {},
      });
      if (found.length === maxListed) break;
    }
    return found;
  });
}

const maxListed = 200;
const standings: { readonly [status: string]: FoundAssessment['standing'] } = {
  RUNNING: 'open',
  COMPLETED: 'done',
};

export interface AssessedOnce {
  readonly workflowId: string;
  readonly startedAt: string;
  readonly assessment: HostAssessment;
}

/**
 * What the newest assessment that has the host found of it; null when none has. An assessment whose history the server
 * no longer keeps, or that no worker can answer for, is passed over.
 *
 * @param hosts told the hosts of every assessment that was looked into, for "did you mean"
 */
export async function findAssessed(
  temporal: Temporal,
  hostId: HostId,
  options: { readonly owner?: string | undefined; readonly hosts?: Set<string> } = {},
): Promise<AssessedOnce | null> {
  for (const one of await listAssessments(temporal, { owner: options.owner })) {
    // oxlint-disable-next-line no-await-in-loop -- the first that has the host ends the search
    const assessment = await lookInto(temporal, one, hostId, options.hosts);
    if (assessment !== null) {
      return { workflowId: one.workflowId, startedAt: one.startedAt, assessment };
    }
  }
  return null;
}

async function lookInto(
  temporal: Temporal,
  { workflowId, runId }: FoundAssessment,
  hostId: HostId,
  seen?: Set<string>,
): Promise<HostAssessment | null> {
  const handle = temporal.client.workflow.getHandle(workflowId, runId);
  try {
    return await askingWorker(temporal, async () => {
      const progress = await handle.query<AssessmentProgress>(messages.assessmentProgress);
      progress.hosts.forEach((host) => seen?.add(host.hostId));
      if (!progress.hosts.some((host) => host.hostId === hostId)) return null;
      return pieceWith(hostId, (index) =>
        handle.query<HostAssessment[], [number]>(messages.assessmentPiece, index),
      );
    });
  } catch (error) {
    // Whatever it was, an older one may know the host.
    if (isBeyondAnswering(error)) return null;
    throw error;
  }
}

/** Pieces are asked one after the other; behind the last one they are empty. */
async function pieceWith(
  hostId: HostId,
  ask: (index: number) => Promise<readonly HostAssessment[]>,
): Promise<HostAssessment | null> {
  for (let index = 0; ; index += 1) {
    // oxlint-disable-next-line no-await-in-loop -- one piece may have a megabyte
    const piece = await ask(index);
    if (piece.length === 0) return null;
    const found = piece.find((one) => one.hostId === hostId);
    if (found !== undefined) return found;
  }
}
