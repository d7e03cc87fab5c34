import {
  CancellationScope,
  defineQuery,
  isCancellation,
  setHandler,
  sleep,
} from '@temporalio/workflow';
import type { BootIdentity, HostFacts } from '../contracts/facts';
import { messages } from '../contracts/names';
import type { HostProgress, HostResult } from '../contracts/rollout';
import type { HostWorkflowInput, StageResult } from '../contracts/steps';
import type { HostEnd, Trouble } from '../domain/host';
import * as decide from '../domain/host';
import { judgeFallback, judgeVerification } from '../domain/hotfix';
import { createRecorder } from './host/recorder';
import type { HostSteps } from './host/steps';
import { createSteps } from './host/steps';

export const hostStatus = defineQuery<HostProgress>(messages.hostStatus);

/** Carries one hotfix onto one host: check, stage, drain, apply, reboot, verify, fall back, restore. */
export async function hostWorkflow(input: HostWorkflowInput): Promise<HostResult> {
  const recorder = createRecorder(input);
  setHandler(hostStatus, recorder.progress);
  return recorder.finish(await walk({ ...input, steps: createSteps(input, recorder) }));
}

interface Host extends HostWorkflowInput {
  readonly steps: HostSteps;
}

/** What the steps before the change found. */
interface Ready {
  readonly boot: BootIdentity;
  readonly facts: HostFacts;
  readonly staged: StageResult;
}

async function walk(host: Host): Promise<HostEnd> {
  let ready: Ready | HostEnd;
  try {
    ready = await prepare(host);
    if (CancellationScope.current().consideredCancelled) return decide.cancelledBeforeChange;
  } catch (error) {
    if (isCancellation(error)) return decide.cancelledBeforeChange;
    throw error;
  }
  if ('outcome' in ready) return ready;
  const { facts, boot, staged } = ready;
  // From here on nothing cuts: a host is never left between drain and restore, or between install and verify.
  return CancellationScope.nonCancellable(() => change(host, { facts, boot, staged }));
}

/** Everything before the first change; the host is as it was when this ends. */
async function prepare(host: Host): Promise<Ready | HostEnd> {
  const checked = await host.steps.check();
  if (!checked.ok) return decide.endOfFailedCheck(checked.failure);
  const { facts } = checked.value;
  const looked = decide.beforeChange(checked.value, host);
  if (!looked.change) return looked.end;
  const staged = await host.steps.stage();
  if (!staged.ok) return decide.endUntouched(decide.reasonOf(staged.failure, 'stage'));
  return { boot: looked.boot, facts, staged: staged.value };
}

async function change(host: Host, ready: Ready): Promise<HostEnd> {
  const refused = await drain(host);
  if (refused !== null) return refused;
  const installed = await install(host, ready);
  if ('outcome' in installed) {
    const end = await restore(host, installed);
    // Of a host that ended otherwise the folder stays: a person looks at its log, a retry finds the package.
    await host.steps.cleanUp(ready.staged.folder);
    return end;
  }
  const end = await recover(host, installed, ready.facts);
  return restore(host, end, installed.reachable);
}

/** Null when the host is out of service, or needs not be. */
async function drain({ steps, policy: { hooks } }: Host): Promise<HostEnd | null> {
  if (hooks.drain === null) return null;
  const drained = await steps.drain(hooks.drain);
  if (drained.ok && drained.value.exitCode === 0) return null;
  const why = drained.ok
    ? decide.reasonOfHook('drain', drained.value)
    : decide.reasonOf(drained.failure, 'drain');
  if (hooks.restore === null) return decide.endOfFailedDrain(why, null);
  const restored = await steps.restore(hooks.restore);
  return decide.endOfFailedDrain(why, restored.ok && restored.value.exitCode === 0);
}

/** Applies, reboots and verifies, as often as exit codes and the plan want it. */
async function install(host: Host, ready: Ready): Promise<HostEnd | Trouble> {
  const { steps, hotfix, policy } = host;
  let { boot } = ready;
  let reboots = 0;
  for (let applies = 1; ; applies++) {
    const applied = await steps.apply(ready.staged, applies);
    if (!applied.ok) return decide.troubleOfFailure('apply', applied.failure, 'apply');
    const then = decide.afterApply(applied.value, { applies, reboots }, hotfix, policy);
    if (then.next === 'give-up') return then.trouble;
    if (then.next === 'apply-later') await sleep(then.pauseMs);
    if (then.next === 'reboot') {
      reboots++;
      const back = await reboot(host, boot);
      if (!('boot' in back)) return back;
      boot = back.boot;
    }
    const again = then.next === 'apply-later' || (then.next === 'reboot' && then.applyAgain);
    if (!again) return verify(host, ready.facts);
  }
}

async function reboot(
  { steps }: Host,
  expected: BootIdentity,
): Promise<{ boot: BootIdentity } | Trouble> {
  const asked = await steps.reboot(expected);
  if (!asked.ok) return decide.troubleOfFailure('reboot', asked.failure, 'reboot');
  const waited = await steps.waitBack(expected);
  if (!waited.ok) return decide.troubleOfFailure('reboot', waited.failure, 'wait back');
  return waited.value.back ? { boot: waited.value.boot } : decide.troubleOfWait(waited.value);
}

async function verify({ steps, hotfix }: Host, before: HostFacts): Promise<HostEnd | Trouble> {
  const verified = await steps.verify();
  if (!verified.ok) return decide.troubleOfFailure('verify', verified.failure, 'verify');
  const { facts: after } = verified.value;
  return decide.afterVerify(judgeVerification({ before, after, hotfix, rebootedAt: null }));
}

/** The workaround in place of the fix, where the plan wants it and the host can take it. */
async function recover(host: Host, trouble: Trouble, before: HostFacts): Promise<HostEnd> {
  const permission = decide.mayFallBack(trouble, host.policy, before);
  if (!permission.may) return decide.endInTrouble(trouble, permission.reason);
  const done = await host.steps.fallback(permission.before);
  if (!done.ok) {
    const why = decide.reasonOf(done.failure, 'fallback');
    return decide.endOfFallback(trouble, { ok: false, reasons: [why] });
  }
  return decide.endOfFallback(trouble, judgeFallback(done.value));
}

/** Gives back what draining took, also from a host that failed. */
async function restore(
  { steps, policy: { hooks } }: Host,
  end: HostEnd,
  reachable = true,
): Promise<HostEnd> {
  if (hooks.restore === null) return end;
  if (!reachable) return decide.endNotRestored(end, 'the host cannot be reached.');
  const restored = await steps.restore(hooks.restore);
  if (!restored.ok) return decide.endNotRestored(end, `restore: ${restored.failure.message}.`);
  if (restored.value.exitCode === 0) return end;
  return decide.endNotRestored(end, decide.reasonOfHook('restore', restored.value).message);
}
