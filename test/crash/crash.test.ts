import { hostId, hostWorkflowId } from '../../contracts/ids';
import type { HostId } from '../../contracts/ids';
import type { RolloutStatus } from '../../contracts/rollout';
import type { CrashHost, CrashScene, CrashWorld } from './crash-world';
import { startCrashWorld } from './crash-world';
import type { Cut } from './cuts';
import { cutsOf } from './cuts';
import type { Moment } from './moments';
import { momentOf, moments } from './moments';
import { atEntry, countOf } from './watched-lab';
import type { Sight, WorkerChild } from './worker-children';

/** All cases together; on an idle machine they take half of it, most of it until dead workers are noticed. */
const patienceMs = 480_000;
/** Servers and workers that are started side by side. */
const lanes = 3;

const transports = ['winrm', 'ssh'] as const;
const cases = moments.flatMap((moment) =>
  transports.map((transport) => ({
    transport,
    moment,
    name: moment.name,
    host: hostId(`${transport}-${moment.name.replaceAll(' ', '-')}`),
  })),
);
const terminated = transports.map((transport) => ({
  transport,
  host: hostId(`${transport}-terminated`),
}));
const afterThem = hostId('after-the-terminated');
const blind = hostId('blind');

const labHosts: CrashHost[] = [
  ...cases.map(({ host, transport, moment: { installMs } }) => ({
    id: host,
    transport,
    faults: installMs === undefined ? {} : { installMs },
  })),
  // Long enough that the retry meets the installer at work.
  ...terminated.map(({ host, transport }) => ({
    id: host,
    transport,
    faults: { installMs: 200_000 },
  })),
  { id: afterThem, transport: 'ssh' },
  { id: blind, transport: 'winrm' },
];

let world: CrashWorld;

interface Crashed {
  readonly status: RolloutStatus;
  readonly cuts: readonly Cut[];
  readonly killed: NodeJS.Signals | null;
  readonly successor: WorkerChild;
}

/** Carries one host; the worker is killed at the moment and followed by another. */
async function crash(scene: CrashScene, host: HostId, { isNow }: Moment): Promise<Crashed> {
  const cut = atEntry(world.lab, host, isNow, () => scene.worker.kill());
  await scene.startRollout();
  const tooEarly = scene.result().then((status) => {
    throw new Error(`${host} ended before the moment came: ${JSON.stringify(status.hosts)}`);
  });
  tooEarly.catch(() => undefined);
  await Promise.race([cut, tooEarly]);
  const killed = await scene.worker.exited;
  const successor = await scene.startWorker();
  const status = await scene.result();
  const cuts = await cutsOf(scene.client, hostWorkflowId(host));
  return { status, cuts, killed, successor };
}

/** The workflows of the first two hosts are terminated while they apply; an operator has the hosts tried again. */
async function terminate(scene: CrashScene): Promise<RolloutStatus> {
  const { isNow } = momentOf('task started');
  const hosts = terminated.map(({ host }) => host);
  const applying = hosts.map((host) => atEntry(world.lab, host, isNow, () => undefined));
  await scene.startRollout();
  await Promise.all(applying);
  // The host of the second wave keeps the rollout open meanwhile.
  await scene.operate({ operation: 'pause' });
  for (const host of hosts) {
    await scene.client.workflow.getHandle(hostWorkflowId(host)).terminate('by the test');
  }
  for (let failed = 0; failed < hosts.length;) {
    const status = await scene.status();
    failed = status.hosts.filter(({ outcome }) => outcome === 'failed').length;
  }
  for (const host of hosts) await scene.operate({ operation: 'retry', hostId: host });
  await scene.operate({ operation: 'resume' });
  return scene.result();
}

interface Run {
  readonly hosts: readonly HostId[];
  readonly sight?: Sight;
  readonly carry: (scene: CrashScene) => Promise<unknown>;
}

/** Those that come to their moment last begin first, because all wait for the same time after it. */
const runs: Run[] = [
  ...cases.toReversed().map(({ host, moment }) => ({
    hosts: [host],
    carry: (scene: CrashScene) => crash(scene, host, moment),
  })),
  {
    hosts: [blind],
    sight: 'blind',
    carry: (scene) => crash(scene, blind, momentOf('result written')),
  },
  { hosts: [...terminated.map(({ host }) => host), afterThem], carry: terminate },
];

const carried = new Map<HostId, Promise<unknown>>();
const endOf = <T>(host: HostId): Promise<T> => carried.get(host) as Promise<T>;

/** Heartbeats are missed for 30 s before a dead worker is noticed: all runs wait for that side by side. */
async function beginRuns(): Promise<void> {
  const waiting = [...runs];
  const lane = async (): Promise<void> => {
    for (let run = waiting.shift(); run !== undefined; run = waiting.shift()) {
      const scene = await world.begin(run.hosts, run.sight);
      const end = run.carry(scene);
      // Told by the test that asks for it.
      end.catch(() => undefined);
      for (const host of run.hosts) carried.set(host, end);
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}

beforeAll(async () => {
  world = await startCrashWorld(labHosts);
  await beginRuns();
}, patienceMs);

afterAll(async () => {
  await world.close();
}, patienceMs);

const expectOneChange = (host: HostId): void => {
  expect({
    installs: countOf(world.lab, host, 'install-started'),
    reboots: countOf(world.lab, host, 'shutdown-accepted'),
    boots: countOf(world.lab, host, 'booted'),
  }).toEqual({ installs: 1, reboots: 1, boots: 1 });
};

it.each(cases)(
  'a worker that is killed at "$name" over $transport changes nothing twice',
  async ({ host, moment }) => {
    const { status, cuts, killed, successor } = await endOf<Crashed>(host);
    expect(killed).toBe('SIGKILL');
    expect(status.hosts).toMatchObject([{ hostId: host, outcome: 'fixed', attempts: 1 }]);
    expectOneChange(host);
    expect(cuts).toHaveLength(1);
    expect(moment.cuts).toContain(cuts[0]?.step);
    expect(cuts[0]?.attempt).toBeGreaterThanOrEqual(2);
    expect(cuts[0]?.by).toMatch(new RegExp(`^${successor.pid}@`));
  },
  patienceMs,
);

it.each(terminated)(
  'a host whose workflow is terminated while it applies over $transport is fixed by a retry and changed once',
  async ({ host }) => {
    const { hosts } = await endOf<RolloutStatus>(host);
    expect(hosts.find((one) => one.hostId === host)).toMatchObject({
      outcome: 'fixed',
      attempts: 2,
    });
    expectOneChange(host);
  },
  patienceMs,
);

it(
  'an apply that does not look first is found out',
  async () => {
    const { cuts } = await endOf<Crashed>(blind);
    expect(cuts).toMatchObject([{ step: 'apply' }]);
    expect(countOf(world.lab, blind, 'install-started')).toBe(2);
    expect(() => expectOneChange(blind)).toThrow('"installs": 2');
  },
  patienceMs,
);
