import type { RolloutState } from './state';
import { durationsKept } from './control-state';
import { hostAt, type Draft } from './draft';

const defaultFloorMs = 30 * 60_000;

/** Nearest rank (NIST e-Handbook of Statistical Methods, 7.2.6.2); 0 of nothing. */
export const percentile = (values: readonly number[], percent: number): number => {
  const sorted = values.toSorted((a, b) => a - b);
  const rank = Math.ceil((percent / 100) * sorted.length);
  return sorted[Math.max(0, rank - 1)] ?? 0;
};

/** What a host that is begun now has to fit into: what was seen, and never less than what the plan says. */
export const hostMsOf = ({ plan, control }: Pick<RolloutState, 'plan' | 'control'>): number =>
  Math.max(plan.policy.hostDurationMs ?? defaultFloorMs, percentile(control?.durations ?? [], 95));

/**
 * To be called when a host that was changed is back in service, or ended otherwise. One that waited for slots of other
 * rollouts says nothing about the next one.
 */
export const noteDuration = (draft: Draft, index: number): void => {
  const { control } = draft;
  const { startedMs, awaits } = hostAt(draft, index);
  if (control === undefined || startedMs === undefined || awaits !== undefined) return;
  const tookMs = draft.now - draft.startedAt - startedMs;
  draft.control = {
    ...control,
    durations: [...control.durations, tookMs].slice(-durationsKept),
  };
};
