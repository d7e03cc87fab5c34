import type { RolloutPhase } from '../../contracts/outcome';
import { reason, type Reason } from '../../contracts/reason';
import { approvalWords, expiresAt, isApproved } from './approvals';
import type { ControlState, GateRun } from './control-state';
import type { Draft } from './draft';
import { gateDeadline, unanswered, whereOf } from './gates';
import type { HostRecord } from './state';
import { awaitsResume, soakEndsAt } from './waves';
import { windowMoments, windowRefusal } from './windows';

export interface PhaseNow {
  readonly phase: RolloutPhase;
  readonly phaseReason: Reason;
}

const iso = (at: number): string => new Date(at).toISOString();

/** In order of precedence: what a person or the budget stopped hides what the waves would do. */
export const phaseOf = (state: Draft, now: number): PhaseNow => {
  if (state.result !== null) return { phase: 'done', phaseReason: doneReason(state) };
  if (state.stopping !== null) return { phase: 'aborting', phaseReason: state.stopping.reason };
  if (state.paused !== null) return { phase: 'paused', phaseReason: state.paused };
  const awaited = awaiting(state, now);
  if (awaited !== undefined) return awaited;
  if (state.toBeChanged === null) return { phase: 'assessing', phaseReason: assessing(state) };
  return held(state) ?? soaking(state, now) ?? progressing(state);
};

const doneReason = (state: Draft): Reason =>
  state.stopping?.reason ?? reason('completed', 'every host has its outcome');

const assessing = (state: Draft): Reason =>
  state.admitted
    ? reason('assessing', `asks ${state.hosts.length} hosts whether they are affected`)
    : state.phaseReason;

/** What waits for people, for a window, or for what cannot be read. */
const awaiting = (state: Draft, now: number): PhaseNow | undefined => {
  const { control } = state;
  if (control === undefined || !state.admitted) return undefined;
  if (!isApproved(state)) return { phase: 'awaiting-approval', phaseReason: unapproved(state) };
  const gate = unanswered(state);
  if (gate !== undefined) return { phase: 'held', phaseReason: gateReason(state, gate) };
  if (state.counts.running > 0 || state.openRounds.length > 0) return undefined;
  return unready(state, control, now);
};

const unready = (state: Draft, control: ControlState, now: number): PhaseNow | undefined => {
  const problem = control.calendar.problem ?? control.fleet.problem;
  if (problem !== null) return { phase: 'held', phaseReason: problem };
  if (state.counts.queued + state.counts.taken + state.counts.unassessed === 0) return undefined;
  if (control.windowlessSince !== null)
    return { phase: 'held', phaseReason: windowless(state, now) };
  // What a person can do now must not hide behind a window that opens in a week.
  if (awaitsResume(state) || state.fullSince !== null) return undefined;
  const refused = windowRefusal(state, now);
  return refused === null ? undefined : { phase: 'awaiting-window', phaseReason: refused };
};

const unapproved = (state: Draft): Reason => {
  const at = expiresAt(state);
  const until = at === null ? '' : `; denied when not begun by ${iso(at)}`;
  const { requester, hash = null } = state.plan.control ?? {};
  const message = `${approvalWords(state)}, none by ${requester?.name ?? ''}, who asked for it${until}`;
  return reason('approval-needed', message, { hash, expiresAt: at === null ? null : iso(at) });
};

const gateReason = (state: Draft, run: GateRun): Reason => {
  const until = gateDeadline(state);
  const message = `gate ${run.gate} has no answer${whereOf(state, run)}: ${run.reason?.message ?? 'unknown'}; ask it again, resume without it, or abort before ${iso(until ?? 0)}`;
  return reason('gate-unanswered', message, { gate: run.gate });
};

const windowless = (state: Draft, now: number): Reason => {
  const until = iso((state.control?.windowlessSince ?? now) + state.plan.policy.holdTimeoutMs);
  const why = windowRefusal(state, now)?.message ?? 'no window is known';
  return reason('no-window', `no window is known in which a host fits: ${why}; until ${until}`);
};

