import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { StandingDetails } from '../../../clients/standing/describe-standing';
import { approveStanding } from '../../../clients/standing/operate-standing';
import { standingScheduleId } from '../../../contracts/ids';
import { readConfig } from '../../../workers/config';
import type { ClientConnection } from '../../../workers/connection';
import { connectClient } from '../../../workers/connection';
import { startEngine } from '../../../workers/engine';
import type { Engine } from '../../../workers/engine';
import { findTemporalExecutable } from '../../../workers/temporal-executable';
import { rollout } from '../cli/run-in-process';
import { createStandingFolder } from './standing-scene';
import type { StandingFolder } from './standing-scene';

/** A real server with its schedules, and no worker: nothing here waits for one. */
let engine: Engine;
let connection: ClientConnection;
let scene: StandingFolder;
const before = process.env['TEMPORAL_ADDRESS'];
const expires = '2099-01-01T00:00Z';
const soon = new Date(Date.now() + 30 * 86_400_000).toISOString();

beforeAll(async () => {
  scene = await createStandingFolder();
  const executable = await findTemporalExecutable({ config: readConfig() });
  engine = await startEngine({ executable, dbFile: null });
  process.env['TEMPORAL_ADDRESS'] = engine.address;
  connection = await connectClient(engine);
}, 300_000);
afterAll(async () => {
  if (before === undefined) delete process.env['TEMPORAL_ADDRESS'];
  else process.env['TEMPORAL_ADDRESS'] = before;
  await connection?.close();
  await engine?.stop();
  await scene?.remove();
});
beforeEach(async () => {
  await scene.writePlan();
  await scene.writeFleet(['ex01', 'ex02']);
});

const limits = ['--max-hosts', '5', '--expires', soon, '--reason', 'the nights', '--as', 'kim'];
const create = (name: string, ...more: readonly string[]) =>
  rollout(['window', 'create', name, scene.planFile, ...limits, ...more]);
const hashOf = async (name: string): Promise<string> => {
  const { stdout } = await rollout(['window', 'describe', name, '--json']);
  return (JSON.parse(stdout) as StandingDetails).hash;
};
const approve = (name: string, hash: string, as: string) =>
  rollout(['window', 'approve', name, '--hash', hash, '--reason', 'read it', '--as', as]);

it('says what others have to do, and two of them approve what the hash stands for', async () => {
  await scene.writePlan({ more: 'approvals: { minApprovals: 2 }' });
  const made = await create('two');
  expect(made.stderr).toBe('');
  expect(made.stdout).toMatch(
    /^created standing plan two: daily 22:00 UTC for 3 h\nat most 5 hosts/,
  );
  expect(made.stdout).toContain('it does nothing without 2 approvals by others than kim');
  const hash = await hashOf('two');
  expect(made.stdout).toContain(`rollout window approve two --hash ${hash} --reason "..."`);

  expect((await approve('two', hash, 'Kim')).stderr).toContain('somebody else has to approve it');
  expect((await approve('two', 'd'.repeat(64), 'ada')).stderr).toContain('is not the hash');
  const first = await approve('two', hash.slice(0, 12), 'ada');
  expect(first).toMatchObject({ code: 0, stdout: 'two: 1 of 2 approvals (ada)\n' });
  expect((await approve('two', hash, 'ADA')).stderr).toContain('ADA has approved already');
  const second = await approve('two', hash, 'bob');
  expect(second.stdout).toBe('two: 2 of 2 approvals (ada, bob): its next window is carried out\n');
  expect(await approve('two', hash, 'eve')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('it is approved: 2 of 2'),
  });
  const { stdout } = await rollout(['window', 'describe', 'two']);
  expect(stdout).toContain('approved by ada (asserted, name given with --as): read it');
  expect(stdout).toMatch(/opens \w{3} \d{4}-\d\d-\d\d .*, until /);

  expect((await create('two')).stderr).toContain('there is already a standing plan two');
  expect((await create('two', '--replace')).stdout).toContain('its earlier approvals are void');
  const replaced = await rollout(['window', 'describe', 'two']);
  expect(replaced.stdout).toContain('does nothing: not approved: 0 of 2 approvals');
});

