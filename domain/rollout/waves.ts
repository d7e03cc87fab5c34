import { reason } from '../../contracts/reason';
import { successIn } from './action';
import { waveSize } from './amounts';
import { blockingSet, fullSet, hasStuckSet, slotsOf, type Slots } from './availability';
import { hostAt, idAt, indicesWhere, revise, type Draft } from './draft';
import { isAskingIn, passGates } from './gates';
import { policyOf } from './limits';
import { askWanted, wantSecondLook } from './looking';
import { isReachable } from './order';
import { mayStart } from './permission';
import { startHosts } from './starting';
import type { HostRecord, RolloutState } from './state';

/** Takes every step between waves and within one that can be taken now. */
export const walk = (draft: Draft): void => {
  askWanted(draft);
  if (draft.toBeChanged === null) return;
  // Every turn either opens a wave, which starts at least one host, or ends one; so this ends.
  for (;;) {
    if (isWaveOpen(draft)) {
      const slots = slotsOf(draft);
      returnBlocked(draft, slots);
      returnUnreachable(draft);
      if (mayStart(draft)) startHosts(draft, slots);
      noteStuck(draft);
      if (draft.counts.running > 0 || draft.hosts.some((host) => isWaiting(draft, host))) return;
      if (isAskingIn(draft, draft.wave)) return;
      endWave(draft);
    } else if (!openNextWave(draft)) return;
  }
};

export const isWaveOpen = (state: Pick<RolloutState, 'wave' | 'waveEndedAt'>): boolean =>
  state.wave > 0 && state.waveEndedAt === null;

/** In the open wave and not in flight; hosts in flight, also watched ones, are always of the open wave. */
const isWaiting = (draft: Draft, host: HostRecord): boolean =>
  host.wave === draft.wave && (host.is === 'queued' || host.is === 'taken');

const isQueued = (host: HostRecord): boolean => host.is === 'queued';

/** A wave whose hosts all fell away proves nothing about the package: only a success opens the next. */
export const isPassed = (state: Pick<RolloutState, 'hosts' | 'wave' | 'plan'>): boolean => {
  const success = successIn(state);
  return state.hosts.some((host) => host.wave === state.wave && host.is === success);
};

const endWave = (draft: Draft): void => {
  draft.waveEndedAt = draft.now;
  const passed = isPassed(draft);
  const message = passed
    ? `wave ${draft.wave} is passed`
    : `wave ${draft.wave} is over without a ${successIn(draft)} host: the next hosts take its place`;
  draft.said.push(
    reason(passed ? 'wave-passed' : 'wave-not-passed', message, { wave: draft.wave }),
  );
};

/** Hosts that come after some that are not in the wave any more would keep it open for ever. */
const returnUnreachable = (draft: Draft): void => {
  if ((draft.plan.control?.order.length ?? 0) === 0) return;
  for (const index of indicesWhere(draft, (host) => isWaiting(draft, host))) {
    if (isReachable(draft, index, (_, host) => isWaiting(draft, host))) continue;
    revise(draft, index, { is: 'queued', wave: undefined, retryMs: undefined });
    const message = `${idAt(draft, index)} goes back to the queue: what it comes after is not in the wave`;
    draft.said.push(reason('order', message));
  }
};

/** Hosts that get no slot even when all in flight come back would keep the wave open for ever. */
const returnBlocked = (draft: Draft, slots: Slots): void => {
  if (!hasStuckSet(draft, slots)) return;
  for (const index of indicesWhere(draft, (host) => isWaiting(draft, host))) {
    const full = blockingSet(draft, slots, index);
    if (full === undefined) continue;
    revise(draft, index, { is: 'queued', wave: undefined, retryMs: undefined });
    const message = `${idAt(draft, index)} goes back to the queue: set ${full.set.name} is full of hosts that are down`;
    draft.said.push(reason('set-full', message, { set: full.set.name, down: full.taken }));
  }
};

