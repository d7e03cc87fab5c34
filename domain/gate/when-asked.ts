import type { Gate } from '../../contracts/gate';
import type { HostId } from '../../contracts/ids';

/** @param wave 1 is the first */
export const gatesBeforeWave = (gates: readonly Gate[], wave: number): readonly Gate[] =>
  gates.filter(({ when }) => 'before' in when && when.fromWave <= wave);

export const gatesAfterHost = (gates: readonly Gate[]): readonly Gate[] =>
  gates.filter(({ when }) => 'after' in when);

/** Hosts by whose hand gates are asked, each once: workers must be able to reach them, whether the plan changes them or not. */
export const hostsAsked = (gates: readonly Gate[]): readonly HostId[] => [
  ...new Set(
    gates.flatMap(({ check }) => ('host' in check && check.host !== null ? [check.host] : [])),
  ),
];