it('two people who approve in the same moment both count', async () => {
  await scene.writePlan({ more: 'approvals: { minApprovals: 2 }' });
  await create('both');
  const hash = await hashOf('both');
  const given = await Promise.all([approve('both', hash, 'ada'), approve('both', hash, 'bob')]);
  expect(given.map(({ code }) => code)).toEqual([0, 0]);
  const { stdout } = await rollout(['window', 'describe', 'both', '--json']);
  const { approvals } = JSON.parse(stdout) as StandingDetails;
  expect(approvals.map(({ by }) => by.name).toSorted()).toEqual(['ada', 'bob']);
});

it('an approval changes nothing else of the schedule, and does not wake one that is paused', async () => {
  await create('paused');
  const handle = connection.client.schedule.getHandle(standingScheduleId('paused'));
  const stop = ['window', 'pause', 'paused', '--reason', 'the storage is moved', '--as', 'ada'];
  expect((await rollout(stop)).stdout).toContain('paused; no further window opens');
  const { spec, policies } = await handle.describe();
  expect((await approve('paused', await hashOf('paused'), 'ada')).code).toBe(0);
  const now = await handle.describe();
  expect(now.spec).toEqual(spec);
  expect(now.policies).toEqual(policies);
  expect(now.state).toMatchObject({
    paused: true,
    note: 'paused by ada (asserted, name given with --as): the storage is moved',
  });
  const listed = await rollout(['window', 'list', '--json']);
  const named = (JSON.parse(listed.stdout) as StandingDetails[]).find(
    ({ name }) => name === 'paused',
  );
  expect(named).toMatchObject({ paused: expect.stringContaining('the storage is moved') });
  expect((await rollout(['window', 'list'])).stdout).toMatch(/^paused +CHG0031337 +paused +yes/m);
  const again = ['window', 'resume', 'paused', '--reason', 'moved'];
  expect((await rollout(again)).code).toBe(0);
  expect((await rollout(again)).stderr).toContain('is not paused');
});

it('a schedule that pauses itself while somebody approves stays paused, and is approved', async () => {
  await create('raced');
  const hash = await hashOf('raced');
  const { client, namespace } = connection;
  const handle = client.schedule.getHandle(standingScheduleId('raced'));
  let tries = 0;
  const workflowService = new Proxy(client.workflowService, {
    get: (service, name) =>
      name === 'updateSchedule'
        ? async (request: Parameters<typeof service.updateSchedule>[0]) => {
            // Between the look at the schedule and the change.
            if (tries++ === 0) await handle.pause('the rollout was stopped');
            return service.updateSchedule(request);
          }
        : (Reflect.get(service, name) as unknown),
  });
  const raced = Object.create(client, {
    workflowService: { value: workflowService },
  }) as typeof client;
  const temporal = { client: raced, namespace, where: engine.address };
  const by = { name: 'ada', source: 'given' } as const;
  const order = { name: 'raced', by, reason: 'read it' };
  expect((await approveStanding(temporal, order, hash, Date.now)).approvals).toHaveLength(1);
  expect(tries).toBe(2);
  expect((await handle.describe()).state).toMatchObject({
    paused: true,
    note: 'the rollout was stopped',
  });
});

it('what is edited after it was created is named before the night', async () => {
  await create('edited');
  await scene.writePlan({ more: 'serial: [2]' });
  const { stdout } = await rollout(['window', 'describe', 'edited']);
  expect(stdout.replaceAll(/\s+/g, ' ')).toContain(
    'changed since it was created: waves, budgets or limits; put it back',
  );
  await writeFile(scene.planFile, 'nonsense');
  const unread = await rollout(['window', 'describe', 'edited']);
  expect(unread.stdout).toContain('its files cannot be read here');
  expect(unread.code).toBe(0);
});

it('the hash stands for the choice of hosts and not for the hosts', async () => {
  await create('one');
  await scene.writeFleet(['ex01', 'ex02', 'ex03']);
  await create('other');
  await create('fewer', '--max-hosts', '4');
  expect(await hashOf('other')).toBe(await hashOf('one'));
  expect(await hashOf('fewer')).not.toBe(await hashOf('one'));
});

