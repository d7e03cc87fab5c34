import type { HostId } from '../../contracts/ids';
import type { Reason } from '../../contracts/reason';
import { changeOf } from './change-of';
import {
  hostAt,
  idAt,
  indexOf,
  indicesWhere,
  inWork,
  isInWork,
  nothingPending,
  revise,
  verdictOf,
  type Draft,
} from './draft';
import { keepReason } from './reasons-kept';
import { isWaveOpen } from './waves';

/** A host that was changed and is watched has nothing left that could be called off. */
export const abort = (draft: Draft, why: Reason): string => {
  draft.paused = null;
  draft.stopping = { result: 'aborted', reason: why };
  for (const index of indicesWhere(draft, isInWork))
    draft.commands.push({ type: 'cancelHost', hostId: idAt(draft, index) });
  const watched = draft.counts.running - inWork(draft);
  const others = watched === 0 ? '' : `, ${watched} that are watched end as they would`;
  return `aborting; ${inWork(draft)} hosts in flight are brought to a safe place${others}`;
};

export const retry = (draft: Draft, hostId: HostId, why: Reason): string => {
  const index = indexOf(draft, hostId);
  if (index === undefined) return `${hostId} is not in the plan`;
  const host = hostAt(draft, index);
  const verdict = verdictOf(draft, host);
  // A hold that ends must not take with it the host that somebody has just asked for.
  draft.fullSince = null;
  const common = {
    ...nothingPending,
    awaitsMs: undefined,
    reason: keepReason(draft, why),
    finishedMs: undefined,
    order: undefined,
  };
  const isOwed = verdict !== undefined && changeOf(draft.plan, verdict).need === 'change';
  if (isOwed && host.is !== 'held') {
    const joins = isWaveOpen(draft) && host.wave === draft.wave;
    revise(draft, index, { ...common, is: 'queued', wave: joins ? host.wave : undefined });
    return `${hostId} is queued again, ${joins ? `in wave ${draft.wave}` : 'for the next wave'}`;
  }
  const sinceStart = draft.now - draft.startedAt;
  const is = verdict === undefined ? 'unassessed' : 'held';
  const heldMs = is === 'held' ? sinceStart : undefined;
  revise(draft, index, { ...common, is, heldMs, wave: undefined, wanted: true });
  return `${hostId} is assessed again`;
};