/** All that is in flight waits for hosts of other rollouts that nobody is at work on: a person has to decide. */
const noteStuck = (draft: Draft): void => {
  if (draft.control === undefined) return;
  const { counts, now, startedAt } = draft;
  const stuck = counts.awaiting === 0 ? [] : draft.hosts.filter(({ awaits }) => awaits === 2);
  if (stuck.length === 0 || stuck.length < counts.running) {
    if (counts.running > 0) draft.fullSince = null;
    return;
  }
  // Windows that close call hosts back: the clock of the hold must not begin anew every night.
  const since = startedAt + Math.max(...stuck.map(({ awaitsMs = now - startedAt }) => awaitsMs));
  const inTimeToExpire = now - draft.plan.policy.holdTimeoutMs + 1;
  draft.fullSince ??= Math.max(since, inTimeToExpire);
};

/** When the soak after the last wave is over; null when there is none or a person ends it. */
export const soakEndsAt = (state: RolloutState | Draft): number | null => {
  const { pause } = state.plan.policy;
  if (pause === null || pause === 'until-resumed' || !isBetweenWaves(state)) return null;
  return (state.waveEndedAt ?? 0) + pause.durationMs;
};

export const awaitsResume = (state: RolloutState | Draft): boolean =>
  state.plan.policy.pause === 'until-resumed' &&
  state.resumedWave < state.wave &&
  isBetweenWaves(state);

/** A passed wave lies behind and hosts wait for the next. After the last wave there is nothing to pause for. */
const isBetweenWaves = (state: RolloutState | Draft): boolean =>
  state.waveEndedAt !== null && state.hosts.some(isQueued) && isPassed(state);

/** True when a wave was opened. */
const openNextWave = (draft: Draft): boolean => {
  const soak = soakEndsAt(draft);
  const { queued } = draft.counts;
  if (queued === 0) {
    draft.fullSince = null;
    lookAgain(draft);
    return false;
  }
  if (awaitsResume(draft) || (soak !== null && soak > draft.now)) return false;
  return openWave(draft);
};

const openWave = (draft: Draft): boolean => {
  const { queued } = draft.counts;
  const number = nextWave(draft);
  const size = waveSize(policyOf(draft).serial, number, draft.toBeChanged ?? 0);
  const chosen = choose(draft, size);
  if (chosen.length === 0) return mayStart(draft) && waitForSlots(draft);
  draft.fullSince = null;
  if (!mayStart(draft)) return false;
  if (queued <= size && (lookAgain(draft) || isLookingAgain(draft))) return false;
  if (!passGates(draft, number)) return false;
  draft.wave = number;
  draft.waveEndedAt = null;
  for (const index of chosen) revise(draft, index, { wave: number });
  const facts = { wave: number, hosts: chosen.length, size, queued };
  const message = `wave ${number}: ${chosen.length} of ${queued} queued hosts, size ${size}`;
  draft.said.push(reason('wave', message, facts));
  return true;
};

const nextWave = (draft: Draft): number =>
  draft.wave === 0 || isPassed(draft) ? draft.wave + 1 : draft.wave;

/** The next hosts of the queue in plan order; those without a slot, nothing being in flight, keep their place. */
const choose = (draft: Draft, size: number): number[] => {
  const slots = slotsOf(draft);
  const chosen: number[] = [];
  for (let index = 0; index < draft.hosts.length && chosen.length < size; index += 1) {
    if (!isQueued(hostAt(draft, index))) continue;
    if (fullSet(draft, slots, index) !== undefined) continue;
    if (isReachable(draft, index, (other) => chosen.includes(other))) chosen.push(index);
  }
  return chosen;
};

/** All that remain are blocked: hosts that could not be asked may be what blocks them, so they are asked first. */
const waitForSlots = (draft: Draft): false => {
  if (lookAgain(draft) || draft.openRounds.length > 0) return false;
  if (draft.hosts.some((host) => host.wanted === true)) return false;
  draft.fullSince ??= draft.now;
  return false;
};

const lookAgain = (draft: Draft): boolean => {
  if (!mayStart(draft) || !wantSecondLook(draft)) return false;
  askWanted(draft);
  return true;
};

const isLookingAgain = (draft: Draft): boolean =>
  draft.hosts.some((host) => host.is === 'unassessed' && host.asked !== undefined);
