import { randomUUID } from 'node:crypto';
import type { WorkflowHandle } from '@temporalio/client';
import { DefaultLogger, Worker, bundleWorkflowCode } from '@temporalio/worker';
import { createAskSlot } from '../../../activities/ask-slot';
import { createTellSlots } from '../../../activities/tell-slots';
import { availabilityWorkflowId, hostId, hostWorkflowId, rolloutId } from '../../../contracts/ids';
import { messages, rolloutQueue, workflowTypes } from '../../../contracts/names';
import type { SlotNews, SlotRequest, SlotsStatus } from '../../../contracts/slots';
import { holderOf } from '../../../workers/dependencies';
import { createSlotsPort } from '../../../workers/slots';
import type { TestEngine } from '../../engine';
import { startTestEngine } from '../../engine';
import { skipTime } from '../time-skipping';
import type { Holder, HolderActivities } from './holders';

let engine: TestEngine;
let worker: Worker;
let running: Promise<void>;
// As long as a worker takes to answer twice: hosts that are let in together are seen together.
const work = createWork(async () => {
  for (const set of ['dagA', 'site']) await statusOf(set);
});

beforeAll(async () => {
  engine = await startTestEngine({ timeSkipping: true });
  const deps = {
    slots: createSlotsPort(engine.client),
    holderOf: (host: Parameters<typeof holderOf>[1]) => holderOf(engine.client, host),
  };
  worker = await Worker.create({
    connection: engine.workerConnection.connection,
    namespace: engine.engine.namespace,
    taskQueue: rolloutQueue,
    workflowBundle: await bundleWorkflowCode({
      workflowsPath: require.resolve('./holders'),
      logger: new DefaultLogger('WARN'),
    }),
    activities: {
      askSlot: createAskSlot(deps),
      tellSlots: createTellSlots(deps),
      work: (host) => work.activity(host),
    } satisfies HolderActivities & { [name: string]: unknown },
    maxCachedWorkflows: 0,
    workflowFailureErrorTypes: { '*': ['NondeterminismError', 'Error'] },
  });
  running = worker.run();
}, 300_000);
afterAll(async () => {
  worker?.shutdown();
  await running;
  await engine?.stop();
});

/** Hosts of the test about two rollouts. */
const isTogether = (host: string): boolean => /^(one|two|apart)/.test(host);

/** The work on hosts, held until it is opened, with who is at work together. */
function createWork(lastsAtLeast: () => Promise<unknown>) {
  const inWork = new Set<string>();
  const together: string[][] = [];
  const open = new Map<string, (available: boolean) => void>();
  const reached = new Map<string, () => void>();
  const held = new Set<string>();
  return {
    together,
    async activity(host: string): Promise<boolean> {
      inWork.add(host);
      together.push([...inWork]);
      reached.get(host)?.();
      const available = held.has(host)
        ? await new Promise<boolean>((resolve) => open.set(host, resolve))
        : true;
      if (isTogether(host)) await lastsAtLeast();
      inWork.delete(host);
      return available;
    },
    /** Holds a host at work; resolves once it is there, to what lets it go on. */
    hold(host: string): { reached: Promise<void>; finish(available?: boolean): void } {
      held.add(host);
      return {
        reached: new Promise((resolve) => reached.set(host, resolve)),
        finish: (available = true) => {
          held.delete(host);
          open.get(host)?.(available);
        },
      };
    },
  };
}

const holderIn = (host: string, owner: string, sets: { [name: string]: number }): Holder => ({
  hostId: hostId(host),
  rolloutId: rolloutId(owner),
  sets: Object.entries(sets).map(([name, maxUnavailable]) => ({ name, maxUnavailable })),
});

const start = (
  input: Holder,
  type: 'holder' | 'shyHolder' | 'fallingHolder' = 'holder',
): Promise<WorkflowHandle> =>
  engine.client.workflow.start(type, {
    workflowId: hostWorkflowId(input.hostId),
    taskQueue: rolloutQueue,
    args: [input],
    memo: { rolloutId: input.rolloutId },
  });

const setOf = (set: string): WorkflowHandle =>
  engine.client.workflow.getHandle(availabilityWorkflowId(set));
const statusOf = (set: string) => setOf(set).query<SlotsStatus>(messages.slotsStatus);
const leasesOf = async (set: string): Promise<string[]> =>
  (await statusOf(set)).leases.map(({ hostId: host, cause }) => `${host} ${cause}`);
/** Each question is answered by a worker, so that this waits for events, not for time. */
const untilWaiting = async (set: string, ...hosts: string[]): Promise<void> => {
  const isSo = ({ waiting }: SlotsStatus) =>
    hosts.join() === waiting.map(({ hostId: host }) => host).join();
  while (!isSo(await statusOf(set)));
};

