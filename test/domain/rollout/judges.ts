import type { HostId } from '../../../contracts/ids';
import type { Outcome } from '../../../contracts/outcome';
import type { OperatorRequest } from '../../../contracts/rollout';
import {
  budgetWords,
  statusesOf,
  type RolloutCommand,
  type RolloutPlan,
  type RolloutState,
} from '../../../domain/rollout';
import type { SimulationTrace } from '../../../domain/simulator';
import { createObserver, type Observer } from './observer';

/** What must hold in any rollout: each looks at a whole one, and says what is wrong with it. */
export type Judge = (plan: RolloutPlan, trace: SimulationTrace) => readonly string[];

type Leave = 'startHost' | 'giveSlots';

/** Walks through every start of a host, or every leave to go on; the observer stands right before it. */
const atEvery = (
  type: Leave,
  plan: RolloutPlan,
  trace: SimulationTrace,
  isWrong: (leave: { id: HostId; wave: number; seen: Observer }) => boolean,
): string[] => {
  const seen = createObserver(plan);
  const wrong: string[] = [];
  for (const step of trace.steps) {
    seen.see(step);
    for (const command of step.commands) {
      if (command.type !== 'startHost' && command.type !== 'giveSlots') continue;
      const id = command.hostId;
      const wave = step.after.hosts[plan.hosts.indexOf(id)]?.wave ?? -1;
      // Putting a host back takes nothing from anybody.
      const isRestore = command.type === 'startHost' && command.restoreOnly === true;
      if (command.type === type && !isRestore && isWrong({ id, wave, seen }))
        wrong.push(`${type} ${id} at ${step.atMs}`);
      if (command.type === 'startHost') seen.start(command, wave);
      else seen.give(id);
    }
  }
  return wrong;
};

const isFull = (
  { sets }: RolloutPlan,
  itself: HostId,
  isTaken: (others: readonly HostId[], maxUnavailable: number) => boolean,
): boolean =>
  sets.some(({ hosts, maxUnavailable }) => {
    const others = hosts.filter((id) => id !== itself);
    return others.length < hosts.length && isTaken(others, maxUnavailable);
  });

const count = (hosts: readonly HostId[], ...places: Set<HostId>[]): number =>
  hosts.filter((id) => places.some((place) => place.has(id))).length;

const isBeginning = (command: RolloutCommand): boolean =>
  command.type === 'assess' || (command.type === 'startHost' && command.restoreOnly !== true);

const isAborting = ({ operation }: OperatorRequest): boolean =>
  operation === 'abort' || operation === 'abort-now';

/** What is told is told; nobody waits for an answer. */
const isAnswered = ({ type }: RolloutCommand): boolean =>
  type !== 'continueAsNew' && type !== 'notify' && type !== 'tellSets';

const isEndOfWaits = ({ type }: RolloutCommand): boolean => type === 'endWaits';

const wrongIf = (isWrong: boolean, what: string): string[] => (isWrong ? [what] : []);

/** The numbers that a person reads in the words of the budget. */
const numbersIn = (words: string): { total: number; inARow: number } => {
  const match = /^stops at the (\d+)\w\w failure(?:, or at the (\d+)\w\w in a row)?$/.exec(words);
  if (match === null) throw new Error(`unexpected words: ${words}`);
  return { total: Number(match[1]), inARow: Number(match[2] ?? Number.POSITIVE_INFINITY) };
};

export const outcomesOf = (state: RolloutState): { [id: string]: Outcome | null } =>
  Object.fromEntries(statusesOf(state).map((host) => [host.hostId, host.outcome]));

