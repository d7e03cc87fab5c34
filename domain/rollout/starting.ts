import { reason } from '../../contracts/reason';
import { actionOf } from './action';
import { fullSet, takeSlots, type Slots } from './availability';
import { judgeBudget } from './budget';
import { hostAt, idAt, indicesWhere, inWork, revise, verdictOf, type Draft } from './draft';
import { mostOpen } from './history';
import { policyOf } from './limits';
import { orderRefusal } from './order';
import type { HostRecord } from './state';

/** Starts what of the open wave may start now, in plan order. */
export const startHosts = (draft: Draft, slots: Slots): void => {
  const { maxConcurrency } = policyOf(draft);
  let inFlight = inWork(draft);
  let toldWho = false;
  if (draft.counts.queued + draft.counts.taken === 0) return;
  // What is called back makes room for somebody who waits; it must not be begun again before that one is served.
  if (draft.counts.recalled > 0) return;
  for (const index of indicesWhere(draft, (host) => isDue(draft, host))) {
    if (draft.counts.running >= mostOpen) {
      const message = `${draft.counts.running} hosts are in work or watched: the others wait`;
      draft.said.push(reason('most-open', message, { open: draft.counts.running, mostOpen }));
      return;
    }
    if (inFlight >= maxConcurrency) {
      const facts = { inFlight, maxConcurrency };
      const message = `concurrency: ${inFlight} of ${maxConcurrency} in flight, the others wait`;
      draft.said.push(reason('concurrency', message, facts));
      return;
    }
    const order = orderRefusal(draft, index);
    if (order !== null) {
      draft.said.push(reason('order', `${idAt(draft, index)} waits: ${order}`));
      continue;
    }
    const full = fullSet(draft, slots, index);
    if (full === undefined) {
      if (inFlight === 0) draft.said.push(judgeBudget(draft).reason);
      start(draft, slots, index, inFlight);
      inFlight += 1;
    } else if (!toldWho) {
      // One is enough to explain; a wave of 2,000 would say it 2,000 times per event.
      toldWho = true;
      const { name, maxUnavailable } = full.set;
      const facts = { hostId: idAt(draft, index), set: name, down: full.taken, maxUnavailable };
      const message = `${idAt(draft, index)} waits: ${full.taken} of ${maxUnavailable} down in set ${name}`;
      draft.said.push(reason('set-slot', message, facts));
    }
  }
};

const isDue = (draft: Draft, host: HostRecord): boolean =>
  host.wave === draft.wave &&
  (host.is === 'queued' ||
    (host.is === 'taken' && draft.startedAt + (host.retryMs ?? 0) <= draft.now));

const start = (draft: Draft, slots: Slots, index: number, inFlight: number): void => {
  const host = hostAt(draft, index);
  const state = verdictOf(draft, host)?.state;
  takeSlots(draft, slots, index);
  revise(draft, index, { is: 'running', retryMs: undefined });
  if (draft.control !== undefined && draft.control.begunAt === null)
    draft.control = { ...draft.control, begunAt: draft.now };
  draft.commands.push({
    type: 'startHost',
    hostId: idAt(draft, index),
    treatAsAffected:
      actionOf(draft) !== 'rollback' &&
      (host.forced === true || draft.plan.policy.onSuspect === 'treat-as-affected') &&
      (state === 'suspect' || state === 'unknown'),
    ...(host.owed === undefined ? {} : { owed: host.owed }),
  });
  const { maxConcurrency } = policyOf(draft);
  const facts = { hostId: idAt(draft, index), wave: draft.wave, inFlight, maxConcurrency };
  const message = `${idAt(draft, index)} starts in wave ${draft.wave}: ${inFlight} of ${maxConcurrency} in flight`;
  draft.said.push(reason('start', message, facts));
};
