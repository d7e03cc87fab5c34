import { hostId } from '../../../contracts/ids';
import { noticeEvents } from '../../../contracts/notification';
import type { Gate } from '../../../contracts/gate';
import type { PriorState } from '../../../contracts/steps';
import {
  approvals,
  by,
  controlled,
  controlledPlan,
  nights,
  opening,
  someCalendar,
} from './controlled-scenario';
import { day, hour, minute } from './scenario';

const ben = by('ben');
const fixed = { code: 'fixed', message: 'fixed', facts: {} };

describe('a host whose entry in the fleet is not what was approved', () => {
  const plan = controlledPlan(3, {
    policy: { serial: [10] },
    control: { fleetFile: '/fleet.yaml' },
  });
  const changed = [{ hostId: hostId('ex2'), why: 'it is reached over ssh now' }];

  test('is held and the others go on', () => {
    const rollout = controlled(plan, { changed });
    rollout.assess();
    expect(rollout.started()).toEqual(['ex1', 'ex3']);
    expect(rollout.host('ex2').reason?.message).toMatch(/reached over ssh now; put it back/);
  });

  test('and found right before it would begin, has not begun and takes no slot', () => {
    const rollout = controlled(plan);
    rollout.assess();
    const why = { code: 'changed-since-approval', message: 'another key', facts: {} };
    rollout.send({ type: 'hostChanged', hostId: hostId('ex1'), reason: why });
    expect(rollout.places()).toMatchObject({ ex1: 'held', ex2: 'running' });
    expect(rollout.host('ex1').attempts).toBe(0);
  });

  test('put back and retried, is looked at and changed', () => {
    const rollout = controlled(plan, { changed });
    rollout.assess();
    rollout.outside.changed = [];
    rollout.request(ben.host('retry', 'ex2'));
    rollout.finish('ex1');
    rollout.finish('ex3');
    expect(rollout.started()).toContain('ex2');
  });

  test('waits for nobody: a fleet that cannot be read lets nothing begin and is read again', () => {
    const rollout = controlled(plan, { silent: true });
    rollout.assess();
    rollout.send({
      type: 'fleetUnread',
      reason: { code: 'x', message: 'no such file', facts: {} },
    });
    rollout.answer({});
    expect(rollout.started()).toEqual([]);
    expect(rollout.state()).toMatchObject({
      phase: 'held',
      phaseReason: { message: 'no such file' },
    });
    rollout.outside.silent = false;
    rollout.pass(minute);
    expect(rollout.started()).toEqual(['ex1', 'ex2', 'ex3']);
  });
});

describe('what is owed to a host that was drained', () => {
  const prior: PriorState = { state: 'Unrestricted', drainedBy: null };
  const drained = () => {
    const rollout = controlled(
      controlledPlan(2, { policy: { serial: [10], maxErrors: 5 }, control: {} }),
    );
    rollout.assess();
    rollout.forget();
    rollout.send({ type: 'hostStarted', hostId: hostId('ex1'), runId: 'r1' });
    rollout.send({ type: 'hostDrained', hostId: hostId('ex1'), prior });
    return rollout;
  };

  test('is passed to the next run of its workflow', () => {
    const rollout = drained();
    rollout.finish('ex1', 'failed', false);
    rollout.request(ben.host('retry', 'ex1'));
    expect(rollout.all('startHost').at(-1)).toMatchObject({ hostId: 'ex1', owed: prior });
  });

  test('is restored when the host is skipped, which it is only then', () => {
    const rollout = drained();
    rollout.finish('ex1', 'failed', false);
    expect(rollout.refusesRequest(ben.host('skip', 'ex1'))).toBeNull();
    rollout.request(ben.host('skip', 'ex1'));
    expect(rollout.all('startHost').at(-1)).toEqual({
      type: 'startHost',
      hostId: 'ex1',
      treatAsAffected: false,
      owed: prior,
      restoreOnly: true,
    });
    expect(rollout.places()).toMatchObject({ ex1: 'running' });
    rollout.send({ type: 'hostRestored', hostId: hostId('ex1') });
    rollout.finish('ex1', 'skipped');
    expect(rollout.host('ex1').outcome).toBe('skipped');
    expect(rollout.state().hosts[0]).not.toHaveProperty('owed');
  });

  test('is owed no more once it is restored', () => {
    const rollout = drained();
    rollout.send({ type: 'hostRestored', hostId: hostId('ex1') });
    rollout.finish('ex1', 'failed');
    expect(rollout.refusesRequest(ben.host('skip', 'ex1'))).toBe('cannot-skip');
    rollout.request(ben.host('retry', 'ex1'));
    expect(rollout.all('startHost').at(-1)).not.toHaveProperty('owed');
  });

  test('is nothing where somebody else drained it', () => {
    const rollout = drained();
    const theirs = { state: 'Blocked', drainedBy: 'ops' };
    rollout.send({ type: 'hostDrained', hostId: hostId('ex1'), prior: theirs });
    expect(rollout.state().hosts[0]).not.toHaveProperty('owed');
  });
});

