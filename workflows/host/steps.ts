import type { ActivityOptions } from '@temporalio/workflow';
import {
  ApplicationFailure,
  isCancellation,
  proxyActivities,
  workflowInfo,
} from '@temporalio/workflow';
import type { Activities } from '../../contracts/activities';
import type { BootIdentity } from '../../contracts/facts';
import type { Hook } from '../../contracts/plan';
import type {
  ApplyInput,
  FallbackInput,
  HookInput,
  HostWorkflowInput,
  StageResult,
  StepTarget,
} from '../../contracts/steps';
import type { PackageRef } from '../../contracts/hotfix';
import { summaryOf } from '../../domain/host';
import * as options from '../activity-options';
import { saysSomethingOfHost } from '../step-failure';
import type { Recorder } from './recorder';

/** The steps of one host, each recorded. None decides what comes next. */
export type HostSteps = ReturnType<typeof createSteps>;

interface Walk {
  readonly input: HostWorkflowInput;
  readonly target: StepTarget;
  readonly recorder: Recorder;
}

export function createSteps(input: HostWorkflowInput, recorder: Recorder) {
  const { rolloutId: owner, previewHash, hostId } = input;
  const walk: Walk = { input, target: { owner, previewHash, hostId }, recorder };
  return {
    ...probeSteps(walk),
    ...hookSteps(walk),
    ...packageSteps(walk),
    ...changeSteps(walk),
    ...bootSteps(walk),
  };
}

const using = (chosen: ActivityOptions) => proxyActivities<Activities>(chosen);

const probeSteps = ({ input: { hotfix, policy }, target, recorder }: Walk) => ({
  check: () =>
    recorder.run({
      step: 'check',
      phase: 'checking',
      work: () =>
        untilAsked(() => using(options.checkOptions(policy, hotfix)).check({ ...target, hotfix })),
      describe: summaryOf.check,
    }),
  verify: () =>
    recorder.run({
      step: 'verify',
      phase: 'verifying',
      work: () => using(options.verifyOptions(hotfix)).verify({ ...target, hotfix }),
      describe: summaryOf.check,
    }),
  /** @param since time of the host's own clock, ISO 8601 */
  watch: (since: string) =>
    recorder.run({
      step: 'watch',
      phase: 'watching',
      work: () => using(options.watchOptions).watch({ ...target, hotfix, since }),
      describe: summaryOf.watch,
    }),
});

/** @param prior what was found before draining; undefined where none is kept */
const hookInput = (target: StepTarget, hook: Hook, prior?: string | null): HookInput => ({
  ...target,
  hook,
  ...(prior === undefined ? {} : { prior }),
});

const hookSteps = ({ target, recorder }: Walk) => ({
  priorState: (hook: Hook) =>
    recorder.run({
      step: 'prior-state',
      phase: 'draining',
      work: () => using(options.hookOptions(hook)).priorState(hookInput(target, hook)),
      describe: summaryOf.hook,
    }),
  drain: (hook: Hook, prior?: string | null) =>
    recorder.run({
      step: 'drain',
      phase: 'draining',
      work: () => using(options.hookOptions(hook)).drain(hookInput(target, hook, prior)),
      describe: summaryOf.hook,
    }),
  restore: (hook: Hook, prior?: string | null) =>
    recorder.run({
      step: 'restore',
      phase: 'restoring',
      work: () => using(options.hookOptions(hook)).restore(hookInput(target, hook, prior)),
      describe: (result) => summaryOf.hook(result, prior),
    }),
});

/** A rollout that brings a hotfix has a package: what admits it sees to that. */
function packageOf({ package: found, hostId }: HostWorkflowInput): PackageRef {
  if (found !== null) return found;
  throw ApplicationFailure.nonRetryable(`${hostId}: the rollout has no package`, 'bad-request');
}

