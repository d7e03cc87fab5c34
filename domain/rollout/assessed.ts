import { reason, type Reason } from '../../contracts/reason';
import type { AssessedHost } from '../../contracts/rollout';
import { actionOf } from './action';
import { maxUnassessedOf } from './amounts';
import { noteLooked } from './looking';
import { endHost, hostAt, idAt, indexOf, indicesWhere, isOpen, revise, type Draft } from './draft';
import { keepReason } from './reasons-kept';
import { rosterOf } from './roster';
import { changeOf } from './change-of';
import type { HostRecord, KeptVerdict } from './state';

/** An answer counts only for hosts that were asked in its round and are not final since. */
export const takeAssessed = (
  draft: Draft,
  round: number,
  answers: readonly AssessedHost[],
): void => {
  if (!draft.openRounds.includes(round)) {
    draft.said.push(reason('ignored', `assessment ${round} is not awaited`, { round }));
    return;
  }
  draft.openRounds = draft.openRounds.filter((open) => open !== round);
  const byId = new Map(answers.map((answer) => [answer.hostId, answer]));
  const asked = indicesWhere(draft, (host) => host.asked === round);
  for (const index of asked) {
    const id = idAt(draft, index);
    note(draft, index, byId.get(id));
    byId.delete(id);
  }
  for (const late of byId.values()) noteHealth(draft, late);
  if (draft.stopping !== null) return;
  if (round === 1 && stopsForSilence(draft, asked)) return;
  for (const index of asked) act(draft, index, round);
  leaveForNextFiring(draft);
  if (round === 1) draft.toBeChanged = draft.counts.queued;
  noteLooked(draft);
  tellSets(draft, asked);
};

/** A standing plan changes no more hosts at a time than its approval says, however late one of them answers. */
const leaveForNextFiring = (draft: Draft): void => {
  const most = draft.plan.control?.maxHosts ?? null;
  if (most === null) return;
  const message = `left to the next window: its approval is for ${most} hosts at a time`;
  const why = reason('max-hosts', message, { maxHosts: most });
  const begun = indicesWhere(draft, isBegun).length;
  const waiting = indicesWhere(draft, (host) => host.is === 'queued' && !isBegun(host));
  for (const index of waiting.slice(Math.max(0, most - begun)))
    endHost(draft, index, 'not-started', why);
};

const isBegun = ({ is, attempts }: HostRecord): boolean =>
  attempts !== undefined || is === 'running' || is === 'taken';

/** Other rollouts count the same hosts: what is down takes a slot from all of them, what is up again gives it back. */
const tellSets = (draft: Draft, asked: readonly number[]): void => {
  if (draft.control === undefined || draft.plan.sets.length === 0) return;
  const { setsOf } = rosterOf(draft.plan);
  const members = asked.filter((index) => (setsOf[index] ?? []).length > 0);
  const isDown = (index: number): boolean => hostAt(draft, index).down === true;
  const healthy = members.filter((index) => !isDown(index)).map((index) => idAt(draft, index));
  const down = members.filter(isDown).map((index) => ({
    hostId: idAt(draft, index),
    why: reasonAt(draft, index).message,
  }));
  if (members.length > 0)
    draft.commands.push({ type: 'tellSets', healthy, down, cause: 'found-down' });
};

/**
 * A host that was skipped before its answer came is decided, but its health still counts in its sets. A late answer
 * only ever takes a slot, unless it is the first that is heard of the host; and a host that has run since knows better.
 */
const noteHealth = (draft: Draft, answer: AssessedHost): void => {
  const index = indexOf(draft, answer.hostId);
  if (index === undefined) return;
  const host = hostAt(draft, index);
  if (host.is === 'running' || host.attempts !== undefined) return;
  if (isUp(answer) && host.verdict !== undefined) return;
  revise(draft, index, { down: isUp(answer) ? undefined : true });
};

const isUp = (answer: AssessedHost | undefined): boolean =>
  answer !== undefined && answer.state !== null && answer.health !== 'unhealthy';

const notAnswered = reason('not-answered', 'the assessment says nothing about this host');

