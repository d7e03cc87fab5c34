import { availabilityWorkflowId, hostWorkflowId } from '../../contracts/ids';
import type { HostId } from '../../contracts/ids';
import { messages } from '../../contracts/names';
import type { RolloutPolicy } from '../../contracts/plan';
import type { ReleaseRequest, SlotsStatus } from '../../contracts/slots';
import type { ControlWorld } from './control-world';
import { startControlWorld } from './control-world';
import type { Behaviour } from './fake-world';
import { hosts, rolloutInput } from './samples';
import type { RunningRollout } from './scene';
import { hostOf, outcomesOf, startRollout, untilStatus } from './scene';

let scene: ControlWorld;

beforeAll(async () => {
  scene = await startControlWorld();
});
afterAll(() => scene?.stop());

const hook = (command: string) => ({ command, timeoutMs: 1000 });
const hooks = {
  priorState: hook('prior {host}'),
  drain: hook('drain {host}'),
  restore: hook('restore {host} {state}'),
};

interface Choice {
  readonly set: string;
  /** Of the whole set, whoever brings them. */
  readonly members: readonly HostId[];
  readonly maxUnavailable?: number;
  readonly policy?: Partial<RolloutPolicy>;
}

const begin = (
  id: string,
  all: readonly HostId[],
  { set, members, maxUnavailable = 1, policy }: Choice,
): Promise<RunningRollout> =>
  startRollout(
    scene.engine,
    rolloutInput({
      id,
      hosts: all,
      sets: [{ name: set, maxUnavailable, hosts: members }],
      policy: { serial: ['100%'], maxErrors: 5, ...policy },
      hostPolicy: { hooks, fallback: { when: [] } },
      control: {},
    }),
  );
const untilOutcome = (rollout: RunningRollout, host: HostId, outcome: string): Promise<void> =>
  untilStatus(rollout, (status) => hostOf(status, host).outcome === outcome);
const untilAwaiting = (rollout: RunningRollout, ...all: readonly HostId[]): Promise<void> =>
  untilStatus(rollout, (status) =>
    all.every((host) => hostOf(status, host).reason?.code === 'slots-awaited'),
  );
const setOf = (set: string) => scene.engine.client.workflow.getHandle(availabilityWorkflowId(set));
const leasesOf = async (set: string): Promise<string[]> => {
  const { leases } = await setOf(set).query<SlotsStatus>(messages.slotsStatus);
  return leases.map(({ hostId, cause }) => `${hostId} ${cause}`);
};
const release = (set: string, hostId: HostId): Promise<string> =>
  setOf(set).executeUpdate<string, [ReleaseRequest]>(messages.releaseSlot, {
    args: [{ hostId, author: 'ada', reason: 'it is repaired' }],
  });
const brokenInstall: Behaviour = {
  applies: [{ exitCode: 1603, package: { state: 'absent', identity: null } }],
};
const terminate = (host: HostId) =>
  scene.engine.client.workflow.getHandle(hostWorkflowId(host)).terminate('by hand');

/** Hosts that were out of service together, from drain to restore, each time one was drained. */
function together(all: readonly HostId[]): string[][] {
  const out = new Set<string>();
  return scene.world.calls.flatMap((call) => {
    const [step = '', host = ''] = call.split(' ');
    if (!all.some((one) => one === host)) return [];
    if (step === 'restore') out.delete(host);
    if (step !== 'drain') return [];
    out.add(host);
    return [[...out]];
  });
}

it('two rollouts at once never have more of a set out of service than the smaller number says', async () => {
  const strict = hosts(2, 'strict') as [HostId, HostId];
  const loose = hosts(3, 'loose');
  const members = [...strict, ...loose];
  const draining = scene.world.hold('drain', strict[0]);
  const one = await begin('strict', strict, { set: 'dag', members });
  await draining.reached;
  const two = await begin('loose', loose, { set: 'dag', members, maxUnavailable: 2 });
  // Of the looser plan two may be in work by its own count, and both find the set full.
  await untilAwaiting(two, ...loose.slice(0, 2));
  expect(await leasesOf('dag')).toEqual([`${strict[0]} in-work`]);
  draining.open();
  const ends = [await one.result(), await two.result()];
  expect(ends.flatMap((end) => Object.values(outcomesOf(end)))).toEqual(members.map(() => 'fixed'));
  const seen = together(members);
  expect(seen).toHaveLength(members.length);
  for (const down of seen) {
    expect(down.length).toBeLessThanOrEqual(2);
    if (down.some((host) => strict.some((each) => each === host))) expect(down).toHaveLength(1);
  }
  expect(await leasesOf('dag')).toEqual([]);
});

