import type { HostId } from '../../contracts/ids';
import { reason, type Reason } from '../../contracts/reason';
import { expireApproval, isApproved } from './approvals';
import { actionOf } from './action';
import {
  endHost,
  hostAt,
  idAt,
  indexOf,
  indicesWhere,
  isFree,
  isOpen,
  revise,
  type Draft,
} from './draft';
import { expireGate } from './gates';
import { lookSinceOpened, noteLooked } from './looking';
import { keepReason } from './reasons-kept';
import { heldAt } from './holding';
import {
  answered,
  askCalendar,
  freshSince,
  hasCalendar,
  noteWindowless,
  openNow,
  opensNext,
  unanswered,
  windowRefusal,
} from './windows';

/** What people, windows and the fleet want before anything is begun; to be called before waves are walked. */
export const prepare = (draft: Draft): void => {
  if (draft.control === undefined || !draft.admitted) return;
  expireApproval(draft);
  expireGate(draft);
  expireWindowless(draft);
  if (draft.stopping !== null || draft.moving !== null) return;
  askCalendar(draft);
  if (!isApproved(draft) || draft.paused !== null) return;
  askFleet(draft);
  lookSinceOpened(draft);
  noteLooked(draft);
};

const expireWindowless = (draft: Draft): void => {
  noteWindowless(draft);
  const since = draft.control?.windowlessSince ?? null;
  if (since === null || since + draft.plan.policy.holdTimeoutMs > draft.now) return;
  const why = reason('no-window', `no window came in which a host fits: ${refusalWords(draft)}`);
  for (const index of indicesWhere(draft, (host) => isOpen(host) && host.is !== 'running'))
    endHost(draft, index, 'not-started', why);
};

const refusalWords = (draft: Draft): string =>
  windowRefusal(draft, draft.now)?.message ?? 'none is known';

/** The fleet is read as a whole once it is to go on, and host by host right before each is begun. */
const askFleet = (draft: Draft): void => {
  const { control, now } = draft;
  if (control === undefined || draft.plan.control?.hasFleet !== true) return;
  if (hasCalendar(draft) && openNow(draft, now) === null) return;
  const { askedAt, answeredAt, retryAt } = control.fleet;
  if (askedAt !== null || (answeredAt ?? -1) >= freshSince(draft, now)) return;
  if (retryAt !== null && retryAt > now) return;
  draft.control = { ...control, fleet: { ...control.fleet, askedAt: now } };
  const waiting = indicesWhere(draft, (host) => isOpen(host) && host.is !== 'running');
  draft.commands.push({ type: 'readFleet', hosts: waiting.map((index) => idAt(draft, index)) });
};

export const takeFleet = (
  draft: Draft,
  changed: readonly { readonly hostId: HostId; readonly why: string }[],
): void => {
  const { control } = draft;
  if (control === undefined) return;
  draft.control = { ...control, fleet: answered(control.fleet) };
  for (const { hostId, why } of changed) {
    const index = indexOf(draft, hostId);
    if (index === undefined) continue;
    const host = hostAt(draft, index);
    if (isOpen(host) && host.is !== 'running') hold(draft, index, changedSince(why));
  }
};

const changedSince = (why: string): Reason => {
  const message = `its entry in the fleet is not what was approved: ${why}; put it back and retry it, skip it, or have the change approved anew`;
  return reason('changed-since-approval', message);
};

/** The carrier looked right before it would have begun the host, and did not begin it. */
export const takeChanged = (draft: Draft, hostId: HostId, why: Reason): void => {
  const index = indexOf(draft, hostId);
  if (index === undefined || hostAt(draft, index).is !== 'running') return;
  hold(draft, index, why.code === 'changed-since-approval' ? changedSince(why.message) : why);
};

const hold = (draft: Draft, index: number, why: Reason): void => {
  revise(draft, index, { ...heldAt(draft), reason: keepReason(draft, why) });
};

export const missFleet = (draft: Draft, problem: Reason): void => {
  const { control, now } = draft;
  if (control === undefined) return;
  const retryAt = now + draft.plan.policy.takenRetryMs;
  draft.control = { ...control, fleet: unanswered(control.fleet, problem, retryAt) };
};

export const missCalendar = (draft: Draft, problem: Reason): void => {
  const { control, now } = draft;
  if (control === undefined) return;
  const retryAt = now + draft.plan.policy.takenRetryMs;
  draft.control = { ...control, calendar: unanswered(control.calendar, problem, retryAt) };
};

export const noteStaged = (draft: Draft): void => {
  if (draft.control !== undefined) draft.control = { ...draft.control, stagedAhead: 'done' };
};

/** Packages go ahead to the hosts that are known to be changed, while the window is closed. */
export const stageAhead = (draft: Draft): void => {
  const { control, now } = draft;
  if (control === undefined || control.stagedAhead !== null || !isStagedAhead(draft)) return;
  if (draft.toBeChanged === null || draft.openRounds.length > 0) return;
  const next = opensNext(draft, now);
  if (next === null || openNow(draft, now) !== null) return;
  const waiting = indicesWhere(draft, ({ is }) => is === 'queued');
  draft.control = { ...control, stagedAhead: waiting.length === 0 ? 'done' : 'asked' };
  if (waiting.length === 0) return;
  const hosts = waiting.map((index) => idAt(draft, index));
  draft.commands.push({ type: 'stageAhead', hosts, until: next.from });
  draft.said.push(reason('stage-ahead', `brings the package to ${hosts.length} hosts ahead`));
};

const isStagedAhead = (draft: Draft): boolean =>
  draft.plan.policy.stageAhead === true &&
  actionOf(draft) === 'fix' &&
  isFree(draft) &&
  isApproved(draft);

/** A standing plan works in one window: what is left when it closes is the next firing's. */
export const endFiring = (draft: Draft): void => {
  const { control } = draft;
  if (control === undefined || (draft.plan.control?.maxHosts ?? null) === null) return;
  if (control.reading === null || draft.counts.running > 0 || draft.openRounds.length > 0) return;
  const refused = windowRefusal(draft, draft.now);
  if (refused === null) return;
  const why = reason('window-over', `left to the next window: ${refused.message}`);
  for (const index of indicesWhere(draft, isOpen)) endHost(draft, index, 'not-started', why);
};