const note = (draft: Draft, index: number, answer: AssessedHost | undefined): void => {
  const known = answer !== undefined && answer.state !== null;
  const verdict = known ? keepVerdict(draft, answer) : undefined;
  revise(draft, index, {
    verdict,
    reason: keepReason(draft, answer?.reason ?? notAnswered),
    down: isUp(answer) ? undefined : true,
    asked: undefined,
  });
};

const keepVerdict = (draft: Draft, answer: AssessedHost): number => {
  const { state, applicable, health } = answer;
  if (state === null) throw new TypeError('a host without a state has no verdict to keep');
  const removable = actionOf(draft) === 'rollback' ? { package: answer.package ?? null } : {};
  const verdict: KeptVerdict = { state, applicable, health, ...removable };
  const same = (kept: KeptVerdict): boolean =>
    kept.state === state &&
    kept.applicable === applicable &&
    kept.health === health &&
    kept.package === verdict.package;
  const found = draft.verdicts.findIndex(same);
  if (found >= 0) return found;
  draft.verdicts = [...draft.verdicts, verdict];
  return draft.verdicts.length - 1;
};

/** The reason of the verdict stays the reason of what follows from it. */
const reasonAt = (draft: Draft, index: number): Reason =>
  draft.reasons[hostAt(draft, index).reason ?? -1] ?? notAnswered;

/** Asked for in vain, it is asked once more before the last wave; a window that opened is no reason to give up sooner. */
const missAgain = (draft: Draft, index: number): void => {
  const { is } = hostAt(draft, index);
  const nowhere = { wave: undefined, takenMs: undefined, retryMs: undefined };
  if ((is === 'queued' || is === 'taken') && !draft.lookedAgain)
    revise(draft, index, { ...nowhere, is: 'unassessed' });
  else endHost(draft, index, 'unreachable', reasonAt(draft, index));
};

const act = (draft: Draft, index: number, round: number): void => {
  const host = hostAt(draft, index);
  const verdict = host.verdict === undefined ? undefined : draft.verdicts[host.verdict];
  if (verdict === undefined) {
    if (round > 1) missAgain(draft, index);
    return;
  }
  const change = changeOf(draft.plan, verdict);
  const why = change.why ?? reasonAt(draft, index);
  if (change.need === 'change') revise(draft, index, { is: 'queued', heldMs: undefined });
  if (change.need === 'hold') {
    const heldMs = draft.now - draft.startedAt;
    revise(draft, index, { is: 'held', heldMs, reason: keepReason(draft, why) });
  }
  if (change.need === 'skip') {
    const message =
      change.why === undefined
        ? `${verdict.state}, and the plan skips such hosts: ${why.message}`
        : `${why.message}, and the plan skips such hosts`;
    endHost(draft, index, 'skipped', reason('on-suspect', message));
  }
  if (change.need === 'none') endHost(draft, index, change.outcome, why);
};

/** Too many silent hosts: nothing is known well enough to start, each host ends with what is known of it. */
const stopsForSilence = (draft: Draft, asked: readonly number[]): boolean => {
  const silent = asked.filter((index) => hostAt(draft, index).verdict === undefined).length;
  const limit = maxUnassessedOf(draft.plan.policy.maxUnassessed, draft.hosts.length);
  const facts = { unassessed: silent, maxUnassessed: limit, hosts: draft.hosts.length };
  if (silent <= limit) {
    const message = `assessment: ${silent} of ${draft.hosts.length} hosts unreachable, ${limit} allowed`;
    draft.said.push(reason('unassessed', message, facts));
    return false;
  }
  const message = `${silent} of ${draft.hosts.length} hosts could not be assessed, ${limit} allowed: nothing was started`;
  const why = reason('too-many-unassessed', message, facts);
  draft.stopping = { result: 'stopped-by-budget', reason: why };
  draft.said.push(why);
  for (const index of asked) {
    const { verdict } = hostAt(draft, index);
    const kept = verdict === undefined ? undefined : draft.verdicts[verdict];
    if (kept === undefined) endHost(draft, index, 'unreachable', reasonAt(draft, index));
    else {
      const change = changeOf(draft.plan, kept);
      if (change.need !== 'none') continue;
      endHost(draft, index, change.outcome, change.why ?? reasonAt(draft, index));
    }
  }
  for (const index of indicesWhere(draft, isOpen)) endHost(draft, index, 'not-started', why);
  return true;
};
