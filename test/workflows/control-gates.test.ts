import type { Gate } from '../../contracts/gate';
import type { HostId } from '../../contracts/ids';
import type { NoticeEvent } from '../../contracts/notification';
import { noticeEvents } from '../../contracts/notification';
import type { RolloutPolicy } from '../../contracts/plan';
import type { ChangeControl } from '../../contracts/rollout';
import { sampleGate } from '../domain/gate/sample-gate';
import type { ControlWorld } from './control-world';
import { startControlWorld } from './control-world';
import { hosts, rolloutInput } from './samples';
import type { RunningRollout } from './scene';
import { hostOf, outcomesOf, startRollout, untilStatus } from './scene';

let scene: ControlWorld;

beforeAll(async () => {
  scene = await startControlWorld();
});
afterAll(() => scene?.stop());

const begin = (
  id: string,
  all: readonly HostId[],
  control: Partial<ChangeControl>,
  policy: Partial<RolloutPolicy> = {},
): Promise<RunningRollout> =>
  startRollout(scene.engine, rolloutInput({ id, hosts: all, policy, control }));

describe('a host whose entry in the fleet has changed since it was approved', () => {
  const fleet = { fleetFile: '/srv/fleet.yaml' };

  it('is held before its start, the others go on, and it goes on once the entry is put back', async () => {
    const all = hosts(3, 'fleet') as [HostId, HostId, HostId];
    const [first, changed, last] = all;
    const finishing = scene.world.hold('apply', last);
    scene.changeInFleet(changed, 'its address is another one');
    const rollout = await begin('fleet', all, fleet, { serial: ['100%'], maxConcurrency: 1 });
    await finishing.reached;
    const status = await rollout.status();
    expect(hostOf(status, first).outcome).toBe('fixed');
    expect(hostOf(status, changed)).toMatchObject({
      standing: 'held',
      attempts: 0,
      reason: { code: 'changed-since-approval' },
    });
    expect(hostOf(status, changed).reason?.message).toContain('its address is another one');
    expect(scene.world.callsOf(changed)).toEqual([]);
    expect(await rollout.refusalOf({ operation: 'unhold', hostId: changed })).toBe('cannot-unhold');
    scene.changeInFleet(changed, null);
    await rollout.operate({ operation: 'retry', hostId: changed });
    await untilStatus(rollout, (now) => hostOf(now, changed).standing === 'queued');
    finishing.open();
    expect(Object.values(outcomesOf(await rollout.result()))).toEqual(['fixed', 'fixed', 'fixed']);
  });

  it('is held also when that happened after the rollout had begun', async () => {
    const all = hosts(2, 'while') as [HostId, HostId];
    const [first, second] = all;
    const applying = scene.world.hold('apply', first);
    const rollout = await begin('while', all, fleet);
    await applying.reached;
    scene.changeInFleet(second, 'it left its availability set');
    applying.open();
    const end = await rollout.result();
    expect(outcomesOf(end)).toEqual({ [first]: 'fixed', [second]: 'undecided' });
    expect(hostOf(end, second).reason?.message).toContain('it left its availability set');
    expect(scene.world.callsOf(second)).toEqual([]);
  });
});

const gateOf = (name: string, more: Partial<Gate> = {}): Gate => ({
  ...sampleGate,
  name,
  intervalMs: 1,
  initialDelayMs: 0,
  consecutiveErrorLimit: 0,
  ...more,
});

