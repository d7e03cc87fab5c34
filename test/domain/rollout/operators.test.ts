import { hostId } from '../../../contracts/ids';
import type { OperatorRequest } from '../../../contracts/rollout';
import { decide, knownAnswer, refusal, statusOf } from '../../../domain/rollout';
import { hour, planOf, requestOf, scenario, type Asked, type Scenario } from './scenario';
import { staticInput } from './static-input';

const underWay = (): Scenario => {
  const rollout = scenario(planOf(6, { serial: [2, 3], maxErrors: 9, holdTimeoutMs: hour }));
  rollout.assess({ ex6: { state: 'suspect' }, ex5: { state: null } });
  rollout.forget();
  return rollout;
};

describe('pause and resume (rule 8)', () => {
  test('while paused what is in flight finishes and nothing starts; resume goes on', () => {
    const rollout = underWay();
    const answer = rollout.ask('pause');
    expect(answer).toEqual({
      phase: 'paused',
      message: 'paused; 2 hosts in flight finish, nothing else starts',
    });
    expect(rollout.state().phaseReason.message).toBe('paused by ada: tested');
    rollout.finish('ex1');
    rollout.finish('ex2');
    expect(rollout.commands()).toEqual([]);
    expect(rollout.state().phase).toBe('paused');
    rollout.ask('resume');
    expect(rollout.commands()).toEqual([{ type: 'assess', round: 2, hosts: ['ex5'] }]);
    rollout.answer({});
    expect(rollout.started()).toEqual(['ex3', 'ex4', 'ex5']);
  });

  test('a pause before the assessment asks nobody until it is resumed', () => {
    const rollout = scenario(planOf(2));
    rollout.ask('pause');
    rollout.send({ type: 'admitted' });
    expect(rollout.commands()).toEqual([]);
    rollout.ask('resume');
    expect(rollout.commands()).toEqual([{ type: 'assess', round: 1, hosts: ['ex1', 'ex2'] }]);
  });

  test('an assessment that was under way is taken in, and starts nothing', () => {
    const rollout = scenario(planOf(2));
    rollout.send({ type: 'admitted' });
    rollout.ask('pause');
    rollout.answer({});
    expect(rollout.started()).toEqual([]);
    rollout.ask('resume');
    expect(rollout.started()).toEqual(['ex1']);
  });
});

describe('abort (rule 8)', () => {
  test('cancels what is in flight, ends the rest, and finishes when all came back', () => {
    const rollout = underWay();
    rollout.ask('abort');
    expect(rollout.commands()).toEqual([
      { type: 'cancelHost', hostId: 'ex1' },
      { type: 'cancelHost', hostId: 'ex2' },
    ]);
    expect(rollout.state()).toMatchObject({
      phase: 'aborting',
      phaseReason: { code: 'aborted-by-person', message: 'aborted by ada: tested' },
    });
    rollout.finish('ex1', 'mitigated');
    rollout.finish('ex2');
    expect(rollout.outcomes()).toEqual({
      ex1: 'mitigated',
      ex2: 'fixed',
      ex3: 'not-started',
      ex4: 'not-started',
      ex5: 'not-started',
      ex6: 'undecided',
    });
    expect(rollout.commands()).toEqual([{ type: 'finish', result: 'aborted' }]);
  });

  test('beats a pause', () => {
    const rollout = underWay();
    rollout.ask('pause');
    rollout.ask('abort');
    expect(rollout.state()).toMatchObject({ phase: 'aborting', paused: null });
    rollout.finish('ex1');
    rollout.finish('ex2');
    expect(rollout.state().result).toBe('aborted');
  });

  test('during the assessment ends the rollout at once; its answer changes nothing', () => {
    const rollout = scenario(planOf(1));
    rollout.send({ type: 'admitted' });
    rollout.ask('abort');
    expect(rollout.state().result).toBe('aborted');
    rollout.forget();
    rollout.answer({});
    expect(rollout.commands()).toEqual([]);
    expect(rollout.outcomes()).toEqual({ ex1: 'not-started' });
  });

  test('a budget that is spent while aborting leaves it aborted', () => {
    const rollout = scenario(planOf(2, { serial: [2] }));
    rollout.assess();
    rollout.ask('abort');
    rollout.finish('ex1', 'failed');
    rollout.finish('ex2', 'failed');
    expect(rollout.state().result).toBe('aborted');
  });
});

