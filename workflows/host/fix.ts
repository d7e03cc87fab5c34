import { sleep } from '@temporalio/workflow';
import type { BootIdentity, HostFacts } from '../../contracts/facts';
import type { StageResult } from '../../contracts/steps';
import type { HostEnd, Trouble } from '../../domain/host';
import * as decide from '../../domain/host';
import { judgeVerification } from '../../domain/hotfix';
import { drain, look, reboot, restore, withSlots } from './host';
import type { Host, Looked } from './host';
import { recover } from './recover';
import { removeAgain } from './roll-back';
import { watch } from './watch';

/** A host that is ready for the change; nothing has been done to it but that a package lies on it. */
interface Ready extends Looked {
  readonly staged: StageResult;
  /** Cabinets to install and what they hold; missing in executions that an earlier release began. */
  readonly cabinets?: readonly string[];
  readonly identities?: readonly string[];
  readonly rebootFirst: boolean;
}

/** A host that is proved to be fixed, and the look that proved it. */
interface Verified {
  readonly end: HostEnd;
  readonly facts: HostFacts;
}

/** Where a host is in its boots: which one it is in, and how many of them were asked for. */
interface Boots {
  readonly boot: BootIdentity;
  readonly reboots: number;
}

/** Check, stage, inspect, drain, apply, reboot, verify, fall back, restore, watch. */
export async function fix(host: Host): Promise<HostEnd> {
  const ready = await prepare(host);
  if ('outcome' in ready) return ready;
  return withSlots(host, () => change(host, ready));
}

/** Everything before the first change; the host is as it was when this ends. */
async function prepare(host: Host): Promise<Ready | HostEnd> {
  const looked = await look(host);
  if ('outcome' in looked) return looked;
  const pending = decide.beforeInstall(looked.facts, host.policy);
  if (pending.next === 'end') return pending.end;
  const rebootFirst = pending.next === 'reboot-first';
  const staged = await host.steps.stage();
  if (!staged.ok) return decide.endUntouched(decide.reasonOf(staged.failure, 'stage'));
  const ready: Ready = { ...looked, staged: staged.value, rebootFirst };
  return host.isCurrent ? inspect(host, ready) : ready;
}

/** What the host's own servicing says of the package, before anything is done that would have to be undone. */
async function inspect(host: Host, ready: Ready): Promise<Ready | HostEnd> {
  const inspected = await host.steps.inspect(ready.staged);
  if (!inspected.ok) return decide.endUntouched(decide.reasonOf(inspected.failure, 'inspect'));
  const then = decide.afterInspect(inspected.value, ready.check, host.hotfix);
  if (then.next === 'end') return then.end;
  // A package that is there already is applied too: that looks first, and only its reboot may be missing.
  const { packages } = inspected.value;
  const all = {
    cabinets: packages.map(({ cabinet }) => cabinet),
    identities: packages.map(({ identity }) => identity),
  };
  const { cabinets, identities } = then.next === 'apply' ? then : all;
  return { ...ready, cabinets, identities };
}

async function change(host: Host, ready: Ready): Promise<HostEnd> {
  const refused = await drain(host);
  if (refused !== null) return refused;
  const installed = await install(host, ready);
  if ('end' in installed) return conclude(host, ready, installed);
  const undone = await undo(host, ready, installed);
  if (undone !== null && 'outcome' in undone) return restore(host, undone);
  const end = await recover(host, undone ?? installed, ready.facts);
  return restore(host, end, (undone ?? installed).reachable);
}

/** Back in service, and fixed as far as anyone can tell. */
async function conclude(host: Host, ready: Ready, { end, facts }: Verified): Promise<HostEnd> {
  const restored = await restore(host, end);
  // Served again, it is only watched: others of its sets may be worked on.
  await host.slots.giveBack(restored.available, restored.reason.message);
  const watched = await watch(host, { end: restored, since: facts, before: ready.facts });
  // Of a host that ended otherwise the folder stays: a person looks at its log, a retry finds the package.
  if (watched.outcome === 'fixed') await host.steps.cleanUp(ready.staged.folder);
  return watched;
}

/** Applies, reboots and verifies, as often as exit codes and the plan want it. */
async function install(host: Host, ready: Ready): Promise<Verified | Trouble> {
  const { steps, hotfix, policy } = host;
  const { staged } = ready;
  let at: Boots = { boot: ready.boot, reboots: 0 };
  const rebootOnce = async (): Promise<Trouble | null> => {
    const back = await reboot(host, at.boot);
    if (!('boot' in back)) return back;
    at = { boot: back.boot, reboots: at.reboots + 1 };
    return null;
  };
  if (ready.rebootFirst) {
    const trouble = await rebootOnce();
    if (trouble !== null) return trouble;
  }
  for (let applies = 1; ; applies++) {
    const applied = await steps.apply(staged, applies, ready);
    if (!applied.ok) return decide.troubleOfFailure('apply', applied.failure, 'apply');
    const { reboots } = at;
    const then = decide.afterApply(applied.value, { applies, reboots }, hotfix, policy);
    if (then.next === 'give-up') return then.trouble;
    if (then.next === 'apply-later') await sleep(then.pauseMs);
    if (then.next === 'reboot') {
      const trouble = await rebootOnce();
      if (trouble !== null) return trouble;
    }
    const again = then.next === 'apply-later' || (then.next === 'reboot' && then.applyAgain);
    if (!again) return verify(host, ready.facts);
  }
}

async function verify(
  { steps, hotfix, isCurrent }: Host,
  before: HostFacts,
): Promise<Verified | Trouble> {
  const verified = await steps.verify();
  if (!verified.ok) return decide.troubleOfFailure('verify', verified.failure, 'verify');
  const { facts } = verified.value;
  const judged = judgeVerification({
    before,
    after: facts,
    hotfix,
    rebootedAt: null,
    asEarlier: !isCurrent,
  });
  const end = decide.afterVerify(judged);
  return 'outcome' in end ? { end, facts } : end;
}

/** Takes the hotfix away again where the plan wants that; null when it does not, or there is nothing to take away. */
async function undo(host: Host, ready: Ready, trouble: Trouble): Promise<HostEnd | Trouble | null> {
  const wanted = host.policy.rollback === true && trouble.cause === 'verify' && trouble.reachable;
  return wanted ? removeAgain(host, ready.facts, trouble) : null;
}