export const judges: { readonly [title: string]: Judge } = {
  'never more than maxConcurrency hosts are in work': (plan, trace) =>
    (['startHost', 'giveSlots'] as const).flatMap((type) =>
      atEvery(
        type,
        plan,
        trace,
        ({ id, seen: { inFlight, limits } }) =>
          inFlight.has(id) || inFlight.size >= limits.maxConcurrency,
      ),
    ),

  'a host starts only while each of its sets has fewer than maxUnavailable others down': (
    plan,
    trace,
  ) =>
    atEvery('startHost', plan, trace, ({ id, seen: { down, inFlight, waiting } }) =>
      isFull(plan, id, (others, most) => count(others, down, inFlight, waiting) >= most),
    ),

  'a host with the symptom again is worked on only while its sets have room, or alone beside hosts that are down for good':
    (plan, trace) =>
      atEvery('giveSlots', plan, trace, ({ id, seen: { down, inFlight } }) =>
        isFull(
          plan,
          id,
          (others, most) => count(others, inFlight) > 0 && count(others, inFlight, down) >= most,
        ),
      ),

  'leave to go on is given once to each host that asks, whatever is paused or stopped': (
    _plan,
    trace,
  ) => {
    const asked = trace.steps.flatMap(({ event }) =>
      event.type === 'slotsWanted' ? [event.hostId] : [],
    );
    const given = trace.steps.flatMap(({ commands }) =>
      commands.flatMap((each) => (each.type === 'giveSlots' ? [each.hostId] : [])),
    );
    const isEnded = trace.steps.some(({ commands }) => commands.some(isEndOfWaits));
    const isSame = isEnded
      ? given.every((id) => asked.includes(id))
      : asked.toSorted().join() === given.toSorted().join();
    return wrongIf(!isSame, `asked ${asked.join()}, given ${given.join()}`);
  },

  'no host of a wave starts before a host of the wave before ended as the rollout wants it': (
    plan,
    trace,
  ) =>
    atEvery('startHost', plan, trace, ({ wave, seen }) => {
      const before = Array.from({ length: Math.max(0, wave - 1) }, (_, index) => index + 1);
      return wave < 1 || before.some((number) => !seen.passedWaves.has(number));
    }),

  'no wave begins while a host of another is in work or watched': (plan, trace) =>
    atEvery('startHost', plan, trace, ({ wave, seen }) =>
      [...seen.inFlight, ...seen.watched, ...seen.waiting].some(
        (id) => !seen.restoring.has(id) && seen.startedInWave.get(id) !== wave,
      ),
    ),

  'a rollback starts no host of which it is not known that the package is there': (plan, trace) =>
    plan.action === 'rollback'
      ? atEvery('startHost', plan, trace, ({ id, seen }) => {
          const found = seen.packages.get(id);
          return found !== 'installed' && found !== 'install-pending';
        })
      : [],

  'nothing starts after the budget is spent, while paused or after an abort': (plan, trace) => {
    let spent = false;
    const judged = createObserver(plan);
    return trace.steps.flatMap((step) => {
      judged.see(step);
      if (step.event.type === 'hostFinished') {
        const { total, inARow } = numbersIn(
          budgetWords(judged.limits, step.after.toBeChanged ?? 0),
        );
        spent ||= judged.errors() >= total || judged.inARow() >= inARow;
      }
      if (!spent && !judged.paused && !judged.aborted) return [];
      return step.commands.filter(isBeginning).map(({ type }) => type);
    });
  },

  'it stops at the nth failure that its words name, not before and not after': (plan, trace) => {
    const judged = createObserver(plan);
    return trace.steps.flatMap((step) => {
      judged.see(step);
      if (step.event.type !== 'hostFinished' || step.before.stopping !== null) return [];
      const { total, inARow } = numbersIn(budgetWords(judged.limits, step.after.toBeChanged ?? 0));
      const isNth = judged.errors() >= total || judged.inARow() >= inARow;
      const stops = step.after.stopping?.reason.code === 'budget-spent';
      return wrongIf(stops !== isNth, `stops ${stops}, at the nth ${isNth}, at ${step.atMs}`);
    });
  },

  'it ends when every pause is resumed, and every host has exactly one outcome': (plan, trace) => {
    const last = createObserver(plan);
    for (const step of trace.steps) last.see(step);
    const outcomes = outcomesOf(trace.state);
    return [
      ...wrongIf(!trace.finished, 'does not end'),
      ...wrongIf(Object.values(outcomes).includes(null), 'a host has no outcome'),
      ...wrongIf(Object.keys(outcomes).join() !== plan.hosts.join(), 'other hosts'),
      // A later skip cannot be: it is refused for a host that is done.
      ...[...last.outcomes].flatMap(([id, outcome]) =>
        wrongIf(outcomes[id] !== outcome, `${id} ended ${outcome} and is ${outcomes[id]}`),
      ),
    ];
  },

  'an abort calls off what is in work, and nothing that is watched': (plan, trace) => {
    const seen = createObserver(plan);
    return trace.steps.flatMap((step) => {
      const called = step.commands.flatMap((each) =>
        each.type === 'cancelHost' ? [each.hostId] : [],
      );
      const isFirst = step.before.stopping === null;
      const isAbort = isFirst && step.event.type === 'operator' && isAborting(step.event.request);
      const expected = isAbort ? [...seen.inFlight] : [];
      const ends = step.commands.filter(isEndOfWaits).length;
      seen.see(step);
      // Nothing was done to what waits for slots: it may be called back at any time.
      const isCallBack = !isAbort && called.every((id) => seen.awaiting.has(id));
      for (const command of step.commands) {
        if (command.type === 'startHost') seen.start(command, 0);
        if (command.type === 'giveSlots') seen.give(command.hostId);
      }
      const isSame = called.toSorted().join() === expected.toSorted().join();
      return [
        ...wrongIf(
          !isSame && !isCallBack,
          `called off ${called.join()}, in work ${expected.join()}`,
        ),
        ...wrongIf(ends > 0 && !seen.waitsEnded, 'ends waits that nobody wanted ended'),
      ];
    });
  },

  'finish is the last command, given once, with nothing in flight': (_plan, trace) => {
    const types = trace.steps.flatMap((step) => step.commands.map(({ type }) => type));
    return [
      ...wrongIf(types.indexOf('finish') !== types.length - 1, 'finish is not the last'),
      ...wrongIf((trace.steps.at(-1)?.inFlight.length ?? 1) > 0, 'hosts are in flight'),
    ];
  },

  'a new run begins only with nothing in flight, and nothing starts between': (_plan, trace) => {
    let wanted = false;
    return trace.steps.flatMap((step) => {
      if (step.event.type === 'historyFull') wanted = true;
      if (step.event.type === 'continued') wanted = false;
      const types = step.commands.map(({ type }) => type);
      const starts = step.commands.some(isBeginning);
      if (!types.includes('continueAsNew')) return wrongIf(wanted && starts, 'starts while full');
      return [
        ...wrongIf(!wanted, 'a new run that nobody wanted'),
        ...wrongIf(types.at(-1) !== 'continueAsNew', `a new run before ${types.join()}`),
        ...wrongIf(step.commands.some(isAnswered), `a new run among ${types.join()}`),
        ...wrongIf(step.inFlight.length + step.after.openRounds.length > 0, 'in flight'),
      ];
    });
  },
};