it('two rollouts with sets in common never have more down together than the smaller number', async () => {
  const sets = { dagA: 1, site: 2 };
  const hostsOf = (owner: string, more: { [name: string]: number }) =>
    ['1', '2', '3'].map((number) => holderIn(`${owner}${number}`, owner, { ...sets, ...more }));
  const begin = (owner: string, hosts: readonly Holder[]) =>
    engine.client.workflow.start('rollout', {
      workflowId: `rollout/${owner}`,
      taskQueue: rolloutQueue,
      args: [hosts],
    });
  const one = await begin('one', hostsOf('one', {}));
  const two = await begin('two', [
    ...hostsOf('two', { dagA: 2 }),
    holderIn('apart', 'two', { site: 2 }),
  ]);
  const heard = [...((await one.result()) as string[]), ...((await two.result()) as string[])];
  for (const hosts of work.together.map((all) => all.filter(isTogether))) {
    expect(hosts.length).toBeLessThanOrEqual(2);
    // Rollout two may miss two hosts of the set, but not while rollout one is at work on it, which may miss one.
    const inDag = hosts.filter((host) => host !== 'apart');
    if (inDag.some((host) => host.startsWith('one'))) expect(inDag).toHaveLength(1);
  }
  expect(work.together.flat()).toEqual(expect.arrayContaining(['one1', 'two3', 'apart']));
  expect(heard).toContainEqual(expect.stringMatching(/ awaits dagA$/));
  // Whoever had waited says that it goes on.
  const said = (end: string) =>
    new Set(heard.flatMap((words) => (words.includes(end) ? [words.split(' ')[0]] : [])));
  expect(said(' holds')).toEqual(said(' awaits'));
  expect(await leasesOf('dagA')).toEqual([]);
  expect(await leasesOf('site')).toEqual([]);
});

it('a set that goes on in a new run forgets nobody who has or wants a slot', async () => {
  await engine.client.workflow.start(workflowTypes.availability, {
    workflowId: availabilityWorkflowId('dagB'),
    taskQueue: rolloutQueue,
    args: [{ set: 'dagB', historyEvents: 25 }],
  });
  const { runId: first } = await setOf('dagB').describe();
  const working = work.hold('b1');
  const ends = [await start(holderIn('b1', 'one', { dagB: 1 }))];
  await working.reached;
  ends.push(await start(holderIn('b2', 'two', { dagB: 1 })));
  await untilWaiting('dagB', 'b2');
  const noise: SlotNews = {
    kind: 'down',
    hostId: hostId('b3'),
    owner: rolloutId('two'),
    cause: 'found-down',
    why: 'no answer',
  };
  const slots = createSlotsPort(engine.client);
  for (let times = 0; (await setOf('dagB').describe()).runId === first; times++) {
    await slots.tell('dagB', [noise], `noise-${String(times)}`);
  }
  expect(await leasesOf('dagB')).toEqual(['b1 in-work', 'b3 found-down']);
  await untilWaiting('dagB', 'b2');
  working.finish();
  await ends[0]!.result();
  await slots.tell(
    'dagB',
    [{ kind: 'healthy', hostId: hostId('b3'), owner: rolloutId('x') }],
    'up',
  );
  expect(await ends[1]!.result()).toBe(true);
  expect(await leasesOf('dagB')).toEqual([]);
});

it('a host that was terminated while it waited leaves its turn to the next', async () => {
  const working = work.hold('c1');
  const first = await start(holderIn('c1', 'one', { dagC: 1 }));
  await working.reached;
  const gone = await start(holderIn('c2', 'one', { dagC: 1 }));
  await untilWaiting('dagC', 'c2');
  const next = await start(holderIn('c3', 'two', { dagC: 1 }));
  await untilWaiting('dagC', 'c2', 'c3');
  await gone.terminate('tested');
  working.finish();
  await first.result();
  expect(await next.result()).toBe(true);
  expect(await leasesOf('dagC')).toEqual([]);
});

it('a host that was terminated at work keeps its slot until a person frees it', async () => {
  const working = work.hold('d1');
  const gone = await start(holderIn('d1', 'one', { dagD: 1 }));
  await working.reached;
  await gone.terminate('tested');
  const rollout = await engine.client.workflow.start('rollout', {
    workflowId: 'rollout/d',
    taskQueue: rolloutQueue,
    args: [[holderIn('d2', 'two', { dagD: 1 })]],
  });
  while ((await rollout.query<readonly string[]>('heard')).length === 0);
  expect(await rollout.query('heard')).toEqual(['d2 awaits dagD, which is stuck']);
  expect(await leasesOf('dagD')).toEqual(['d1 left-down']);
  const release = (request: object) =>
    setOf('dagD').executeUpdate<string, [object]>(messages.releaseSlot, {
      args: [request],
      updateId: 'release-1',
    });
  await expect(release({ hostId: 'd1', author: 'ada', reason: '' })).rejects.toMatchObject({
    cause: { message: 'a release needs a reason' },
  });
  const message = await release({ hostId: 'd1', author: 'ada', reason: 'looked at it' });
  expect(message).toMatch(/^freed the slot of dagD that d1 had since/);
  expect(await rollout.result()).toEqual(['d2 awaits dagD, which is stuck', 'd2 holds']);
  expect((await statusOf('dagD')).released).toMatchObject([
    { hostId: 'd1', author: 'ada', reason: 'looked at it' },
  ]);
  working.finish();
});

