import { setTimeout as pause } from 'node:timers/promises';
import type { AssessmentProgress } from '../../contracts/assessment';
import { assessWorkflowId } from '../../contracts/ids';
import { messages, rolloutQueue, searchAttributes, workflowTypes } from '../../contracts/names';
import type { Preview } from '../../contracts/preview';
import type {
  AssessWorkflowInput,
  AssessWorkflowResult,
  AssessedHost,
} from '../../contracts/rollout';
import type { HostAssessment } from '../../contracts/steps';
import { asking, askingWorker, awaitWorker } from './temporal';
import type { Temporal } from './temporal';

export interface Assessment {
  readonly workflowId: string;
  /** In the order of the preview. */
  readonly hosts: readonly AssessedHost[];
  readonly pieces: number;
}

export interface AssessOptions {
  /** Whom the assessment belongs to; part of its workflow id. */
  readonly owner: string;
  readonly onProgress: (done: number, total: number) => void;
  /** Ends the assessment as well; it only reads, so that it can be cut anywhere. */
  readonly signal: AbortSignal;
}

/** Looks at every host of the preview and changes nothing. The preview must lie in the preview folder already. */
export async function assess(
  temporal: Temporal,
  preview: Preview,
  options: AssessOptions,
): Promise<Assessment> {
  await awaitWorker(temporal);
  const input: AssessWorkflowInput = {
    owner: options.owner,
    previewHash: preview.hash,
    hotfix: preview.content.hotfix,
    hosts: preview.content.hosts.map((host) => host.hostId),
  };
  const workflowId = assessWorkflowId(options.owner);
  const handle = await asking(temporal, () =>
    temporal.client.workflow.start(workflowTypes.assess, {
      workflowId,
      taskQueue: rolloutQueue,
      args: [input],
      workflowIdReusePolicy: 'REJECT_DUPLICATE',
      workflowIdConflictPolicy: 'FAIL',
      searchAttributes: { [searchAttributes.hotfix]: [preview.content.hotfix.id] },
      staticSummary: `assess ${String(input.hosts.length)} hosts for ${preview.content.change}`,
    }),
  );
  const finished = new AbortController();
  const watching = watchProgress(temporal, workflowId, finished.signal, options.onProgress);
  try {
    const result = await asking(temporal, () =>
      temporal.client.withAbortSignal(
        options.signal,
        () => handle.result() as Promise<AssessWorkflowResult>,
      ),
    );
    return { workflowId, hosts: result.hosts, pieces: result.pieces };
  } catch (error) {
    if (options.signal.aborted) await handle.cancel().catch(() => undefined);
    throw options.signal.aborted ? options.signal.reason : error;
  } finally {
    finished.abort();
    await watching;
  }
}

async function watchProgress(
  temporal: Temporal,
  workflowId: string,
  signal: AbortSignal,
  onProgress: (done: number, total: number) => void,
): Promise<void> {
  const handle = temporal.client.workflow.getHandle(workflowId);
  try {
    for (;;) {
      await pause(500, undefined, { signal });
      // Not cut when the assessment ends: a worker complains about an answer that nobody takes.
      const progress = await temporal.client.withDeadline(Date.now() + 2000, () =>
        handle.query<AssessmentProgress>(messages.assessmentProgress),
      );
      onProgress(progress.done, progress.total);
    }
  } catch {
    // Only decoration: the result tells what became of the assessment.
  }
}

/** Verdicts with the facts that they rest on, of an assessment that a worker still knows. */
export async function readPieces(
  temporal: Temporal,
  workflowId: string,
  pieces: number,
): Promise<HostAssessment[]> {
  const handle = temporal.client.workflow.getHandle(workflowId);
  const found: HostAssessment[] = [];
  for (let piece = 0; piece < pieces; piece += 1) {
    const part = await askingWorker(temporal, () =>
      handle.query<HostAssessment[], [number]>(messages.assessmentPiece, piece),
    );
    found.push(...part);
  }
  return found;
}
