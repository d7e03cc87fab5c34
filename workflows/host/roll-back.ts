import type { HostFacts } from '../../contracts/facts';
import { known } from '../../contracts/reason';
import type { HostEnd, Trouble } from '../../domain/host';
import * as decide from '../../domain/host';
import { judgeRemoval } from '../../domain/hotfix';
import { drain, look, reboot, restore, withSlots } from './host';
import type { Host, Looked } from './host';

/** Check, drain, remove, reboot, verify, restore. */
export async function rollBack(host: Host): Promise<HostEnd> {
  const looked = await look(host);
  if ('outcome' in looked) return looked;
  const pending = decide.beforeInstall(looked.facts, host.policy, 'rollback');
  if (pending.next === 'end') return pending.end;
  return withSlots(host, async () => {
    const refused = await drain(host);
    if (refused !== null) return refused;
    const removed = await rebootAndRemove(host, looked, pending.next === 'reboot-first');
    if ('outcome' in removed) return restore(host, removed);
    return restore(host, decide.endOfFailedRemoval(removed), removed.reachable);
  });
}

async function rebootAndRemove(
  host: Host,
  { facts, boot }: Looked,
  isRebootFirst: boolean,
): Promise<HostEnd | Trouble> {
  if (!isRebootFirst) return remove(host, facts, facts);
  const back = await reboot(host, boot);
  if (!('boot' in back)) return back;
  return remove(host, facts, { ...facts, boot: known(back.boot) });
}

/** Takes a hotfix away that was just installed and proved bad: the host ends rolled back, or in the trouble that it was in. */
export async function removeAgain(
  host: Host,
  before: HostFacts,
  trouble: Trouble,
): Promise<HostEnd | Trouble> {
  const looked = await host.steps.verify();
  if (!looked.ok) return trouble;
  const removed = await remove(host, before, looked.value.facts);
  return 'outcome' in removed
    ? decide.endOfUndoing(trouble, removed)
    : decide.troubleOfUndoing(trouble, removed);
}

/**
 * @param before what ran before anything was done to the host
 * @param now what the host is right now: which packages are there, and in which boot it is
 */
async function remove(host: Host, before: HostFacts, now: HostFacts): Promise<HostEnd | Trouble> {
  const { steps, hotfix, policy } = host;
  const start = decide.beforeRemoval(now);
  if ('cause' in start) return start;
  let { boot } = start;
  for (let times = 1; ; times++) {
    const removed = await steps.remove(start.identities, times);
    if (!removed.ok) return decide.troubleOfFailure('apply', removed.failure, 'remove');
    const then = decide.afterRemove(removed.value, { reboots: times - 1 }, hotfix, policy);
    if (then.next === 'give-up') return then.trouble;
    if (then.next === 'reboot') {
      const back = await reboot(host, boot);
      if (!('boot' in back)) return back;
      ({ boot } = back);
    }
    if (then.next === 'verify' || !then.removeAgain) {
      const proved = await proveRemoval(host, before);
      const { folder } = removed.value;
      // Of a host that ended otherwise the folder stays: a person looks at its log.
      if ('outcome' in proved && folder !== undefined) await steps.cleanUp(folder);
      return proved;
    }
  }
}

async function proveRemoval(
  { steps, hotfix }: Host,
  before: HostFacts,
): Promise<HostEnd | Trouble> {
  const looked = await steps.verify();
  if (!looked.ok) return decide.troubleOfFailure('verify', looked.failure, 'verify');
  return decide.afterRemovalProof(judgeRemoval({ before, after: looked.value.facts, hotfix }));
}