it('a host that is called off while it waits asks no more, in none of its sets', async () => {
  const working = work.hold('e1');
  const first = await start(holderIn('e1', 'one', { dagF: 1 }));
  await working.reached;
  const waiting = await start(holderIn('e2', 'one', { dagE: 1, dagF: 1 }));
  await untilWaiting('dagF', 'e2');
  expect(await leasesOf('dagE')).toEqual(['e2 in-work']);
  await waiting.cancel();
  await expect(waiting.result()).rejects.toMatchObject({ cause: { name: 'CancelledFailure' } });
  expect(await leasesOf('dagE')).toEqual([]);
  await untilWaiting('dagF');
  working.finish(false);
  await first.result();
  expect(await leasesOf('dagF')).toEqual(['e1 left-down']);
});

it('a host that was down and then not touched is counted as before', async () => {
  const first = await start(holderIn('g1', 'one', { dagG: 1 }), 'shyHolder');
  await first.result();
  expect(await leasesOf('dagG')).toEqual([]);
  const working = work.hold('g1');
  const broken = await start(holderIn('g1', 'one', { dagG: 1 }));
  await working.reached;
  working.finish(false);
  await broken.result();
  const shy = await start(holderIn('g1', 'two', { dagG: 1 }), 'shyHolder');
  await shy.result();
  expect(await leasesOf('dagG')).toEqual(['g1 left-down']);
  // Nobody waits for itself: the host is down, and may be worked on.
  expect(await (await start(holderIn('g1', 'two', { dagG: 1 }))).result()).toBe(true);
  expect(await leasesOf('dagG')).toEqual([]);
});

it('a host with the symptom again counts at once, and is worked on when it has a slot', async () => {
  const working = work.hold('h1');
  const falling = await start(holderIn('h1', 'one', { dagH: 1 }), 'fallingHolder');
  await working.reached;
  expect(await leasesOf('dagH')).toEqual(['h1 in-work']);
  working.finish();
  await falling.result();
  expect(await leasesOf('dagH')).toEqual([]);
});

it('a set that nobody needs for a day ends, and whoever asks later starts it again', async () => {
  const first = await start(holderIn('j1', 'one', { dagJ: 1 }));
  await first.result();
  const { runId } = await setOf('dagJ').describe();
  await skipTime(engine, availabilityWorkflowId('dagJ'), '25h');
  await setOf('dagJ').result();
  const next = await start(holderIn('j2', 'two', { dagJ: 1 }));
  expect(await next.result()).toBe(true);
  expect((await setOf('dagJ').describe()).runId).not.toBe(runId);
});

it('a malformed request is refused, and does not stop the set', async () => {
  const ask = (request: object) =>
    createSlotsPort(engine.client).ask('dagI', request as SlotRequest, randomUUID());
  const right: SlotRequest = {
    hostId: hostId('i1'),
    owner: rolloutId('one'),
    maxUnavailable: 1,
    workflowId: hostWorkflowId(hostId('i1')),
    runId: randomUUID(),
  };
  for (const wrong of [{ ...right, runId: 'none' }, { ...right, maxUnavailable: 0 }, {}]) {
    await expect(ask(wrong)).rejects.toMatchObject({
      cause: { message: 'malformed request for a slot' },
    });
  }
  const news = [{ kind: 'up', hostId: 'i1', owner: 'one' }] as unknown as SlotNews[];
  await expect(createSlotsPort(engine.client).tell('dagI', news, 'up')).rejects.toMatchObject({
    cause: { message: 'malformed news of hosts' },
  });
  expect(await ask(right)).toEqual({ granted: true });
});

it('a host without sets asks nobody and leaves no trace', async () => {
  const alone = await start({ hostId: hostId('alone'), rolloutId: rolloutId('one') });
  await alone.result();
  const { events } = await alone.fetchHistory();
  const scheduled = events?.flatMap(
    (event) => event.activityTaskScheduledEventAttributes?.activityType?.name ?? [],
  );
  expect(scheduled).toEqual(['work']);
});
