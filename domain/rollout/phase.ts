import type { RolloutPhase } from '../../contracts/outcome';
import { reason, type Reason } from '../../contracts/reason';
import type { Draft } from './draft';
import type { HostRecord } from './state';
import { awaitsResume, soakEndsAt } from './waves';

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
  if (state.toBeChanged === null) return { phase: 'assessing', phaseReason: assessing(state) };
  return held(state) ?? soaking(state, now) ?? progressing(state);
};

const doneReason = (state: Draft): Reason =>
  state.stopping?.reason ?? reason('completed', 'every host has its outcome');

const assessing = (state: Draft): Reason =>
  state.admitted
    ? reason('assessing', `asks ${state.hosts.length} hosts whether they are affected`)
    : state.phaseReason;

const held = (state: Draft): PhaseNow | undefined => {
  if (awaitsResume(state)) {
    const message = `wave ${state.wave} is passed; the plan waits for a person before the next`;
    return { phase: 'held', phaseReason: reason('wave-pause', message, { wave: state.wave }) };
  }
  if (state.fullSince === null) return undefined;
  const queued = state.counts.queued;
  const until = iso(state.fullSince + state.plan.policy.holdTimeoutMs);
  const message = `${queued} hosts wait for slots of hosts that are down; retry or skip hosts before ${until}`;
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