describe('a gate', () => {
  it('that is closed before a wave stops the rollout: no host of that wave is begun', async () => {
    const [canary, other] = hosts(2, 'closed') as [HostId, HostId];
    scene.measures('mail-flow', 'successful', 'failed');
    const rollout = await begin('closed', [canary, other], { gates: [gateOf('mail-flow')] });
    const end = await rollout.result();
    expect(end).toMatchObject({ result: 'stopped-by-gate', reason: { code: 'gate-closed' } });
    expect(end.reason.message).toContain('gate mail-flow is closed before wave 2');
    expect(outcomesOf(end)).toEqual({ [canary]: 'fixed', [other]: 'not-started' });
    expect(scene.world.callsOf(other)).toEqual([]);
    expect(end.gates).toMatchObject([
      { gate: 'mail-flow', wave: 1, hostId: null, standing: 'open' },
      { gate: 'mail-flow', wave: 2, hostId: null, standing: 'closed' },
    ]);
  });

  it('without an answer holds for a person, who asks it again or goes on without it', async () => {
    const all = hosts(2, 'silent') as [HostId, HostId];
    const [, second] = all;
    scene.measures('queues', 'error', 'inconclusive', 'successful', 'error');
    const rollout = await begin('silent', all, { gates: [gateOf('queues')] });
    const untilHeld = (runs: number) =>
      untilStatus(rollout, ({ phase, gates }) => phase === 'held' && gates?.length === runs);
    await untilHeld(1);
    expect(await rollout.status()).toMatchObject({ reason: { code: 'gate-unanswered' } });
    expect(await rollout.refusalOf({ operation: 'ask-gate', gate: 'other' })).toBe('no-such-gate');
    await rollout.operate({ operation: 'ask-gate', gate: 'queues' });
    await untilHeld(2);
    expect(scene.world.callsOf(all[0])).toEqual([]);
    await rollout.operate({ operation: 'ask-gate', gate: 'queues' });
    await untilHeld(4);
    expect(await rollout.refusalOf({ operation: 'retry-all', which: 'failed' })).toBe(
      'nothing-to-retry',
    );
    expect(scene.world.callsOf(second)).toEqual([]);
    const { message } = await rollout.operate({ operation: 'resume', reason: 'seen by hand' });
    expect(message).toBe('goes on without an answer of queues');
    const end = await rollout.result();
    expect(Object.values(outcomesOf(end))).toEqual(['fixed', 'fixed']);
    expect(end.gates?.map(({ standing }) => standing)).toEqual([
      'waived',
      'waived',
      'open',
      'waived',
    ]);
    expect(end.operations).toMatchObject([
      { operation: 'ask-gate', detail: 'queues' },
      { operation: 'ask-gate', detail: 'queues' },
      { operation: 'resume', author: 'ada', reason: 'seen by hand' },
    ]);
  });

  it('for which nobody decides in time ends the rollout', async () => {
    const [host] = hosts(1, 'nobody') as [HostId];
    scene.measures('nobody', 'inconclusive');
    const gates = [gateOf('nobody')];
    const rollout = await begin('nobody', [host], { gates }, { holdTimeoutMs: 50 });
    const end = await rollout.result();
    expect(end).toMatchObject({ result: 'stopped-by-gate', reason: { code: 'gate-unanswered' } });
    expect(outcomesOf(end)).toEqual({ [host]: 'not-started' });
  });

  it('after a host is asked about that host, before the next wave is opened', async () => {
    const all = hosts(3, 'after') as [HostId, HostId, HostId];
    scene.measures('copies', 'successful', 'failed');
    const gates = [gateOf('copies', { when: { after: 'host' } })];
    const rollout = await begin('after', all, { gates }, { serial: [1] });
    const end = await rollout.result();
    expect(end.result).toBe('stopped-by-gate');
    expect(Object.values(outcomesOf(end))).toEqual(['fixed', 'fixed', 'not-started']);
    expect(end.reason.message).toContain(`after ${all[1]}`);
    const measured = scene.world.calls.filter((call) => call.startsWith('measure copies'));
    expect(measured).toEqual([`measure copies ${all[0]}`, `measure copies ${all[1]}`]);
  });
});

describe('people', () => {
  const channel = (name: string, events: readonly NoticeEvent[] = noticeEvents) => ({
    kind: 'webhook' as const,
    name,
    events,
    template: null,
    url: 'https://hooks.test/',
    secretRef: null,
    caFile: null,
  });

  it('are told on each channel what it wants to hear, and nothing waits until they are', async () => {
    const [canary, other] = hosts(2, 'told') as [HostId, HostId];
    scene.measures('told', 'inconclusive');
    scene.world.behave(canary, { applies: [{ exitCode: 1603, package: absent }] });
    const answer = scene.holdNotices();
    const rollout = await begin(
      'told',
      [canary, other],
      { gates: [gateOf('told')], notify: [channel('all'), channel('end', ['done'])] },
      { holdTimeoutMs: 60_000 },
    );
    await untilStatus(rollout, ({ phase }) => phase === 'held');
    await rollout.operate({ operation: 'resume' });
    const end = await rollout.result();
    expect(end.result).toBe('stopped-by-budget');
    await scene.untilTold(5);
    const told = scene.notices.map(({ channel: { name }, notice }) => `${name} ${notice.event}`);
    expect(told.toSorted()).toEqual(
      ['all budget-spent', 'all done', 'all held', 'all mitigated', 'end done'].toSorted(),
    );
    answer();
  });
});

const absent = { state: 'absent', identity: null } as const;