describe('one firing of a standing plan', () => {
  const firing = (hosts: number, maxHosts: number) => {
    const plan = controlledPlan(hosts, {
      policy: { serial: [10], maxConcurrency: 1, hostDurationMs: hour },
      control: { calendar: someCalendar, firing: { maxHosts } },
    });
    const rollout = controlled(plan, { openings: nights(3) });
    rollout.assess();
    return rollout;
  };

  test('changes no more hosts than its approval says; the rest is the next one’s', () => {
    const rollout = firing(4, 2);
    rollout.finish('ex1');
    rollout.finish('ex2');
    expect(rollout.started()).toEqual(['ex1', 'ex2']);
    expect(rollout.state().result).toBe('completed');
    expect(rollout.host('ex3')).toMatchObject({
      outcome: 'not-started',
      reason: { code: 'max-hosts' },
    });
  });

  test('leaves a host that answers late to the next one, too', () => {
    const plan = controlledPlan(3, {
      policy: { serial: [1], maxUnassessed: 1 },
      control: { calendar: someCalendar, firing: { maxHosts: 1 } },
    });
    const rollout = controlled(plan, { openings: nights(1), silent: true });
    rollout.assess();
    rollout.send({
      type: 'calendarRead',
      reading: { openings: nights(1), blackouts: [], until: day },
    });
    rollout.answer({ ex3: { state: null } });
    rollout.outside.silent = false;
    rollout.answer({});
    rollout.finish('ex1');
    expect(rollout.places()).toEqual({ ex1: 'fixed', ex2: 'not-started', ex3: 'not-started' });
  });

  test('ends with its window: what is in flight is finished, the rest is not waited for', () => {
    const rollout = firing(4, 4);
    rollout.pass(9 * hour);
    expect(rollout.state().result).toBeNull();
    rollout.finish('ex1');
    expect(rollout.state().result).toBe('completed');
    expect(rollout.places()).toEqual({
      ex1: 'fixed',
      ex2: 'not-started',
      ex3: 'not-started',
      ex4: 'not-started',
    });
    expect(rollout.host('ex2').reason?.code).toBe('window-over');
  });

  test('does nothing at all when no window is open', () => {
    const plan = controlledPlan(2, {
      control: { calendar: someCalendar, firing: { maxHosts: 5 } },
    });
    const rollout = controlled(plan, { openings: [opening(day, hour)] });
    rollout.assess();
    expect(rollout.state().result).toBe('completed');
    expect(rollout.all('assess')).toEqual([]);
    expect(rollout.all('startHost')).toEqual([]);
  });
});

