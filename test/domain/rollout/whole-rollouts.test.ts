import fc from 'fast-check';
import type { HostId } from '../../../contracts/ids';
import type { Outcome } from '../../../contracts/outcome';
import {
  budgetWords,
  decide,
  statusesOf,
  type RolloutPlan,
  type RolloutState,
} from '../../../domain/rollout';
import {
  simulate,
  type SimulationOptions,
  type SimulationStep,
  type SimulationTrace,
} from '../../../domain/simulator';
import { anyRollout, everyPauseEnds, seeds, worldOf, type AnyRollout } from './any-rollout';
import { createObserver, type Observer } from './observer';

const longestRun = 25;
const anyRuns = fc.option(
  fc.array(fc.integer({ min: 2, max: longestRun }), { minLength: 1, maxLength: 4 }),
  {
    nil: undefined,
  },
);

const carriedOut = (rollout: AnyRollout, eventsPerRun?: readonly number[]): SimulationTrace => {
  const options: SimulationOptions = {
    ...everyPauseEnds,
    script: rollout.script,
    ...(eventsPerRun === undefined ? {} : { eventsPerRun }),
  };
  return simulate(rollout.plan, worldOf(rollout), options);
};

/** Walks through every start of a rollout; the observer stands right before it. */
const atEveryStart = (
  plan: RolloutPlan,
  trace: SimulationTrace,
  judge: (start: { id: HostId; wave: number; seen: Observer; step: SimulationStep }) => void,
): void => {
  const seen = createObserver(plan);
  for (const step of trace.steps) {
    seen.see(step);
    for (const command of step.commands) {
      if (command.type !== 'startHost') continue;
      const id = command.hostId;
      const wave = step.after.hosts[plan.hosts.indexOf(id)]?.wave ?? -1;
      judge({ id, wave, seen, step });
      seen.start(id, wave);
    }
  }
};

const holds = (
  judge: (rollout: AnyRollout, trace: SimulationTrace) => void,
  parameters: { readonly seed?: number; readonly numRuns: number },
): void =>
  fc.assert(
    fc.property(anyRollout, anyRuns, (rollout, runs) => judge(rollout, carriedOut(rollout, runs))),
    parameters,
  );

const unavailableBesides = (seen: Observer, hosts: readonly HostId[], itself: HostId): number =>
  hosts.filter((id) => id !== itself && (seen.down.has(id) || seen.inFlight.has(id))).length;

/** The numbers that a person reads in the words of the budget. */
const numbersIn = (words: string): { total: number; inARow: number } => {
  const match = /^stops at the (\d+)\w\w failure(?:, or at the (\d+)\w\w in a row)?$/.exec(words);
  if (match === null) throw new Error(`unexpected words: ${words}`);
  return { total: Number(match[1]), inARow: Number(match[2] ?? Number.POSITIVE_INFINITY) };
};

const outcomesOf = (state: RolloutState): { [id: string]: Outcome | null } =>
  Object.fromEntries(statusesOf(state).map((host) => [host.hostId, host.outcome]));