it('a host that another rollout left down keeps its slot until a person releases it', async () => {
  const [broken] = hosts(1, 'broken') as [HostId];
  const [waiting] = hosts(1, 'waiting') as [HostId];
  const members = [broken, waiting];
  scene.world.behave(broken, brokenInstall);
  const one = await begin('broken', [broken], { set: 'site', members });
  expect(outcomesOf(await one.result())).toEqual({ [broken]: 'failed' });
  expect(await leasesOf('site')).toEqual([`${broken} left-down`]);
  const two = await begin('waiting', [waiting], { set: 'site', members });
  await untilStatus(two, ({ phase }) => phase === 'held');
  const status = await two.status();
  expect(status.reason.code).toBe('set-full');
  expect(status.reason.message).toContain(broken);
  expect(scene.world.callsOf(waiting)).not.toContain('drain');
  expect(await release('site', waiting).catch(() => 'refused')).toBe('refused');
  await release('site', broken);
  expect(outcomesOf(await two.result())).toEqual({ [waiting]: 'fixed' });
  expect((await setOf('site').query<SlotsStatus>(messages.slotsStatus)).released).toMatchObject([
    { hostId: broken, author: 'ada', reason: 'it is repaired' },
  ]);
});

it('nobody releases it in time: hosts that wait end as they were, and give up their place', async () => {
  const [broken] = hosts(1, 'lost') as [HostId];
  const late = hosts(2, 'late');
  const members = [broken, ...late];
  scene.world.behave(broken, brokenInstall);
  await (await begin('lost', [broken], { set: 'room', members })).result();
  const policy = { holdTimeoutMs: 200 };
  const two = await begin('late', late, { set: 'room', members, policy });
  const end = await two.result();
  expect(Object.values(outcomesOf(end))).toEqual(['not-started', 'not-started']);
  expect(late.flatMap((host) => scene.world.callsOf(host))).not.toContain('drain');
  const { waiting } = await setOf('room').query<SlotsStatus>(messages.slotsStatus);
  expect(waiting).toEqual([]);
});

const blocked = { hookReports: { priorState: { state: 'Blocked' } } };

describe('a host whose workflow was terminated while it was drained', () => {
  async function drained(id: string) {
    const all = hosts(2, id) as [HostId, HostId];
    const [first] = all;
    scene.world.behave(first, blocked);
    const applying = scene.world.hold('apply', first);
    const rollout = await begin(id, all, { set: id, members: all });
    await applying.reached;
    await terminate(first);
    applying.open();
    await untilOutcome(rollout, first, 'failed');
    return { all, rollout };
  }

  it('keeps its slot, gets it again with a retry, and gets back the state of before', async () => {
    const { all, rollout } = await drained('torn');
    const [first, second] = all;
    await untilStatus(
      rollout,
      ({ phase, reason }) => phase === 'held' && reason.code === 'set-full',
    );
    expect(await leasesOf('torn')).toEqual([expect.stringMatching(`^${first} `)]);
    expect(scene.world.callsOf(second)).not.toContain('drain');
    await rollout.operate({ operation: 'retry', hostId: first });
    const end = await rollout.result();
    expect(outcomesOf(end)).toEqual({ [first]: 'fixed', [second]: 'fixed' });
    expect(hostOf(end, first).attempts).toBe(2);
    expect(scene.world.hooksOf(first)).toEqual([
      'priorState undefined',
      'drain Blocked',
      'drain Blocked',
      'restore Blocked',
    ]);
    expect(await leasesOf('torn')).toEqual([]);
  });

  it('is given back that state by a skip, and nothing else is done to it', async () => {
    const { all, rollout } = await drained('given');
    const [first] = all;
    const before = scene.world.callsOf(first).length;
    const { message } = await rollout.operate({ operation: 'skip', hostId: first });
    expect(message).toBe(`${first} is restored, then skipped`);
    await untilOutcome(rollout, first, 'skipped');
    expect(scene.world.callsOf(first).slice(before)).toEqual(['restore']);
    expect(scene.world.hooksOf(first).at(-1)).toBe('restore Blocked');
    await rollout.operate({ operation: 'abort' });
    await rollout.result();
  });
});
