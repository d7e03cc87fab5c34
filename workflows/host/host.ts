import { CancellationScope } from '@temporalio/workflow';
import type { BootIdentity, HostFacts } from '../../contracts/facts';
import type { Hook } from '../../contracts/plan';
import type { CheckResult, HookResult, HostWorkflowInput } from '../../contracts/steps';
import type { HostEnd, Trouble } from '../../domain/host';
import * as decide from '../../domain/host';
import type { Ledger } from './ledger';
import type { StepOutcome } from './recorder';
import type { HostSlots } from './slots';
import type { HostSteps } from './steps';
import type { Waits } from './waits';

/** One host on its way, as all parts of its workflow know it. */
export interface Host extends HostWorkflowInput {
  readonly steps: HostSteps;
  readonly ledger: Ledger;
  readonly slots: HostSlots;
  readonly waits: Waits;
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
  if (!looked.change) {
    // Before its sets hear that it is well: until then it is out of service.
    const end = await payBack(host, looked.end);
    await host.slots.found(end.available ? check.verdict.health : 'unhealthy', end.reason.message);
    return end;
  }
  return { facts: check.facts, boot: looked.boot, check };
}

/**
 * Changes a host that has its slots, and gives them back however that ends. From the moment it has them nothing cuts: a
 * host is never left between drain and restore, or between install and verify.
 */
export async function withSlots(host: Host, change: () => Promise<HostEnd>): Promise<HostEnd> {
  await host.slots.take();
  if (CancellationScope.current().consideredCancelled) {
    await host.slots.withdraw();
    return decide.cancelledBeforeChange;
  }
  return CancellationScope.nonCancellable(async () => {
    const end = await change();
    await host.slots.giveBack(end.available, end.reason.message);
    return end;
  });
}

/** Null when the host is out of service, by us or by somebody else, or needs not be. */
export async function drain(host: Host): Promise<HostEnd | null> {
  const { steps, ledger } = host;
  const hooks = host.policy.hooks;
  const unknown = await notePriorState(host);
  if (unknown !== null) return unknown;
  if (hooks.drain === null || ledger.drainedBy !== null) return null;
  const drained = await steps.drain(hooks.drain, ledger.state);
  if (drained.ok) await ledger.noteDrain(drained.value.report);
  if (drained.ok && drained.value.exitCode === 0) return null;
  const why = drained.ok
    ? decide.reasonOfHook('drain', drained.value)
    : decide.reasonOf(drained.failure, 'drain');
  if (hooks.restore === null || ledger.drainedBy !== null) {
    return decide.endOfFailedDrain(why, null);
  }
  const restored = await putBack(host, hooks.restore);
  return decide.endOfFailedDrain(why, restored.ok && restored.value.exitCode === 0);
}

/** Asks how the host stands before anything is taken from it; what an earlier run found is not asked for again. */
async function notePriorState({ steps, ledger, policy }: Host): Promise<HostEnd | null> {
  if (!ledger.isKept || ledger.isOwed) return null;
  const hook = policy.hooks.priorState ?? null;
  if (hook === null) {
    await ledger.note(undefined);
    return null;
  }
  const asked = await steps.priorState(hook);
  if (!asked.ok) return decide.endUntouched(decide.reasonOf(asked.failure, 'prior state'));
  if (asked.value.exitCode !== 0) {
    return decide.endUntouched(decide.reasonOfHook('prior-state', asked.value));
  }
  await ledger.note(asked.value.report);
  return null;
}

/** Gives back what draining took, also from a host that failed; what somebody else drained stays drained. */
export async function restore(host: Host, end: HostEnd, reachable = true): Promise<HostEnd> {
  const { ledger, policy } = host;
  const { isOwed, drainedBy } = ledger;
  const hook = policy.hooks.restore;
  if (drainedBy !== null) return decide.endDrainedByOther(end, drainedBy);
  if (hook === null) {
    ledger.close();
    return isOwed ? decide.endNotRestored(end, 'the plan has no restore hook.') : end;
  }
  if (!reachable) {
    ledger.close();
    return decide.endNotRestored(end, 'the host cannot be reached.');
  }
  const restored = await putBack(host, hook);
  if (!restored.ok) return decide.endNotRestored(end, `restore: ${restored.failure.message}.`);
  if (restored.value.exitCode === 0) return end;
  return decide.endNotRestored(end, decide.reasonOfHook('restore', restored.value).message);
}

/** What an earlier run drained and never restored is restored however this one ends, also when it is called off. */
export async function payBack(host: Host, end: HostEnd): Promise<HostEnd> {
  if (!host.ledger.isOwed) return end;
  const reachable = end.outcome !== 'unreachable';
  return CancellationScope.nonCancellable(() => restore(host, end, reachable));
}

async function putBack({ steps, ledger }: Host, hook: Hook): Promise<StepOutcome<HookResult>> {
  ledger.close();
  const restored = await steps.restore(hook, ledger.state);
  if (restored.ok && restored.value.exitCode === 0) await ledger.settle();
  return restored;
}

/** Ends the boot that the host is in and waits for the next one. */
export async function reboot(
  { steps, waits }: Host,
  expected: BootIdentity,
): Promise<{ readonly boot: BootIdentity } | Trouble> {
  const asked = await steps.reboot(expected);
  if (!asked.ok) return decide.troubleOfFailure('reboot', asked.failure, 'reboot');
  const waited = await waits.during(() => steps.waitBack(expected));
  if (waited === null) return decide.troubleOfEndedWait;
  if (!waited.ok) return decide.troubleOfFailure('reboot', waited.failure, 'wait back');
  return waited.value.back ? { boot: waited.value.boot } : decide.troubleOfWait(waited.value);
}
