import { WorkflowFailedError, WorkflowNotFoundError } from '@temporalio/client';
import { Failure } from '../../contracts/failures';
import { hostWorkflowId } from '../../contracts/ids';
import type { RolloutId } from '../../contracts/ids';
import type {
  AssessWorkflowResult,
  HostResult,
  HostStatus,
  RolloutStatus,
} from '../../contracts/rollout';
import type { HostAssessment } from '../../contracts/steps';
import { readPieces } from '../rollouts/assess';
import { bounded } from '../rollouts/bounded';
import { readStatus } from '../rollouts/read-status';
import { asking } from '../rollouts/temporal';
import type { Temporal } from '../rollouts/temporal';
import { buildReport } from './build-report';
import type { Evidence } from './build-report';
import type { Report } from './report';

const parallelReads = 20;

/** Gathers what Temporal still keeps of a rollout; what it no longer keeps is said, host by host. */
export async function assembleReport(
  temporal: Temporal,
  rollout: RolloutId,
  now: () => Date = () => new Date(),
): Promise<Report> {
  const status = await readStatus(temporal, rollout);
  const [results, { assessments, gaps }] = await Promise.all([
    readResults(temporal, status.hosts),
    readAssessments(temporal, status),
  ]);
  return buildReport(status, { results, assessments, gaps }, now().toISOString());
}

async function readResults(
  temporal: Temporal,
  hosts: readonly HostStatus[],
): Promise<Evidence['results']> {
  const ended = hosts.filter((host) => host.runId !== null && host.outcome !== null);
  const entries = await bounded(parallelReads, ended, async (host) => {
    const found = await readResult(temporal, host);
    return [host.hostId, found] as const;
  });
  return new Map(entries);
}

async function readResult(
  temporal: Temporal,
  host: HostStatus,
): Promise<HostResult | { readonly missing: string }> {
  const runId = host.runId ?? undefined;
  const handle = temporal.client.workflow.getHandle(hostWorkflowId(host.hostId), runId, {
    followRuns: false,
  });
  try {
    return (await handle.result()) as HostResult;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) {
      return {
        missing: `The history of run ${String(runId)} is gone: its retention has passed, or it was deleted.`,
      };
    }
    if (error instanceof WorkflowFailedError) {
      return {
        missing: `Run ${String(runId)} ended without a result: ${error.cause?.message ?? error.message}.`,
      };
    }
    throw error;
  }
}

async function readAssessments(
  temporal: Temporal,
  status: RolloutStatus,
): Promise<Pick<Evidence, 'assessments' | 'gaps'>> {
  const assessments = new Map<string, HostAssessment>();
  const gaps: string[] = [];
  for (const workflowId of status.assessments) {
    try {
      const result = (await asking(temporal, () =>
        temporal.client.workflow.getHandle(workflowId).result(),
      )) as AssessWorkflowResult;
      // Later assessments look again at hosts that could not be asked: the newest answer counts.
      for (const host of await readPieces(temporal, workflowId, result.pieces)) {
        assessments.set(host.hostId, host);
      }
    } catch (error) {
      if (!(error instanceof Failure || error instanceof WorkflowFailedError)) throw error;
      gaps.push(`Facts of assessment ${workflowId} could not be had: ${error.message}.`);
    }
  }
  return { assessments, gaps };
}
