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
  await workers.shutdown();
  await engine.stop();
});

/** Runs that a rollout went through, oldest first: each ends by naming the next. */
async function runsOf({ handle }: RunningRollout): Promise<string[]> {
  const runs: string[] = [];
  let next: string | null | undefined = handle.firstExecutionRunId;
  while (next != null && next !== '') {
    runs.push(next);
    const { events } = await engine.client.workflow
      .getHandle(handle.workflowId, next)
      .fetchHistory();
    next = events?.at(-1)?.workflowExecutionContinuedAsNewEventAttributes?.newExecutionRunId;
  }
  return runs;
}

async function carriedOut(id: string, historyEvents?: number): Promise<RunningRollout> {
  const all = hosts(12, id);
  world.behave(all[1]!, { state: 'not-affected' });
  world.behave(all[4]!, { applies: [{ exitCode: 1603, package: absent }] });
  world.behave(all[6]!, { back: 'never-came-back' });
  const rollout = await startRollout(
    engine,
    rolloutInput({
      id,
      hosts: all,
      policy: { serial: [1, 2, 3], maxErrors: 2, maxConcurrency: 2 },
      ...(historyEvents === undefined ? {} : { historyEvents }),
    }),
  );
  await rollout.result();
  return rollout;
}
const absent = { state: 'absent', identity: null } as const;

it('a rollout that goes on in a new run every 20 events ends like one that never does', async () => {
  const once = await carriedOut('whole');
  const often = await carriedOut('often', 20);
  expect(await runsOf(once)).toHaveLength(1);
  expect((await runsOf(often)).length).toBeGreaterThan(2);
  const [whole, pieced] = [await once.result(), await often.result()];
  expect(Object.values(outcomesOf(pieced))).toEqual(Object.values(outcomesOf(whole)));
  expect(pieced.result).toBe(whole.result);
  expect(pieced.budget).toEqual(whole.budget);
});

it('a request that was answered in an earlier run gets the same answer in a later one', async () => {
  const [first, second] = hosts(2, 'remembered');
  const applying = world.hold('apply', first!);
  const later = world.hold('apply', second!);
  const input = rolloutInput({ id: 'remembered', hosts: [first!, second!], historyEvents: 20 });
  const rollout = await startRollout(engine, input);
  await applying.reached;
  const paused = await rollout.operate({ operation: 'pause' }, 'pause-1');
  await rollout.operate({ operation: 'resume' }, 'resume-1');
  applying.open();
  await later.reached;
  expect((await runsOf(rollout)).length).toBeGreaterThan(1);
  expect(await rollout.operate({ operation: 'pause' }, 'pause-1')).toEqual(paused);
  expect((await rollout.status()).phase).toBe('progressing');
  later.open();
  await untilStatus(rollout, (status) => hostOf(status, second).outcome === 'fixed');
  expect((await rollout.result()).operations.map(({ operation }) => operation)).toEqual([
    'pause',
    'resume',
  ]);
});
