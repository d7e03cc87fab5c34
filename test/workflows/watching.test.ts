import type { HostId } from '../../contracts/ids';
import { hostWorkflowId } from '../../contracts/ids';
import type { RolloutInput } from '../../contracts/rollout';
import type { Workers } from '../../workers/worker';
import type { TestEngine } from '../engine';
import { startTestEngine } from '../engine';
import type { FakeWorld } from './fake-world';
import { createFakeWorld } from './fake-world';
import { hosts, rolloutInput } from './samples';
import type { RunningRollout } from './scene';
import { hostOf, outcomesOf, startRollout, untilStatus } from './scene';

let engine: TestEngine;
let world: FakeWorld;
let workers: Workers;

beforeAll(async () => {
  engine = await startTestEngine();
  world = createFakeWorld();
  workers = await engine.startWorkers(world.activities);
});
afterAll(async () => {
  await workers?.shutdown();
  await engine?.stop();
});

/** Two hosts of a set that may miss one, watched for a moment. */
const pairOf = (id: string, more: Partial<RolloutInput['policy']> = {}) => {
  const [first, second] = hosts(2, id) as [HostId, HostId];
  const input = rolloutInput({
    id,
    hosts: [first, second],
    sets: [{ name: 'dag1', maxUnavailable: 1, hosts: [first, second] }],
    policy: { serial: ['100%'], maxErrors: 1, ...more },
    hostPolicy: {
      quietForMs: 1,
      hooks: {
        drain: { command: 'drain', timeoutMs: 1000 },
        restore: { command: 'restore', timeoutMs: 1000 },
      },
    },
  });
  return { first, second, input };
};

const untilReason = (rollout: RunningRollout, host: HostId, code: string): Promise<void> =>
  untilStatus(rollout, (status) => hostOf(status, host).reason?.code === code);

it('a host that is watched gives its slot to the next of its set, and ends after it was quiet', async () => {
  const { first, second, input } = pairOf('slots');
  const watching = world.hold('watch', first);
  const applying = world.hold('apply', second);
  const rollout = await startRollout(engine, input);
  await watching.reached;
  await applying.reached;
  const status = await rollout.status();
  expect(hostOf(status, first)).toMatchObject({
    standing: 'running',
    outcome: null,
    reason: { code: 'watching' },
  });
  watching.open();
  applying.open();
  expect(outcomesOf(await rollout.result())).toEqual({ [first]: 'fixed', [second]: 'fixed' });
});

it('a host with the symptom again is drained only once the other of its set is back', async () => {
  const { first, second, input } = pairOf('again');
  world.behave(first, { symptoms: [1] });
  const applying = world.hold('apply', second);
  const rollout = await startRollout(engine, input);
  await applying.reached;
  await untilReason(rollout, first, 'slots-wanted');
  expect(world.callsOf(first).at(-1)).toBe('watch');
  applying.open();
  const end = await rollout.result();
  expect(outcomesOf(end)).toEqual({ [first]: 'mitigated', [second]: 'fixed' });
  expect(end.budget.errors).toBe(1);
  expect(world.callsOf(first).slice(-4)).toEqual(['watch', 'drain', 'fallback', 'restore']);
  expect(world.calls.lastIndexOf(`drain ${first}`)).toBeGreaterThan(
    world.calls.indexOf(`restore ${second}`),
  );
});

it('a host that is watched when the rollout is aborted is watched to its end', async () => {
  const { first, second, input } = pairOf('abort', { maxConcurrency: 1 });
  const watching = world.hold('watch', first);
  const checking = world.hold('check', second);
  const rollout = await startRollout(engine, input);
  await watching.reached;
  await checking.reached;
  await rollout.operate({ operation: 'abort' });
  await untilStatus(rollout, (status) => hostOf(status, second).standing === 'done');
  expect((await rollout.status()).phase).toBe('aborting');
  watching.open();
  checking.open();
  const end = await rollout.result();
  expect(end.result).toBe('aborted');
  expect(outcomesOf(end)).toEqual({ [first]: 'fixed', [second]: 'not-started' });
});

it('a new run waits for hosts that are watched, and is told of the symptom like the first', async () => {
  const all = hosts(4, 'runs');
  const last = all[3]!;
  world.behave(last, { symptoms: [1] });
  const input = rolloutInput({
    id: 'runs',
    hosts: all,
    policy: { serial: [1], maxErrors: 1 },
    hostPolicy: { quietForMs: 1 },
    historyEvents: 20,
  });
  const rollout = await startRollout(engine, input);
  const end = await rollout.result();
  expect(Object.values(outcomesOf(end))).toEqual(['fixed', 'fixed', 'fixed', 'mitigated']);
  const { runId } = await engine.client.workflow.getHandle(rollout.handle.workflowId).describe();
  expect(runId).not.toBe(rollout.handle.firstExecutionRunId);
});

it('a host that waits for its slots goes on when the rollout was terminated', async () => {
  const { first, second, input } = pairOf('orphan');
  world.behave(first, { symptoms: [1] });
  const applying = world.hold('apply', second);
  const rollout = await startRollout(engine, input);
  await applying.reached;
  await untilReason(rollout, first, 'slots-wanted');
  const waiting = engine.client.workflow.getHandle(hostWorkflowId(first));
  await rollout.handle.terminate('tested');
  applying.open();
  expect(await waiting.result()).toMatchObject({ outcome: 'mitigated' });
});
