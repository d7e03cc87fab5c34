import {
  defineQuery,
  isCancellation,
  proxyActivities,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { Activities } from '../contracts/activities';
import type { AssessmentProgress } from '../contracts/assessment';
import { currentHotfix } from '../contracts/earlier-hotfix';
import type { HostId } from '../contracts/ids';
import { assessmentBatch, messages } from '../contracts/names';
import type { AssessedHost, AssessWorkflowInput, AssessWorkflowResult } from '../contracts/rollout';
import type { HostAssessment } from '../contracts/steps';
import { assessedHost, completeBatch, fitAssessed, splitPieces } from '../domain/assessment';
import { assessOptions } from './activity-options';
import { admission } from './admission';
import { stepFailureOf } from './step-failure';

export const assessmentPiece = defineQuery<readonly HostAssessment[], [number]>(
  messages.assessmentPiece,
);
export const assessmentProgress = defineQuery<AssessmentProgress>(messages.assessmentProgress);

const { assess } = proxyActivities<Activities>(assessOptions);

/** Batches that are asked side by side. */
const defaultParallel = 8;

/** Asks a fleet whether it is affected: read-only, in batches, the facts kept in pieces that queries can carry. */
export async function assessWorkflow(input: AssessWorkflowInput): Promise<AssessWorkflowResult> {
  const batches = batchesOf(input.hosts);
  const answers: (readonly HostAssessment[])[] = batches.map(() => []);
  // Per batch: to measure all answers anew with every batch would take seconds of a fleet of thousands.
  const pieces: (readonly (readonly HostAssessment[])[])[] = batches.map(() => []);
  setHandler(assessmentPiece, (index) => pieces.flat()[index] ?? []);
  setHandler(assessmentProgress, () => progressOf(input, answers));

  const { previewHash, hosts } = input;
  // A rollout that asks for an assessment was admitted with the same preview and hosts.
  if (workflowInfo().parent === undefined) {
    await admission({ previewHash, hosts, needsPackage: false });
  }
  let next = 0;
  const askOneAfterAnother = async (): Promise<void> => {
    while (next < batches.length) {
      const index = next++;
      const answer = await askBatch(input, batches[index] ?? []);
      answers[index] = answer;
      pieces[index] = splitPieces(answer);
    }
  };
  const lanes = Math.max(1, Math.min(input.parallel ?? defaultParallel, batches.length));
  await Promise.all(Array.from({ length: lanes }, askOneAfterAnother));
  return { hosts: fitAssessed(answers.flat().map(assessedHost)), pieces: pieces.flat().length };
}

function batchesOf(hosts: readonly HostId[]): HostId[][] {
  const count = Math.ceil(hosts.length / assessmentBatch);
  return Array.from({ length: count }, (_, index) =>
    hosts.slice(index * assessmentBatch, (index + 1) * assessmentBatch),
  );
}

async function askBatch(
  { owner, previewHash, hotfix: given }: AssessWorkflowInput,
  hosts: readonly HostId[],
): Promise<HostAssessment[]> {
  try {
    const hotfix = currentHotfix(given);
    const answered = await assess({ owner, previewHash, hosts, hotfix });
    const message = 'the assessment of its batch said nothing about this host';
    return completeBatch(hosts, answered, { code: 'unexpected-output', message });
  } catch (error) {
    if (isCancellation(error)) throw error;
    return completeBatch(hosts, [], stepFailureOf(error));
  }
}

function progressOf(
  { hosts }: AssessWorkflowInput,
  answers: readonly (readonly HostAssessment[])[],
): AssessmentProgress {
  const assessed: readonly AssessedHost[] = fitAssessed(answers.flat().map(assessedHost));
  return { done: assessed.length, total: hosts.length, hosts: assessed };
}