describe('hosts that wait for slots of other rollouts', () => {
  const awaits = (rollout: ReturnType<typeof controlled>, name: string, stuck = true) =>
    rollout.send({ type: 'slotsAwaited', hostId: hostId(name), stuck, message: 'waits for dag1' });
  const endUntouched = (rollout: ReturnType<typeof controlled>, name: string) =>
    rollout.send({
      type: 'hostFinished',
      hostId: hostId(name),
      outcome: 'not-started',
      reason: { code: 'cancelled', message: 'called off', facts: {} },
      available: true,
    });
  const waiting = (policy = {}, control = {}) => {
    const plan = controlledPlan(2, { policy: { serial: [10], ...policy }, control });
    const rollout = controlled(plan, { openings: nights(9) });
    rollout.assess();
    rollout.forget();
    return rollout;
  };

  test('are called back when the window closes, and begun again in the next', () => {
    const rollout = waiting({ hostDurationMs: hour }, { calendar: someCalendar });
    awaits(rollout, 'ex1', false);
    rollout.pass(7 * hour + 1);
    expect(rollout.all('cancelHost')).toEqual([{ type: 'cancelHost', hostId: 'ex1' }]);
    endUntouched(rollout, 'ex1');
    expect(rollout.places()).toEqual({ ex1: 'queued', ex2: 'running' });
    rollout.pass(17 * hour);
    expect(rollout.started()).toEqual(['ex1']);
  });

  test('wait no longer than a hold may last, however many windows close meanwhile', () => {
    const rollout = waiting({ holdTimeoutMs: 30 * hour, maxErrors: 5 }, { calendar: someCalendar });
    rollout.finish('ex2');
    awaits(rollout, 'ex1');
    expect(rollout.phase()).toBe('held');
    rollout.pass(8 * hour);
    endUntouched(rollout, 'ex1');
    rollout.pass(16 * hour);
    expect(rollout.started()).toEqual(['ex1']);
    awaits(rollout, 'ex1');
    rollout.pass(6 * hour - 1);
    expect(rollout.all('cancelHost')).toHaveLength(1);
    rollout.pass(minute);
    expect(rollout.all('cancelHost')).toHaveLength(2);
    endUntouched(rollout, 'ex1');
    expect(rollout.state().result).toBe('completed');
    expect(rollout.host('ex1').outcome).toBe('not-started');
  });

  test('make way for a host that has the symptom again, and are begun again after it', () => {
    const plan = controlledPlan(2, {
      policy: { serial: [10], maxConcurrency: 1, maxErrors: 5 },
      control: {},
    });
    const rollout = controlled(plan);
    rollout.assess();
    rollout.watched('ex1');
    awaits(rollout, 'ex2');
    rollout.forget();
    rollout.wantsSlots('ex1');
    expect(rollout.commands()).toEqual([{ type: 'cancelHost', hostId: 'ex2' }]);
    endUntouched(rollout, 'ex2');
    expect(rollout.commands()).toEqual([{ type: 'giveSlots', hostId: 'ex1' }]);
    rollout.finish('ex1', 'mitigated');
    expect(rollout.started()).toEqual(['ex2']);
  });

  test('are called off once by an abort', () => {
    const rollout = waiting();
    awaits(rollout, 'ex1');
    rollout.ask('abort');
    expect(rollout.all('cancelHost').map(({ hostId: id }) => id)).toEqual(['ex1', 'ex2']);
  });
});

test('nothing is begun between two runs: a drained host is skipped once the new one is there', () => {
  const rollout = controlled(
    controlledPlan(3, { policy: { serial: [1], maxErrors: 5 }, control: {} }),
  );
  rollout.assess();
  const prior = { state: 'active', drainedBy: null };
  rollout.send({ type: 'hostDrained', hostId: hostId('ex1'), prior });
  rollout.send({ type: 'historyFull' });
  rollout.finish('ex1', 'failed');
  expect(rollout.commands().at(-1)).toEqual({ type: 'continueAsNew' });
  expect(rollout.refusesRequest(ben.host('skip', 'ex1'))).toBe('between-runs');
  rollout.send({ type: 'continued' });
  expect(rollout.refusesRequest(ben.host('skip', 'ex1'))).toBeNull();
});

test('a wait for a person does not hide behind a window that opens tomorrow', () => {
  const plan = controlledPlan(2, {
    policy: { serial: [1], pause: 'until-resumed', hostDurationMs: hour },
    control: { calendar: someCalendar },
  });
  const rollout = controlled(plan, { openings: nights(2) });
  rollout.assess();
  rollout.pass(9 * hour);
  rollout.finish('ex1');
  expect(rollout.state()).toMatchObject({ phase: 'held', phaseReason: { code: 'wave-pause' } });
  rollout.request(ben.plainly('resume'));
  expect(rollout.phase()).toBe('awaiting-window');
});

