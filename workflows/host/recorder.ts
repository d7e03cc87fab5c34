import { CancellationScope, isCancellation } from '@temporalio/workflow';
import type { HostPhase } from '../../contracts/outcome';
import type { HostProgress, HostResult, StepRecord } from '../../contracts/rollout';
import type { HostWorkflowInput, StepFailure } from '../../contracts/steps';
import type { HostEnd } from '../../domain/host';
import { fitEvidence } from '../../domain/host';
import { stepFailureOf } from '../step-failure';

/** What came of a step: its result, or what it finally failed with. */
export type StepOutcome<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly failure: StepFailure };

interface Step<T> {
  readonly step: StepRecord['step'];
  readonly phase: HostPhase;
  readonly work: () => Promise<T>;
  readonly describe: (result: T) => { readonly ok: boolean; readonly summary: string };
}

export interface Recorder {
  /** Does one step and records it. A cancellation of the workflow passes through, after it was recorded. */
  run<T>(step: Step<T>): Promise<StepOutcome<T>>;
  readonly progress: () => HostProgress;
  finish(end: HostEnd): HostResult;
}

const now = (): string => new Date().toISOString();

export function createRecorder({ hostId }: HostWorkflowInput): Recorder {
  const startedAt = now();
  const steps: StepRecord[] = [];
  let progress: HostProgress = { phase: 'queued', since: startedAt, summary: 'queued' };
  const enter = (phase: HostPhase, summary: string) => {
    progress = { phase, since: phase === progress.phase ? progress.since : now(), summary };
  };
  const record = (step: Omit<StepRecord, 'finishedAt'>) => {
    steps.push({ ...step, finishedAt: now() });
    enter(progress.phase, step.summary);
  };
  return {
    async run({ step, phase, work, describe }) {
      enter(phase, step);
      const begun = { step, startedAt: now() };
      try {
        const value = await work();
        record({ ...begun, ...describe(value), detail: value });
        return { ok: true, value };
      } catch (error) {
        const failure = stepFailureOf(error);
        record({ ...begun, ok: false, summary: failure.message, failure });
        if (isCancellation(error) && CancellationScope.current().consideredCancelled) throw error;
        return { ok: false, failure };
      }
    },
    progress: () => progress,
    finish(end) {
      enter('done', end.reason.message);
      return fitEvidence({ hostId, ...end, startedAt, finishedAt: now(), steps });
    },
  };
}
