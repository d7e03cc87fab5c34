import type { HostId } from '../../contracts/ids';
import type { HostPolicy, RolloutPolicy } from '../../contracts/plan';
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
  policy: Partial<RolloutPolicy> = {},
  hostPolicy: Partial<HostPolicy> = {},
): Promise<RunningRollout> =>
  startRollout(
    scene.engine,
    rolloutInput({
      id,
      hosts: all,
      policy: { serial: ['100%'], maxConcurrency: 1, maxErrors: 5, ...policy },
      hostPolicy: { fallback: { when: [] }, ...hostPolicy },
      control: {},
    }),
  );
const standingOf = async (rollout: RunningRollout, host: HostId) =>
  hostOf(await rollout.status(), host).standing;

describe('a host', () => {
  it('that a person holds is left out until it is unheld', async () => {
    const all = hosts(3, 'hold') as [HostId, HostId, HostId];
    const [first, kept, last] = all;
    const applying = scene.world.hold('apply', first);
    const ending = scene.world.hold('apply', last);
    const rollout = await begin('hold', all);
    await applying.reached;
    expect(await rollout.refusalOf({ operation: 'hold', hostId: first })).toBe('cannot-hold');
    expect(await rollout.refusalOf({ operation: 'unhold', hostId: kept })).toBe('cannot-unhold');
    const asked = { hostId: kept, author: 'bea', source: 'given', reason: 'a move is on' } as const;
    await rollout.operate({ operation: 'hold', ...asked });
    applying.open();
    await ending.reached;
    expect(hostOf(await rollout.status(), kept)).toMatchObject({
      standing: 'held',
      reason: { code: 'held-by-person', message: 'held by bea: a move is on' },
    });
    await rollout.operate({ operation: 'unhold', hostId: kept });
    expect(await standingOf(rollout, kept)).toBe('queued');
    ending.open();
    const end = await rollout.result();
    expect(Object.values(outcomesOf(end))).toEqual(['fixed', 'fixed', 'fixed']);
    expect(end.operations).toMatchObject([
      { operation: 'hold', ...asked },
      { operation: 'unhold', author: 'ada', hostId: kept },
    ]);
  });

  it('that is only suspect is changed once a person unholds it', async () => {
    const [sure, suspect] = hosts(2, 'suspect') as [HostId, HostId];
    scene.world.behave(suspect, { state: 'suspect' });
    const applying = scene.world.hold('apply', sure);
    const rollout = await begin('suspect', [sure, suspect], { onSuspect: 'hold' });
    await applying.reached;
    expect(await standingOf(rollout, suspect)).toBe('held');
    const { message } = await rollout.operate({ operation: 'unhold', hostId: suspect });
    expect(message).toContain('will be changed as if it were affected');
    applying.open();
    expect(outcomesOf(await rollout.result())).toEqual({ [sure]: 'fixed', [suspect]: 'fixed' });
  });
});

it('all that failed are tried again together', async () => {
  const all = hosts(3, 'retried') as [HostId, HostId, HostId];
  const [one, two, last] = all;
  const once = { fails: { stage: { code: 'disk-full', times: 1 } } } as const;
  scene.world.behave(one, once);
  scene.world.behave(two, once);
  const applying = scene.world.hold('apply', last);
  const rollout = await begin('retried', all);
  await applying.reached;
  expect(await rollout.refusalOf({ operation: 'retry-all', which: 'not-started' })).toBe(
    'nothing-to-retry',
  );
  const { message } = await rollout.operate({ operation: 'retry-all', which: 'failed' });
  expect(message).toBe('2 hosts are tried again');
  applying.open();
  const end = await rollout.result();
  expect(Object.values(outcomesOf(end))).toEqual(['fixed', 'fixed', 'fixed']);
  expect(end.hosts.map(({ attempts }) => attempts)).toEqual([2, 2, 1]);
  expect(end.operations).toMatchObject([{ operation: 'retry-all', detail: 'failed' }]);
});

