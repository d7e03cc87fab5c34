import { setTimeout as pause } from 'node:timers/promises';
import type { AssessmentProgress } from '../../contracts/assessment';
import { Failure } from '../../contracts/failures';
import { assessWorkflowId } from '../../contracts/ids';
import { messages, rolloutQueue, searchAttributes, workflowTypes } from '../../contracts/names';
import type { Preview } from '../../contracts/preview';
import type {
  AssessWorkflowInput,
  AssessWorkflowResult,
  AssessedHost,
} from '../../contracts/rollout';
import type { HostAssessment } from '../../contracts/steps';
import { listAssessments } from './find-assessments';
import type { AssessmentMemo } from './find-assessments';
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
  /** Ends the waiting. */
  readonly signal: AbortSignal;
  /**
   * An assessment of the same preview that is waited for in place of a second one: one that is under way (`open`), or
   * the newest that has a result or will have one (`newest`). One that others can take up goes on when this one's waiting
   * is cut; any other is cancelled with it.
   * @default none
   */
  readonly takeUp?: 'open' | 'newest';
}

/** Looks at every host of the preview and changes nothing. The preview must lie in the preview folder already. */
export async function assess(
  temporal: Temporal,
  preview: Preview,
  options: AssessOptions,
): Promise<Assessment> {
  await awaitWorker(temporal);
  const { takeUp } = options;
  const found = takeUp === undefined ? null : await findEarlier(temporal, preview, takeUp);
  if (found === null && takeUp === 'newest') throw noneYet(preview);
  const workflowId = found ?? (await startAssessment(temporal, preview, options.owner));
  return awaitAssessment(temporal, workflowId, options);
}

/** The hash stands for hotfix, hosts and how to reach them. */
async function findEarlier(
  temporal: Temporal,
  { hash }: Preview,
  takeUp: 'open' | 'newest',
): Promise<string | null> {
  const listed = await listAssessments(temporal, { openOnly: takeUp === 'open' });
  const fits = listed.find(
    ({ memo, standing }) => memo.previewHash === hash && standing !== 'broken',
  );
  return fits?.workflowId ?? null;
}

const noneYet = ({ content }: Preview): Failure =>
  new Failure('bad-request', `nobody has assessed this plan of ${content.change} as it is now`, {
    advice: 'leave out --last, and its hosts are asked',
  });

async function startAssessment(
  temporal: Temporal,
  { hash, content }: Preview,
  owner: string,
): Promise<string> {
  const input: AssessWorkflowInput = {
    owner,
    previewHash: hash,
    hotfix: content.hotfix,
    hosts: content.hosts.map((host) => host.hostId),
  };
  const memo: AssessmentMemo = {
    previewHash: hash,
    change: content.change,
    hosts: input.hosts.length,
  };
  const workflowId = assessWorkflowId(owner);
  await asking(temporal, () =>
    temporal.client.workflow.start(workflowTypes.assess, {
      workflowId,
      taskQueue: rolloutQueue,
      args: [input],
      workflowIdReusePolicy: 'REJECT_DUPLICATE',
      workflowIdConflictPolicy: 'FAIL',
      searchAttributes: { [searchAttributes.hotfix]: [content.hotfix.id] },
      memo: { ...memo },
      staticSummary: `assess ${String(input.hosts.length)} hosts for ${content.change}`,
    }),
  );
  return workflowId;
}

async function awaitAssessment(
  temporal: Temporal,
  workflowId: string,
  { signal, onProgress, takeUp }: AssessOptions,
): Promise<Assessment> {
  const handle = temporal.client.workflow.getHandle(workflowId);
  const finished = new AbortController();
  const watching = watchProgress(temporal, workflowId, finished.signal, onProgress);
  try {
    const result = await asking(temporal, () =>
      temporal.client.withAbortSignal(
        signal,
        () => handle.result() as Promise<AssessWorkflowResult>,
      ),
    );
    return { workflowId, hosts: result.hosts, pieces: result.pieces };
  } catch (error) {
    if (signal.aborted && takeUp === undefined) await handle.cancel().catch(() => undefined);
    throw signal.aborted ? signal.reason : error;
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
