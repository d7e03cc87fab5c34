import type { GateAnswer } from '../../contracts/gate';
import { reason, type Reason } from '../../contracts/reason';
import { gateRunsKept, type GateRun } from './control-state';
import { idAt, type Draft } from './draft';
import type { RolloutState } from './state';
import { openNow } from './windows';

/**
 * Gates are asked before a wave is opened and after a host was changed. Open lets it go on, closed stops the rollout, and
 * no answer waits for a person: nothing fails open.
 */

type Gated = Pick<RolloutState, 'plan' | 'control' | 'startedAt'>;

const runsOf = ({ control }: Pick<RolloutState, 'control'>): readonly GateRun[] =>
  control?.gates ?? [];

export const unanswered = (state: Pick<RolloutState, 'control'>): GateRun | undefined =>
  runsOf(state).find(({ is }) => is === 'no-answer');

export const isAsking = (state: Pick<RolloutState, 'control'>): boolean =>
  runsOf(state).some(({ is }) => is === 'asked');

/** After hosts of this wave. */
export const isAskingIn = (state: Pick<RolloutState, 'control'>, wave: number): boolean =>
  runsOf(state).some((run) => run.is === 'asked' && run.host !== undefined && run.wave === wave);

/**
 * Whether all gates before this wave are open. Those that were not asked since the last wave ended, or since the window
 * opened, are asked now: an answer of yesterday says nothing about tonight.
 */
export const passGates = (draft: Draft, wave: number): boolean => {
  const since = Math.max(
    draft.waveEndedAt ?? 0,
    openNow(draft, draft.now)?.from ?? 0,
    draft.startedAt,
  );
  const gates = (draft.plan.control?.gates ?? []).filter(
    ({ when }) => 'before' in when && when.fromWave <= wave,
  );
  let open = true;
  for (const { name } of gates) {
    const last = runsOf(draft).findLast(
      (run) => run.gate === name && run.host === undefined && run.wave === wave && run.at >= since,
    );
    if (last === undefined) ask(draft, { gate: name, wave });
    open = open && (last?.is === 'open' || last?.is === 'waived');
  }
  return open;
};

export const askAfterHost = (draft: Draft, host: number, wave: number): void => {
  for (const { name, when } of draft.plan.control?.gates ?? [])
    if ('after' in when) ask(draft, { gate: name, wave, host });
};

const ask = (draft: Draft, of: Pick<GateRun, 'gate' | 'wave' | 'host'>): void => {
  const { control } = draft;
  if (control === undefined) return;
  const run = control.lastRun + 1;
  const asked: GateRun = { run, ...of, is: 'asked', at: draft.now };
  const kept = [...control.gates, asked];
  // What still waits is never dropped.
  const spare = kept.length - gateRunsKept;
  const gates = kept.filter(
    (each, at) => at >= spare || each.is === 'asked' || each.is === 'no-answer',
  );
  draft.control = { ...control, lastRun: run, gates };
  const hostId = of.host === undefined ? null : idAt(draft, of.host);
  draft.commands.push({ type: 'askGate', run, gate: of.gate, hostId });
};

export const takeAnswer = (draft: Draft, run: number, { phase, reason: why }: GateAnswer): void => {
  const asked = runsOf(draft).find((each) => each.run === run);
  if (asked === undefined || asked.is !== 'asked') {
    draft.said.push(reason('ignored', `no answer of gate run ${run} is awaited`, { run }));
    return;
  }
  const is = phase === 'successful' ? 'open' : phase === 'failed' ? 'closed' : 'no-answer';
  settle(draft, [run], { is, reason: why });
  if (is !== 'closed' || draft.stopping !== null) return;
  const message = `gate ${asked.gate} is closed${whereOf(draft, asked)}: ${why.message}`;
  draft.stopping = { result: 'stopped-by-gate', reason: reason('gate-closed', message, why.facts) };
  draft.said.push(draft.stopping.reason);
};

const settle = (
  draft: Draft,
  runs: readonly number[],
  to: Pick<GateRun, 'is'> & { readonly reason?: Reason },
): void => {
  const { control } = draft;
  if (control === undefined) return;
  const gates = control.gates.map((each) =>
    runs.includes(each.run) ? { ...each, ...to, at: draft.now } : each,
  );
  draft.control = { ...control, gates };
};

export const whereOf = (state: Pick<RolloutState, 'plan'>, { host, wave }: GateRun): string =>
  host === undefined ? ` before wave ${wave}` : ` after ${idAt(state, host)}`;

/** A person goes on without an answer. */
export const waive = (draft: Draft): string | null => {
  const open = runsOf(draft).filter(({ is }) => is === 'no-answer');
  if (open.length === 0) return null;
  settle(
    draft,
    open.map(({ run }) => run),
    { is: 'waived' },
  );
  return `goes on without an answer of ${open.map(({ gate }) => gate).join(', ')}`;
};

export const askAgain = (draft: Draft, gate: string): string => {
  const open = runsOf(draft).filter((run) => run.is === 'no-answer' && run.gate === gate);
  settle(
    draft,
    open.map(({ run }) => run),
    { is: 'waived' },
  );
  for (const { wave, host } of open)
    ask(draft, { gate, wave, ...(host === undefined ? {} : { host }) });
  return `asks gate ${gate} again`;
};

export const gateRefusal = (state: Gated, gate: string): Reason | null => {
  const known = (state.plan.control?.gates ?? []).map(({ name }) => name);
  if (!known.includes(gate)) {
    const message = `the plan has no gate ${gate}; it has ${known.join(', ') || 'none'}`;
    return reason('no-such-gate', message);
  }
  const waits = runsOf(state).some((run) => run.is === 'no-answer' && run.gate === gate);
  return waits ? null : reason('gate-not-waiting', `gate ${gate} does not wait for a person`);
};

/** Until when a gate without an answer waits for a person. */
export const gateDeadline = (state: Gated): number | null => {
  const run = unanswered(state);
  return run === undefined ? null : run.at + state.plan.policy.holdTimeoutMs;
};

export const expireGate = (draft: Draft): void => {
  const run = unanswered(draft);
  const deadline = gateDeadline(draft);
  if (run === undefined || deadline === null || deadline > draft.now || draft.stopping !== null)
    return;
  const message = `nobody decided in time about gate ${run.gate}${whereOf(draft, run)}: ${run.reason?.message ?? 'no answer'}`;
  draft.stopping = { result: 'stopped-by-gate', reason: reason('gate-unanswered', message) };
};