describe('skip and retry (rule 9)', () => {
  it.each([
    { host: 'ex3', standing: 'queued' },
    { host: 'ex5', standing: 'unassessed' },
    { host: 'ex6', standing: 'held' },
    { host: 'ex2', standing: 'taken' },
  ])('$standing hosts can be skipped, with author and reason', ({ host, standing }) => {
    const rollout = underWay();
    if (standing === 'taken') rollout.taken('ex2');
    expect(rollout.host(host).standing).toBe(standing);
    rollout.ask('skip', host);
    expect(rollout.host(host)).toMatchObject({
      outcome: 'skipped',
      reason: { code: 'skipped-by-person', message: 'skipped by ada: tested' },
    });
  });

  it.each(['failed', 'unreachable', 'mitigated', 'undecided', 'not-started'] as const)(
    'a host that ended %s is queued again and joins its wave while that is open',
    (outcome) => {
      const rollout = underWay();
      rollout.finish('ex1', outcome);
      rollout.ask('retry', 'ex1');
      expect(rollout.started()).toEqual(['ex1']);
      expect(rollout.host('ex1')).toMatchObject({ wave: 1, outcome: null, finishedAt: null });
      rollout.finish('ex1');
      expect(rollout.host('ex1')).toMatchObject({ outcome: 'fixed', attempts: 2 });
    },
  );

  test('a host whose wave is over waits for the next one, at its place in the plan', () => {
    const rollout = scenario(planOf(4, { serial: [2, 1], maxErrors: 9 }));
    rollout.assess();
    rollout.finish('ex1', 'failed');
    rollout.finish('ex2');
    expect(rollout.started()).toEqual(['ex1', 'ex2', 'ex3']);
    rollout.ask('retry', 'ex1');
    expect(rollout.host('ex1')).toMatchObject({ standing: 'queued', wave: null });
    rollout.finish('ex3');
    expect(rollout.started()).toEqual(['ex1']);
    expect(rollout.host('ex1').wave).toBe(3);
  });

  test('a skipped host with an affected verdict is queued again without another look', () => {
    const rollout = underWay();
    rollout.ask('skip', 'ex3');
    rollout.ask('retry', 'ex3');
    expect(rollout.commands()).toEqual([]);
    expect(rollout.host('ex3').standing).toBe('queued');
  });

  it.each(['ex5', 'ex6'])('skipped %s without an affected verdict is assessed first', (host) => {
    const rollout = underWay();
    rollout.ask('skip', host);
    rollout.ask('retry', host);
    expect(rollout.commands()).toEqual([{ type: 'assess', round: 2, hosts: [host] }]);
    rollout.answer({ [host]: { state: 'already-fixed' } });
    expect(rollout.host(host).outcome).toBe('already-fixed');
  });

  test('the answer about a host that was skipped in between changes nothing', () => {
    const rollout = underWay();
    rollout.ask('retry', 'ex6');
    rollout.ask('skip', 'ex6');
    rollout.answer({});
    expect(rollout.host('ex6').outcome).toBe('skipped');
  });

  test('a retry while paused waits for the resume', () => {
    const rollout = underWay();
    rollout.finish('ex1', 'failed');
    rollout.ask('pause');
    rollout.ask('retry', 'ex1');
    rollout.ask('retry', 'ex6');
    expect(rollout.commands()).toEqual([]);
    rollout.ask('resume');
    expect(rollout.commands().map(({ type }) => type)).toEqual(['assess', 'startHost']);
  });
});