describe('people are told', () => {
  const mail: Gate = {
    name: 'mail',
    when: { before: 'wave', fromWave: 1 },
    check: {
      kind: 'http',
      url: 'http://127.0.0.1/',
      timeoutMs: 1000,
      status: [200],
      contains: null,
      caFile: null,
      credentialRef: null,
    },
    count: 1,
    intervalMs: 0,
    initialDelayMs: 0,
    failureLimit: 0,
    consecutiveErrorLimit: 0,
    inconclusiveLimit: 0,
  };
  const told = (events: readonly (typeof noticeEvents)[number][], hosts = 3) => {
    const plan = controlledPlan(hosts, {
      policy: { serial: [1], hostDurationMs: hour, maxErrors: 0 },
      control: {
        approvals: approvals({ minApprovals: 1 }),
        calendar: someCalendar,
        gates: [mail],
        notify: [{ kind: 'slack', urlRef: 'env:SLACK', name: 'chat', events, template: null }],
      },
    });
    const rollout = controlled(plan, { openings: nights(3, day) });
    rollout.assess();
    return rollout;
  };
  const eventsOf = (rollout: ReturnType<typeof told>) =>
    rollout.all('notify').map(({ notice }) => notice.event);

  test('once of each thing that happens, and of nothing twice', () => {
    const rollout = told(noticeEvents);
    rollout.send({ type: 'timerFired' });
    expect(eventsOf(rollout)).toEqual(['approval-needed']);
    rollout.request(ben.approve());
    rollout.pass(day + 7.5 * hour);
    expect(eventsOf(rollout).slice(1)).toEqual(['window-opens']);
    rollout.gate('mail', 'inconclusive');
    rollout.send({ type: 'timerFired' });
    expect(eventsOf(rollout).slice(2)).toEqual(['held']);
    rollout.pass(hour);
    expect(eventsOf(rollout).slice(3)).toEqual(['window-closes']);
    rollout.request(ben.plainly('resume'));
    rollout.pass(15.5 * hour);
    expect(eventsOf(rollout).slice(4)).toEqual(['window-opens']);
    rollout.gate('mail', 'successful');
    rollout.finish('ex1', 'mitigated');
    expect(eventsOf(rollout).slice(5)).toEqual(['mitigated', 'budget-spent', 'done']);
    expect(rollout.state().result).toBe('stopped-by-budget');
  });

  test('of what somebody wants to know only', () => {
    const rollout = told(['done']);
    rollout.request(ben.plainly('reject'));
    expect(rollout.all('notify')).toMatchObject([
      { notice: { event: 'done', reason: { code: 'rejected' } }, phase: 'done' },
    ]);
  });

  test('before the last command, since nothing is carried out after it', () => {
    const rollout = told(noticeEvents);
    rollout.forget();
    rollout.request(ben.plainly('reject'));
    expect(rollout.commands().map(({ type }) => type)).toEqual(['notify', 'finish']);
  });
});

test('the phase says what it waits for, in this order: approval, gate, window, soak', () => {
  const plan = controlledPlan(3, {
    policy: { serial: [1], pause: { durationMs: 2 * hour }, hostDurationMs: hour },
    control: { approvals: approvals({ minApprovals: 1 }), calendar: someCalendar },
  });
  const rollout = controlled(plan, { openings: nights(4, day) });
  rollout.assess();
  const phases = [rollout.phase()];
  rollout.request(ben.approve());
  phases.push(rollout.phase());
  rollout.pass(day);
  phases.push(rollout.phase());
  rollout.send({
    type: 'hostFinished',
    hostId: hostId('ex1'),
    outcome: 'fixed',
    reason: fixed,
    available: true,
  });
  phases.push(rollout.phase());
  rollout.pass(2 * hour);
  expect(rollout.started()).toEqual(['ex1', 'ex2']);
  expect(phases).toEqual(['awaiting-approval', 'awaiting-window', 'progressing', 'soaking']);
});