const packageSteps = ({ input, target, recorder }: Walk) => ({
  stage: () =>
    recorder.run({
      step: 'stage',
      phase: 'staging',
      work: async () =>
        using(options.stageOptions).stage({
          ...target,
          hotfix: input.hotfix,
          package: packageOf(input),
        }),
      describe: summaryOf.stage,
    }),
  inspect: ({ folder, path }: StageResult) =>
    recorder.run({
      step: 'inspect',
      phase: 'staging',
      work: async () =>
        using(options.inspectOptions).inspect({
          ...target,
          hotfix: input.hotfix,
          package: packageOf(input),
          staged: { folder, path },
        }),
      describe: summaryOf.inspect,
    }),
  cleanUp: (folder: string) =>
    recorder.run({
      step: 'clean-up',
      phase: 'restoring',
      work: () =>
        using(options.cleanUpOptions).cleanUp({ ...target, hotfix: input.hotfix, folder }),
      describe: () => ({ ok: true, summary: `removed ${folder}` }),
    }),
});

const changeSteps = ({ input, target, recorder }: Walk) => ({
  apply: (
    { folder, path }: StageResult,
    times: number,
    { cabinets, identities }: Pick<ApplyInput, 'cabinets' | 'identities'>,
  ) =>
    recorder.run({
      step: 'apply',
      phase: 'applying',
      work: () =>
        using(options.applyOptions(input.hotfix)).apply({
          ...target,
          hotfix: input.hotfix,
          staged: { folder, path },
          ...(cabinets === undefined ? {} : { cabinets }),
          ...(identities === undefined ? {} : { identities }),
          attempt: attemptName(times),
        }),
      describe: summaryOf.apply,
    }),
  remove: (identities: readonly string[], times: number) =>
    recorder.run({
      step: 'remove',
      phase: 'applying',
      work: () =>
        using(options.applyOptions(input.hotfix)).remove({
          ...target,
          hotfix: input.hotfix,
          identities,
          attempt: attemptName(times),
        }),
      describe: summaryOf.remove,
    }),
});

const bootSteps = ({ input, target, recorder }: Walk) => ({
  reboot: (expected: BootIdentity) =>
    recorder.run({
      step: 'reboot',
      phase: 'rebooting',
      work: () =>
        using(options.rebootOptions).reboot({
          ...target,
          expected,
          comment: `${input.change} ${input.hotfix.id}`,
        }),
      describe: summaryOf.reboot,
    }),
  waitBack: (expected: BootIdentity) => {
    const { settleMs, reboot } = input.policy;
    const wait = {
      settleMs: settleMs ?? input.hotfix.verification.settleMs,
      timeoutMs: reboot.timeoutMs,
      maxOwn: reboot.maxOwn,
    };
    return recorder.run({
      step: 'wait-back',
      phase: 'rebooting',
      work: () => using(options.waitBackOptions(wait)).waitBack({ ...target, expected, ...wait }),
      describe: summaryOf.waitBack,
    });
  },
  fallback: (before: FallbackInput['before']) => {
    const { hotfix, policy } = input;
    const observeMs = policy.observeMs ?? hotfix.fallback.observeMs;
    return recorder.run({
      step: 'fallback',
      phase: 'falling-back',
      work: () =>
        using(options.fallbackOptions(hotfix.fallback, observeMs)).fallback({
          ...target,
          hotfix,
          before,
          observeMs,
          ...(policy.fallback.endStuck === true ? { endStuck: true } : {}),
        }),
      describe: summaryOf.fallback,
    });
  },
});

/**
 * The same for every retry of one activity, another for the next time that the installer is started and for the next
 * run: by its name a task is known, and the result of an earlier one is not taken for the result of this one.
 */
function attemptName(times: number): string {
  const run = workflowInfo().runId.slice(0, 8);
  return times === 1 ? run : `${run}-${times}`;
}

/** Times that the first check is asked anew when no worker took it: days, at the usual five minutes each. */
const maxUnasked = 1000;

async function untilAsked<T>(ask: () => Promise<T>): Promise<T> {
  for (let times = 1; ; times++) {
    try {
      return await ask();
    } catch (error) {
      if (isCancellation(error) || times >= maxUnasked || saysSomethingOfHost(error)) throw error;
    }
  }
}
