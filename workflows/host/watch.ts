import { CancellationScope, condition, defineSignal, setHandler } from '@temporalio/workflow';
import type { HostFacts } from '../../contracts/facts';
import { messages } from '../../contracts/names';
import type { HostEnd } from '../../domain/host';
import * as decide from '../../domain/host';
import { drain, restore } from './host';
import type { Host } from './host';
import { recover } from './recover';
import { tellRollout } from './tell-rollout';

export const slotsGiven = defineSignal(messages.slotsGiven);

interface Watched {
  /** How the host ends if it stays quiet. */
  readonly end: HostEnd;
  /** The look that proved the fix: what is logged after it counts. */
  readonly since: HostFacts;
  readonly before: HostFacts;
}

/**
 * Looks for the symptom while the host serves again, its slots and its session given back: a fix that does not hold
 * shows only under load, and Exchange says a thing once in a quarter of an hour.
 */
export async function watch(host: Host, { end, since, before }: Watched): Promise<HostEnd> {
  const quietMs = host.policy.quietForMs ?? host.hotfix.verification.quietForMs;
  if (!host.isCurrent || quietMs === 0 || end.outcome !== 'fixed' || !end.available) return end;
  if (!since.hostTime.known) return decide.endUnwatched(since.hostTime.why);
  await tellRollout(messages.hostWatched, host.hostId);
  const pauses = decide.pausesOfWatch(quietMs);
  for (const [index, pauseMs] of pauses.entries()) {
    if (!(await host.waits.pause(pauseMs))) return decide.endOfEndedWatch(end);
    const looked = await host.steps.watch(since.hostTime.value);
    const then = decide.afterWatch(looked, end, index === pauses.length - 1);
    if (then.next === 'end') return then.end;
    if (then.next === 'trouble') return takeBack(host, then.trouble, before);
  }
  return end;
}

/** The symptom is back: the host waits for its slots as it did before, then goes through drain, fallback and restore. */
async function takeBack(host: Host, trouble: decide.Trouble, before: HostFacts): Promise<HostEnd> {
  await host.slots.takeDown(trouble.reason.message);
  await waitForSlots(host);
  await host.slots.take();
  const refused = await drain(host);
  if (refused !== null) return refused;
  const end = await recover(host, trouble, before);
  return restore(host, end, trouble.reachable);
}

const askAgainMs = 600_000;

/**
 * Without a rollout nobody owns slots, and a host that stalls is not left alone. One that was terminated never answers:
 * what it leaves behind is cancelled, which is a reason to ask again, as is a long silence.
 */
async function waitForSlots(host: Host): Promise<void> {
  const slots = { given: false };
  setHandler(slotsGiven, () => {
    slots.given = true;
  });
  // Nothing is called off here, so that the cancellation shows only in the scope around.
  const around = CancellationScope.current().parent;
  const isCancelled = (): boolean => around?.consideredCancelled === true;
  while (!slots.given && (await tellRollout(messages.slotsWanted, host.hostId))) {
    const before = isCancelled();
    await condition(() => slots.given || isCancelled() !== before, askAgainMs);
  }
}
