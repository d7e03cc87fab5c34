import type { CountOrPercent, RolloutPolicy } from '../../contracts/plan';
import type { RolloutState } from '../rollout';

/** Hosts up to which every run has all of them; a run takes time by the square of their number. */
const mostHosts = 200;
/** More are not simulated at all: a run would take seconds. */
const mostSimulated = 1000;

export interface Thinned {
  readonly state: RolloutState;
  /** One host stands for so many. */
  readonly oneIn: number;
}

/**
 * A rollout of thousands of hosts with a part of its sets and of what is left of its concurrency and waves: whole sets, so
 * that hosts wait for each other as they do in all of it. Null when even that is too much.
 */
export const thin = (state: RolloutState, isOpen: (index: number) => boolean): Thinned | null => {
  const open = state.plan.hosts.filter((_, index) => isOpen(index)).length;
  if (open <= mostHosts) return { state, oneIn: 1 };
  const { maxConcurrency } = { ...state.plan.policy, ...state.control?.steered };
  const wanted = Math.min(open / mostHosts, maxConcurrency);
  // Concurrency has to stay a whole number: the rest follows from what becomes of it.
  const oneIn = maxConcurrency / Math.max(1, Math.round(maxConcurrency / wanted));
  if (open / oneIn > mostSimulated) return null;
  const kept = chosen(state, oneIn);
  const keptOpen = [...kept].filter((index) => isOpen(index)).length;
  return { state: reduced(state, kept, oneIn), oneIn: open / Math.max(1, keptOpen) };
};

/** Hosts that share a set stay together or leave together. */
const chosen = (state: RolloutState, oneIn: number): Set<number> => {
  const groups = groupsOf(state);
  const kept = new Set<number>();
  let seen = 0;
  for (const group of groups) {
    seen += group.length;
    if (kept.size === 0 || kept.size + group.length / 2 <= seen / oneIn)
      for (const index of group) kept.add(index);
  }
  // Waves are passed by a host that ended well: one of them has to be there still.
  const passed = state.hosts.findLastIndex(({ wave, is }) => wave === state.wave && ended.has(is));
  if (passed >= 0) kept.add(passed);
  return kept;
};

const ended: ReadonlySet<string> = new Set(['fixed', 'mitigated', 'rolled-back']);

const groupsOf = ({ plan }: RolloutState): number[][] => {
  const groupOf = plan.hosts.map((_, index) => index);
  const rootOf = (index: number): number => {
    let root = index;
    while (groupOf[root] !== root) root = groupOf[root] ?? root;
    groupOf[index] = root;
    return root;
  };
  for (const { members } of plan.sets)
    for (const member of members) groupOf[rootOf(member)] = rootOf(members[0] ?? member);
  const groups = new Map<number, number[]>();
  plan.hosts.forEach((_, index) => {
    const root = rootOf(index);
    const group = groups.get(root);
    if (group === undefined) groups.set(root, [index]);
    else group.push(index);
  });
  return [...groups.values()];
};

const reduced = (state: RolloutState, kept: ReadonlySet<number>, oneIn: number): RolloutState => {
  const order = [...kept].toSorted((a, b) => a - b);
  const newIndex = new Map(order.map((index, position) => [index, position]));
  const remap = (indices: readonly number[]): number[] =>
    indices.flatMap((index) => newIndex.get(index) ?? []);
  const pick = <T>(all: readonly T[]): T[] => all.filter((_, index) => kept.has(index));
  const { plan, control } = state;
  return {
    ...state,
    hosts: pick(state.hosts),
    toBeChanged: state.toBeChanged === null ? null : Math.ceil(state.toBeChanged / oneIn),
    plan: {
      ...plan,
      hosts: pick(plan.hosts),
      sets: plan.sets
        .map((set) => ({ ...set, members: remap(set.members) }))
        .filter(({ members }) => members.length > 0),
      policy: scaled(plan.policy, oneIn),
      ...(plan.control === undefined
        ? {}
        : {
            control: {
              ...plan.control,
              maxHosts:
                plan.control.maxHosts === null ? null : Math.ceil(plan.control.maxHosts / oneIn),
              order: plan.control.order.map(({ hosts, after, notWhile }) => ({
                hosts: remap(hosts),
                after: remap(after),
                notWhile: remap(notWhile),
              })),
            },
          }),
    },
    ...(control === undefined
      ? {}
      : {
          control: {
            ...control,
            gates: control.gates.filter(({ host }) => host === undefined),
            steered:
              control.steered.maxConcurrency === undefined
                ? control.steered
                : {
                    ...control.steered,
                    maxConcurrency: part(control.steered.maxConcurrency, oneIn),
                  },
          },
        }),
  };
};

const part = (count: number, oneIn: number): number => Math.max(1, Math.round(count / oneIn));

const scaled = (policy: RolloutPolicy, oneIn: number): RolloutPolicy => ({
  ...policy,
  serial: policy.serial.map((size): CountOrPercent =>
    typeof size === 'number' ? part(size, oneIn) : size,
  ),
  maxConcurrency: part(policy.maxConcurrency, oneIn),
  maxErrors:
    typeof policy.maxErrors === 'number' ? Math.round(policy.maxErrors / oneIn) : policy.maxErrors,
});