describe('aborting at once', () => {
  it('ends the wait for a reboot, and never cuts an installer', async () => {
    const all = hosts(3, 'now') as [HostId, HostId, HostId];
    const [rebooting, installing, queued] = all;
    const waiting = scene.world.hold('waitBack', rebooting);
    const applying = scene.world.hold('apply', installing);
    const rollout = await begin('now', all, { maxConcurrency: 2 });
    await Promise.all([waiting.reached, applying.reached]);
    const { phase } = await rollout.operate({ operation: 'abort-now', author: 'bea' });
    expect(phase).toBe('aborting');
    await untilStatus(rollout, (status) => hostOf(status, rebooting).outcome !== null);
    const status = await rollout.status();
    expect(hostOf(status, rebooting).reason?.code).toBe('last-seen');
    expect(hostOf(status, installing)).toMatchObject({ standing: 'running', outcome: null });
    applying.open();
    const end = await rollout.result();
    expect(end.result).toBe('aborted');
    // The installer was let finish; the reboot that follows it is asked for, and not waited for.
    expect(scene.world.callsOf(installing)).toContain('reboot');
    expect(scene.world.callsOf(installing)).not.toContain('waitBack');
    expect(hostOf(end, installing).reason?.code).toBe('last-seen');
    expect(hostOf(end, queued)).toMatchObject({ outcome: 'not-started', attempts: 0 });
    expect(end.operations).toMatchObject([
      { operation: 'abort-now', author: 'bea', reason: 'because' },
    ]);
  });

  it('ends the watch of a host that serves again: it is fixed as far as was seen', async () => {
    const [host] = hosts(1, 'watched') as [HostId];
    const rollout = await begin('watched', [host], {}, { quietForMs: 86_400_000 });
    await untilStatus(rollout, (status) => hostOf(status, host).reason?.code === 'watching');
    await rollout.operate({ operation: 'abort' });
    expect(await standingOf(rollout, host)).toBe('running');
    await rollout.operate({ operation: 'abort-now' });
    const end = await rollout.result();
    expect(hostOf(end, host)).toMatchObject({ outcome: 'fixed' });
    expect(hostOf(end, host).reason?.message).toMatch(/watch/);
  });
});

describe('limits', () => {
  it('are changed while it runs: more hosts at once', async () => {
    const all = hosts(3, 'more') as [HostId, HostId, HostId];
    const gates = all.map((host) => scene.world.hold('apply', host));
    const rollout = await begin('more', all);
    await gates[0]?.reached;
    expect(await rollout.refusalOf({ operation: 'set-concurrency', maxConcurrency: 0 })).toBe(
      'bad-limit',
    );
    expect(scene.world.callsOf(all[1])).toEqual([]);
    await rollout.operate({ operation: 'set-concurrency', maxConcurrency: 3 });
    await Promise.all(gates.map(({ reached }) => reached));
    expect((await rollout.status()).limits).toEqual({ maxConcurrency: 3 });
    for (const gate of gates) gate.open();
    const end = await rollout.result();
    expect(end.operations).toMatchObject([
      { operation: 'set-concurrency', detail: 'at most 3 at once', author: 'ada' },
    ]);
  });

  it('are changed while it runs: fewer errors stop it at the next failure', async () => {
    const all = hosts(3, 'fewer') as [HostId, HostId, HostId];
    const [first, failing, last] = all;
    scene.world.behave(failing, { fails: { stage: { code: 'disk-full' } } });
    const applying = scene.world.hold('apply', first);
    const rollout = await begin('fewer', all);
    await applying.reached;
    expect(await rollout.refusalOf({ operation: 'set-budget' })).toBe('bad-limit');
    await rollout.operate({ operation: 'set-budget', maxErrors: 0 });
    applying.open();
    const end = await rollout.result();
    expect(end.result).toBe('stopped-by-budget');
    expect(outcomesOf(end)).toEqual({
      [first]: 'fixed',
      [failing]: 'failed',
      [last]: 'not-started',
    });
    expect(end.limits).toEqual({ maxErrors: 0 });
    expect(end.operations).toMatchObject([{ operation: 'set-budget', detail: 'maxErrors 0' }]);
  });
});