describe('what is refused', () => {
  it.each<{
    when: string;
    arrange: (rollout: Scenario) => void;
    operation: Asked;
    host?: string;
    code: string | null;
  }>([
    { when: 'under way', arrange: () => {}, operation: 'resume', code: 'not-paused' },
    { when: 'under way', arrange: () => {}, operation: 'pause', code: null },
    { when: 'under way', arrange: () => {}, operation: 'abort', code: null },
    { when: 'in flight', arrange: () => {}, operation: 'skip', host: 'ex1', code: 'cannot-skip' },
    { when: 'in flight', arrange: () => {}, operation: 'retry', host: 'ex1', code: 'cannot-retry' },
    { when: 'queued', arrange: () => {}, operation: 'retry', host: 'ex3', code: 'cannot-retry' },
    {
      when: 'unassessed',
      arrange: () => {},
      operation: 'retry',
      host: 'ex5',
      code: 'cannot-retry',
    },
    { when: 'held', arrange: () => {}, operation: 'retry', host: 'ex6', code: null },
    { when: 'held', arrange: () => {}, operation: 'skip', host: 'ex6', code: null },
    { when: 'unknown', arrange: () => {}, operation: 'skip', host: 'ex99', code: 'not-in-plan' },
    { when: 'unknown', arrange: () => {}, operation: 'retry', host: 'ex99', code: 'not-in-plan' },
    {
      when: 'fixed',
      arrange: (rollout) => rollout.finish('ex1'),
      operation: 'retry',
      host: 'ex1',
      code: 'cannot-retry',
    },
    {
      when: 'fixed',
      arrange: (rollout) => rollout.finish('ex1'),
      operation: 'skip',
      host: 'ex1',
      code: 'cannot-skip',
    },
    {
      when: 'failed',
      arrange: (rollout) => rollout.finish('ex1', 'failed'),
      operation: 'skip',
      host: 'ex1',
      code: 'cannot-skip',
    },
    {
      when: 'paused',
      arrange: (rollout) => rollout.ask('pause'),
      operation: 'pause',
      code: 'already-paused',
    },
    { when: 'paused', arrange: (rollout) => rollout.ask('pause'), operation: 'resume', code: null },
    { when: 'paused', arrange: (rollout) => rollout.ask('pause'), operation: 'abort', code: null },
    ...(['pause', 'resume', 'abort', 'retry'] as const).map((operation) => ({
      when: 'aborting',
      arrange: (rollout: Scenario) => {
        rollout.ask('abort');
        rollout.finish('ex1', 'failed');
      },
      operation,
      host: 'ex1',
      code: 'already-stopping',
    })),
    ...(['pause', 'resume', 'abort', 'skip', 'retry'] as const).map((operation) => ({
      when: 'done',
      arrange: (rollout: Scenario) => {
        rollout.ask('abort');
        rollout.finish('ex1', 'failed');
        rollout.finish('ex2');
      },
      operation,
      host: 'ex1',
      code: 'already-done',
    })),
  ])('$operation when $when: $code', ({ arrange, operation, host, code }) => {
    const rollout = underWay();
    arrange(rollout);
    expect(rollout.refuses(operation, host)).toBe(code);
  });

  it.each([
    { author: '', reason: 'because', code: 'author-missing' },
    { author: ' ', reason: 'because', code: 'author-missing' },
    { author: 'ada', reason: '', code: 'reason-missing' },
    { author: 'ada', reason: ' \t', code: 'reason-missing' },
  ])('author "$author" with reason "$reason": $code', ({ author, reason, code }) => {
    const request: OperatorRequest = { operation: 'pause', author, reason };
    expect(refusal(underWay().state(), request, 0)?.code).toBe(code);
  });

  test('a request that would be refused, but arrives, changes nothing and is told why', () => {
    const rollout = underWay();
    const before = rollout.state();
    const answer = rollout.ask('resume');
    expect(answer?.message).toBe('the rollout is progressing, not paused: nothing to resume');
    expect(rollout.state().hosts).toEqual(before.hosts);
    expect(rollout.commands()).toEqual([]);
  });
});

describe('repeated updates', () => {
  const pause = requestOf('pause');

  test('the same update gets the same answer and changes nothing, also after JSON', () => {
    const { state } = { state: underWay().state() };
    const first = decide(state, { type: 'operator', request: pause, updateId: 'u1' }, 5);
    expect(knownAnswer(state, 'u1')).toBeUndefined();
    const carried = JSON.parse(JSON.stringify(first.state)) as typeof state;
    expect(knownAnswer(carried, 'u1')).toEqual(first.answer);
    const second = decide(carried, { type: 'operator', request: pause, updateId: 'u1' }, 9);
    expect(second.answer).toEqual(first.answer);
    expect(second.state).toEqual(carried);
    expect(second.commands).toEqual([]);
  });

  test('the last 500 are known', () => {
    let { state } = { state: underWay().state() };
    for (let update = 0; update < 501; update += 1) {
      const request = requestOf(update % 2 === 0 ? 'pause' : 'resume');
      state = decide(state, { type: 'operator', request, updateId: `u${update}` }, update).state;
    }
    expect(knownAnswer(state, 'u0')).toBeUndefined();
    expect(knownAnswer(state, 'u1')).toBeDefined();
    expect(knownAnswer(state, 'u500')).toBeDefined();
    const { operations } = statusOf(state, staticInput, 0);
    expect(operations).toHaveLength(500);
    expect(operations.at(-1)).toEqual({
      at: '1970-01-01T00:00:00.500Z',
      operation: 'pause',
      author: 'ada',
      reason: 'tested',
    });
  });

  test('the operations of a status name the host', () => {
    const rollout = underWay();
    rollout.ask('skip', 'ex3');
    const { operations } = statusOf(rollout.state(), staticInput, 0);
    expect(operations).toMatchObject([{ operation: 'skip', hostId: hostId('ex3') }]);
  });
});