describe.each(seeds)('in any rollout, from $name,', ({ parameters }) => {
  test('never more than maxConcurrency hosts are in flight', () => {
    holds(({ plan }, trace) => {
      atEveryStart(plan, trace, ({ id, seen }) => {
        expect(seen.inFlight.has(id)).toBe(false);
        expect(seen.inFlight.size).toBeLessThan(plan.policy.maxConcurrency);
      });
    }, parameters);
  });

  test('a host starts only while each of its sets has fewer than maxUnavailable others down', () => {
    holds(({ plan }, trace) => {
      atEveryStart(plan, trace, ({ id, seen }) => {
        const full = plan.sets.filter(
          (set) =>
            set.hosts.includes(id) && unavailableBesides(seen, set.hosts, id) >= set.maxUnavailable,
        );
        expect(full).toEqual([]);
      });
    }, parameters);
  });

  test('no host of a wave starts before a host of the wave before ended fixed', () => {
    holds(({ plan }, trace) => {
      atEveryStart(plan, trace, ({ wave, seen }) => {
        expect(wave).toBeGreaterThan(0);
        for (let before = 1; before < wave; before += 1) expect(seen.fixedWaves).toContain(before);
      });
    }, parameters);
  });

  test('nothing starts after the budget is spent, while paused or after an abort', () => {
    holds(({ plan }, trace) => {
      let spent = false;
      const forbidden: unknown[] = [];
      const judged = createObserver(plan);
      for (const step of trace.steps) {
        judged.see(step);
        const { maxConsecutiveErrors } = plan.policy;
        const { toBeChanged } = step.after;
        if (step.event.type === 'hostFinished') {
          const { total, inARow } = numbersIn(budgetWords(plan.policy, toBeChanged ?? 0));
          spent ||= judged.errors() >= total;
          spent ||= maxConsecutiveErrors !== null && judged.inARow() >= inARow;
        }
        const starts = step.commands.filter(
          ({ type }) => type === 'startHost' || type === 'assess',
        );
        if (spent || judged.paused || judged.aborted) forbidden.push(...starts);
      }
      expect(forbidden).toEqual([]);
    }, parameters);
  });

  test('it stops at the nth failure that its words name, not before and not after', () => {
    holds(({ plan }, trace) => {
      const judged = createObserver(plan);
      for (const step of trace.steps) {
        judged.see(step);
        if (step.event.type !== 'hostFinished' || step.before.stopping !== null) continue;
        const { total, inARow } = numbersIn(budgetWords(plan.policy, step.after.toBeChanged ?? 0));
        const isNth = judged.errors() === total || judged.inARow() === inARow;
        expect(step.after.stopping?.reason.code).toBe(isNth ? 'budget-spent' : undefined);
      }
    }, parameters);
  });

  test('it ends when every pause is resumed, and every host has exactly one outcome', () => {
    holds(({ plan }, trace) => {
      expect(trace.finished).toBe(true);
      const last = createObserver(plan);
      for (const step of trace.steps) last.see(step);
      const outcomes = outcomesOf(trace.state);
      expect(Object.values(outcomes)).not.toContain(null);
      expect(Object.keys(outcomes)).toEqual(plan.hosts);
      for (const [id, outcome] of last.outcomes) {
        // A later skip cannot be: it is refused for a host that is done.
        expect(outcomes[id]).toBe(outcome);
      }
    }, parameters);
  });

  test('finish is the last command, given once, with nothing in flight', () => {
    holds((_rollout, trace) => {
      const commands = trace.steps.flatMap((step) => step.commands);
      expect(commands.filter(({ type }) => type === 'finish')).toHaveLength(1);
      expect(commands.at(-1)?.type).toBe('finish');
      expect(trace.steps.at(-1)?.inFlight).toEqual([]);
    }, parameters);
  });

  test('a new run begins only with nothing in flight, and nothing starts between', () => {
    holds((_rollout, trace) => {
      let wanted = false;
      for (const step of trace.steps) {
        if (step.event.type === 'historyFull') wanted = true;
        if (step.event.type === 'continued') wanted = false;
        const types = step.commands.map(({ type }) => type);
        if (wanted) expect(types).not.toContain('startHost');
        if (wanted) expect(types).not.toContain('assess');
        if (!types.includes('continueAsNew')) continue;
        expect(wanted).toBe(true);
        expect(types).toEqual(['continueAsNew']);
        expect(step.inFlight).toEqual([]);
        expect(step.after.openRounds).toEqual([]);
      }
    }, parameters);
  });

  test('a decision writes to nothing it is given, and a state survives JSON', () => {
    fc.assert(
      fc.property(anyRollout, anyRuns, (rollout, runs) => {
        for (const step of carriedOut(rollout, runs).steps) {
          const copy = deepFreeze(structuredClone(step.before));
          const again = decide(copy, step.event, step.atMs);
          const afterJson = JSON.parse(JSON.stringify(again.state)) as RolloutState;
          expect(afterJson).toStrictEqual(again.state);
          expect(afterJson).toStrictEqual(step.after);
          expect(again.commands).toEqual(step.commands);
        }
      }),
      { ...parameters, numRuns: Math.ceil(parameters.numRuns / 14) },
    );
  });

  test('new runs at any moment change no outcome, where time decides nothing', () => {
    fc.assert(
      fc.property(anyRollout, anyRuns, (given, runs) => {
        const rollout = timeless(given);
        const whole = carriedOut(rollout);
        const inPieces = carriedOut(rollout, runs ?? [2]);
        const wasFull = inPieces.steps.some(({ event }) => event.type === 'historyFull');
        expect(wasFull || whole.events <= longestRun).toBe(true);
        expect(inPieces.finished).toBe(true);
        expect(outcomesOf(inPieces.state)).toEqual(outcomesOf(whole.state));
      }),
      parameters,
    );
  });
});

/** Without what depends on who is first: slots of hosts that fail, errors in a row, time-outs, people. */
const timeless = (rollout: AnyRollout): AnyRollout => ({
  script: [],
  hosts: rollout.hosts.map((host) => ({ ...host, takenUntilMs: null })),
  plan: {
    ...rollout.plan,
    sets: [],
    policy: { ...rollout.plan.policy, maxErrors: 100, maxConsecutiveErrors: null },
  },
});

const deepFreeze = <T>(value: T): T => {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const inner of Object.values(value)) deepFreeze(inner);
  }
  return value;
};
