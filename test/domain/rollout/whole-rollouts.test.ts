import fc from 'fast-check';
import { decide, type RolloutState } from '../../../domain/rollout';
import { simulate, type SimulationOptions, type SimulationTrace } from '../../../domain/simulator';
import { anyRollout, everyPauseEnds, seeds, worldOf, type AnyRollout } from './any-rollout';
import { judges, outcomesOf, type Judge } from './judges';

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

type Parameters = (typeof seeds)[number]['parameters'];

/** Every judge looks at the same rollouts, each of which is carried out once. */
const complainersIn = (parameters: Parameters): ReadonlySet<Judge> => {
  const complainers = new Set<Judge>();
  for (const [rollout, runs] of fc.sample(fc.tuple(anyRollout, anyRuns), parameters)) {
    const trace = carriedOut(rollout, runs);
    for (const judge of Object.values(judges))
      if (judge(rollout.plan, trace).length > 0) complainers.add(judge);
  }
  return complainers;
};

/** Fails with the smallest rollout that the judge complains about. */
const explain = (judge: Judge, parameters: Parameters): void =>
  fc.assert(
    fc.property(fc.tuple(anyRollout, anyRuns), ([rollout, runs]) => {
      expect(judge(rollout.plan, carriedOut(rollout, runs))).toEqual([]);
    }),
    parameters,
  );

describe.each(seeds)('in any rollout, from $name,', ({ parameters }) => {
  let complainers: ReadonlySet<Judge>;
  beforeAll(() => {
    complainers = complainersIn(parameters);
  });

  test.each(Object.entries(judges))('%s', (_title, judge) => {
    if (complainers.has(judge)) explain(judge, parameters);
    expect(complainers).not.toContain(judge);
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
      { ...parameters, numRuns: Math.ceil(parameters.numRuns / 3) },
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