it.each([
  {
    what: 'a plan without a window is closed',
    plan: { window: '' },
    says: /plan\.yaml:\d+: window is missing, which for a scheduled plan means that it is closed/,
  },
  {
    what: 'a window may fall between two rings of the alarm clock',
    plan: { duration: '20m, cutoff: 10m' },
    says: /window window lets hosts be begun for less than 15 minutes/,
  },
  {
    what: 'no window opens before it expires',
    plan: {
      window: `window: { start: ${new Date().getFullYear() + 2}-01-01T22:00, scheduleTimezone: UTC, duration: 1h }`,
    },
    says: /no window of the plan opens before it expires/,
  },
])('nothing is created: $what', async ({ plan, says }) => {
  await scene.writePlan(plan);
  const { code, stderr } = await create('never');
  expect(stderr).toMatch(says);
  expect(code).toBe(2);
});

it.each([
  { argv: ['describe', 'a b'], says: 'is no name of a standing plan' },
  {
    argv: ['create', 'x', 'plan.yaml', '--expires', expires, '--reason', 'r'],
    says: '--max-hosts',
  },
  {
    argv: ['create', 'x', 'p.yaml', '--max-hosts', '0', '--expires', expires, '--reason', 'r'],
    says: 'write a whole number from 1 to 6000',
  },
  {
    argv: ['create', 'x', 'p.yaml', '--max-hosts', '5', '--expires', expires, '--reason', 'r'],
    says: 'holds for a year at most',
  },
  {
    argv: ['create', 'x', 'p.yaml', '--max-hosts', '5', '--expires', '2020-02-01', '--reason', 'r'],
    says: 'has passed',
  },
  {
    argv: ['create', 'x', 'p.yaml', '--max-hosts', '5', '--expires', '2030-02-30', '--reason', 'r'],
    says: '"2030-02-30" is no time',
  },
  { argv: ['approve', 'nobody', '--hash', 'a'.repeat(64), '--reason', 'r'], says: 'there is no' },
  { argv: ['describe', 'nobody'], says: 'there is no standing plan nobody' },
  { argv: ['pause', 'nobody', '--reason', 'r'], says: 'there is no standing plan nobody' },
  { argv: ['delete', 'nobody', '--reason', 'r'], says: 'there is no standing plan nobody' },
  { argv: ['delete', 'nobody'], says: '--reason' },
])('window $argv is bad input', async ({ argv, says }) => {
  const { code, stderr } = await rollout(['window', ...argv]);
  expect(stderr).toContain(says);
  expect(code).toBe(2);
});

it('approve without a hash shows what it is and approves nothing', async () => {
  await create('shown');
  const { code, stdout, stderr } = await rollout(['window', 'approve', 'shown']);
  const hash = await hashOf('shown');
  expect(stdout).toContain(`hash: ${hash}`);
  expect(stdout).toContain(`plan: ${join(scene.folder, 'plan.yaml')}`);
  expect(stderr).toContain(`--hash ${hash.slice(0, 12)} --reason TEXT`);
  expect(code).toBe(2);
});

it('what a stranger wrote into the schedule is not taken for a standing plan', async () => {
  await connection.client.schedule.create({
    scheduleId: standingScheduleId('forged'),
    spec: { intervals: [{ every: '1h' }] },
    action: {
      type: 'startWorkflow',
      workflowType: 'x',
      taskQueue: 'nowhere',
      args: [{ name: 'x' }],
    },
  });
  const { code, stderr } = await rollout(['window', 'describe', 'forged']);
  expect(stderr).toContain('the schedule of standing plan forged is malformed');
  expect(code).toBe(2);
  const listed = await rollout(['window', 'list', '--json']);
  expect(listed.code).toBe(0);
  expect(JSON.parse(listed.stdout)).not.toHaveLength(0);
  expect(listed.stderr).toMatch(/^left out: the schedule of standing plan forged is malformed/);
  await rollout(['window', 'delete', 'forged', '--reason', 'whose is it']);
});

it.each(['create', 'list', 'describe', 'approve', 'pause', 'resume', 'delete'])(
  'help of window %s says that it can print JSON',
  async (command) => {
    const { code, stdout } = await rollout(['window', command, '--help']);
    expect(code).toBe(0);
    expect(stdout).toContain(`Usage: rollout window ${command}`);
    expect(stdout).toContain('--json');
  },
);
