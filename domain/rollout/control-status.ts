import type {
  ApprovalStatus,
  GateStatus,
  RolloutStatus,
  WindowStatus,
} from '../../contracts/rollout';
import { approvalWords } from './approvals';
import type { GateRun } from './control-state';
import { idAt } from './draft';
import { hostMsOf } from './durations';
import type { RolloutState } from './state';
import { hasCalendar, openNow, opensNext, windowRefusal } from './windows';

type ControlStatus = Pick<
  RolloutStatus,
  'approvals' | 'window' | 'gates' | 'limits' | 'hostDurations'
>;

const iso = (at: number): string => new Date(at).toISOString();

/** What a status says of a controlled change; nothing of what the plan does not ask for. */
export const controlStatusOf = (state: RolloutState, now: number): ControlStatus => {
  const { control, plan } = state;
  if (control === undefined || plan.control === undefined) return {};
  const { approvals, gates, requester } = plan.control;
  const isSteered = Object.keys(control.steered).length > 0;
  return {
    ...(approvals === null
      ? {}
      : {
          approvals: {
            policy: approvals,
            requester,
            given: control.approvals,
            expiresAt: iso(state.startedAt + approvals.ttlMs),
            words: approvalWords(state),
          } satisfies ApprovalStatus,
        }),
    ...(control.durations.length === 0 ? {} : { hostDurations: control.durations }),
    ...(hasCalendar(state) ? { window: windowStatusOf(state, now) } : {}),
    ...(gates.length === 0 ? {} : { gates: control.gates.map((run) => gateStatusOf(state, run)) }),
    ...(isSteered ? { limits: control.steered } : {}),
  };
};

const windowStatusOf = (state: RolloutState, now: number): WindowStatus => {
  const open = openNow(state, now);
  const hostMs = hostMsOf(state);
  const seen = state.control?.durations.length ?? 0;
  const learnt =
    seen === 0 ? 'by the plan' : `seen on ${seen} hosts, never less than the plan says`;
  const host = `a host takes ${Math.ceil(hostMs / 60_000)} min (${learnt})`;
  const refused = windowRefusal(state, now);
  return {
    opening: open ?? opensNext(state, now),
    isOpen: open !== null,
    hostMs,
    words: `${refused?.message ?? `open until ${iso(open?.until ?? now)}`}; ${host}`,
  };
};

const gateStatusOf = (state: RolloutState, run: GateRun): GateStatus => ({
  gate: run.gate,
  hostId: run.host === undefined ? null : idAt(state, run.host),
  wave: run.wave,
  standing: run.is,
  reason: run.reason ?? null,
});