const held = (state: Draft): PhaseNow | undefined => {
  if (awaitsResume(state)) {
    const message = `wave ${state.wave} is passed; the plan waits for a person before the next`;
    return { phase: 'held', phaseReason: reason('wave-pause', message, { wave: state.wave }) };
  }
  if (state.fullSince === null) return undefined;
  const queued = state.counts.queued;
  const until = iso(state.fullSince + state.plan.policy.holdTimeoutMs);
  const stuck = state.hosts.find((host) => host.awaits === 2);
  const of = state.reasons[stuck?.reason ?? -1]?.message;
  const message =
    of === undefined
      ? `${queued} hosts wait for slots of hosts that are down, or for hosts that are held; retry or skip hosts before ${until}`
      : `${state.counts.awaiting + queued} hosts wait: ${of}; repair or release such hosts before ${until}`;
  return { phase: 'held', phaseReason: reason('set-full', message, { queued, until }) };
};

const soaking = (state: Draft, now: number): PhaseNow | undefined => {
  const end = soakEndsAt(state);
  if (end === null || end <= now) return undefined;
  const message = `wave ${state.wave} is passed and soaks until ${iso(end)}`;
  return { phase: 'soaking', phaseReason: reason('soak', message, { wave: state.wave }) };
};

const progressing = (state: Draft): PhaseNow => ({
  phase: 'progressing',
  phaseReason: progressReason(state),
});

const progressReason = (state: Draft): Reason => {
  const inFlight = state.counts.running;
  const facts = { wave: state.wave, inFlight };
  if (state.moving !== null)
    return reason('history-full', `${inFlight} in flight finish, then a new run goes on`, facts);
  if (inFlight === 0 && state.counts.taken > 0) return takenReason(state);
  if (inFlight === 0 && state.openRounds.length > 0)
    return reason('assessing-again', 'asks hosts again before it goes on');
  const { queued } = state.counts;
  const { watched, waiting } = state.counts;
  const ofThem = watched + waiting === 0 ? '' : ` (${watched} watched, ${waiting} wait for slots)`;
  const message = `wave ${state.wave}: ${inFlight} in flight${ofThem}, ${queued} queued`;
  return reason('wave-under-way', message, { ...facts, queued });
};

const takenReason = (state: Draft): Reason => {
  const taken = state.hosts.find((host) => host.is === 'taken');
  return state.reasons[taken?.reason ?? -1] ?? reason('held-by', 'waits for a taken host');
};

/** The earliest moment at which time alone changes something. Moments that have passed wait for an event instead. */
export const nextLookOf = (state: Draft, now: number): number | null => {
  if (state.result !== null) return null;
  const { holdTimeoutMs } = state.plan.policy;
  let next = Number.POSITIVE_INFINITY;
  const consider = (at: number | null): void => {
    if (at !== null && at > now && at < next) next = at;
  };
  if (state.counts.held + state.counts.taken > 0)
    for (const host of state.hosts) considerHost(state, host, consider);
  consider(state.fullSince === null ? null : state.fullSince + holdTimeoutMs);
  consider(soakEndsAt(state));
  consider(gateDeadline(state));
  windowMoments(state, now).forEach(consider);
  return next === Number.POSITIVE_INFINITY ? null : next;
};

const considerHost = (
  state: Draft,
  host: HostRecord,
  consider: (at: number | null) => void,
): void => {
  const { holdTimeoutMs } = state.plan.policy;
  if (host.is === 'held') consider(state.startedAt + (host.heldMs ?? 0) + holdTimeoutMs);
  if (host.is !== 'taken') return;
  consider(state.startedAt + (host.takenMs ?? 0) + holdTimeoutMs);
  if (host.retryMs !== undefined) consider(state.startedAt + host.retryMs);
};
