import type { BootIdentity, HostFacts } from '../../contracts/facts';
import type { CheckResult, HostWorkflowInput } from '../../contracts/steps';
import type { HostEnd, Trouble } from '../../domain/host';
import * as decide from '../../domain/host';
import type { HostSteps } from './steps';

/** One host on its way, as all parts of its workflow know it. */
export interface Host extends HostWorkflowInput {
  readonly steps: HostSteps;
  /**
   * False in executions that a release before the rules were data began, which go on as they began: nothing is inspected
   * and nothing is watched.
   */
  readonly isCurrent: boolean;
}

/** What the first look found on a host that is to be changed. */
export interface Looked {
  readonly facts: HostFacts;
  readonly boot: BootIdentity;
  readonly check: CheckResult;
}

/** The first look: what it found, or how the host ends without having been touched. */
export async function look(host: Host): Promise<Looked | HostEnd> {
  const checked = await host.steps.check();
  if (!checked.ok) return decide.endOfFailedCheck(checked.failure);
  const { value: check } = checked;
  const looked = decide.beforeChange(check, host);
  if (!looked.change) return looked.end;
  return { facts: check.facts, boot: looked.boot, check };
}

/** Null when the host is out of service, or needs not be. */
export async function drain({ steps, policy: { hooks } }: Host): Promise<HostEnd | null> {
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

/** Gives back what draining took, also from a host that failed. */
export async function restore(
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

/** Ends the boot that the host is in and waits for the next one. */
export async function reboot(
  { steps }: Host,
  expected: BootIdentity,
): Promise<{ readonly boot: BootIdentity } | Trouble> {
  const asked = await steps.reboot(expected);
  if (!asked.ok) return decide.troubleOfFailure('reboot', asked.failure, 'reboot');
  const waited = await steps.waitBack(expected);
  if (!waited.ok) return decide.troubleOfFailure('reboot', waited.failure, 'wait back');
  return waited.value.back ? { boot: waited.value.boot } : decide.troubleOfWait(waited.value);
}
