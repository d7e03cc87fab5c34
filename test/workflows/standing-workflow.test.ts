import { join } from 'node:path';
import { createAdmit } from '../../activities/admit';
import { createFindChanged } from '../../activities/find-changed';
import { createPrepareStanding } from '../../activities/prepare-standing';
import { createReadCalendar } from '../../activities/read-calendar';
import { hostId, standingScheduleId } from '../../contracts/ids';
import type { RolloutStatus } from '../../contracts/rollout';
import { firingEveryMs } from '../../contracts/standing';
import { createPreviewStore } from '../../store/previews';
import { createFleetReader } from '../../workers/fleet-reader';
import { createStandingReader } from '../../workers/standing';
import type { Workers } from '../../workers/worker';
import type { StandingDetails } from '../../clients/standing/describe-standing';
import { rollout } from '../clients/cli/run-in-process';
import { createStandingFolder } from '../clients/standing/standing-scene';
import type { StandingFolder } from '../clients/standing/standing-scene';
import type { TestEngine } from '../engine';
import { startTestEngine } from '../engine';
import { createFakeWorld } from './fake-world';

/**
 * A real server, its real schedules, and the real activities of a standing plan; only the hosts are played. Backfilling
 * sets the alarm clock: a firing for any moment that is wanted, and nothing waits for a quarter of an hour.
 */
let engine: TestEngine;
let workers: Workers;
let scene: StandingFolder;
const world = createFakeWorld();
const addressBefore = process.env['TEMPORAL_ADDRESS'];

/** The quarter of an hour before the last one: two firings after it have their time in the past. */
const opensAt = Math.floor(Date.now() / firingEveryMs) * firingEveryMs - firingEveryMs;
/** What the definition wants to see in place. */
const appId = '%windir%\\SysWOW64\\Appidapi.dll';
const clock = (at: number): string => new Date(at).toISOString().slice(11, 16);
const rolloutIdOf = (name: string, at: number): string =>
  `${name}-${new Date(at).toISOString().slice(0, 16).replaceAll(/[-:]/g, '')}`;

beforeAll(async () => {
  [engine, scene] = await Promise.all([startTestEngine(), createStandingFolder()]);
  const previews = createPreviewStore(join(scene.folder, 'previews'));
  const readFleet = createFleetReader(Date.now);
  const packages = { find: () => Promise.reject(new Error('the hosts pull it')) };
  const standing = createStandingReader({ packageDir: scene.folder }, previews);
  workers = await engine.startWorkers({
    ...world.activities,
    admit: createAdmit({ previews, packages, readFleet }),
    findChanged: createFindChanged({ previews, readFleet }),
    readCalendar: createReadCalendar(),
    prepareStanding: createPrepareStanding({ standing, now: Date.now }),
  });
  process.env['TEMPORAL_ADDRESS'] = engine.engine.address;
}, 300_000);
afterAll(async () => {
  if (addressBefore === undefined) delete process.env['TEMPORAL_ADDRESS'];
  else process.env['TEMPORAL_ADDRESS'] = addressBefore;
  await workers?.shutdown();
  await engine?.stop();
  await scene?.remove();
});

const window = async (...argv: readonly string[]): Promise<string> => {
  const { code, stdout, stderr } = await rollout(['window', ...argv]);
  expect(stderr).toBe('');
  expect(code).toBe(0);
  return stdout;
};
const refused = async (...argv: readonly string[]): Promise<string> => {
  const { code, stderr } = await rollout(['window', ...argv]);
  expect(code).toBe(2);
  return stderr;
};
const expires = new Date(Date.now() + 30 * 86_400_000).toISOString();
const create = async (name: string, ...more: readonly string[]): Promise<string> => {
  const asked = ['--max-hosts', '2', '--expires', expires, '--reason', 'the nights'];
  const made = await window(
    'create',
    name,
    scene.planFile,
    ...asked,
    '--as',
    'kim',
    ...more,
    '--json',
  );
  return (JSON.parse(made) as { hash: string }).hash;
};
const approve = (name: string, hash: string, as = 'ada') =>
  window('approve', name, '--hash', hash, '--reason', 'read it', '--as', as);
const describeIt = async (name: string): Promise<StandingDetails> =>
  JSON.parse(await window('describe', name, '--json')) as StandingDetails;

/** Rings the alarm for this moment, and waits until what it started has ended; the real alarm may ring meanwhile. */
async function fire(name: string, at: number): Promise<void> {
  const handle = engine.client.schedule.getHandle(standingScheduleId(name));
  const firingsOfThen = async () =>
    (await handle.describe()).info.recentActions.filter(
      ({ scheduledAt }) => scheduledAt.getTime() === at,
    );
  const before = (await firingsOfThen()).length;
  await handle.backfill({ start: new Date(at - 1000), end: new Date(at), overlap: 'BUFFER_ALL' });
  let firings = await firingsOfThen();
  while (firings.length === before) firings = await firingsOfThen();
  const { workflowId, firstExecutionRunId } = firings.at(-1)?.action.workflow ?? {};
  // One that fails has ended too.
  await engine.client.workflow.result(workflowId ?? '', firstExecutionRunId).catch(() => undefined);
}

const firingOf = async (name: string, at: number) => {
  const { lastFirings } = await describeIt(name);
  const found = lastFirings.find(({ scheduledAt }) => Date.parse(scheduledAt) === at);
  return found && { did: found.did, said: found.said };
};

it('a schedule is an alarm clock every 15 minutes in UTC, its policies said one by one', async () => {
  await create('clock');
  const handle = engine.client.schedule.getHandle(standingScheduleId('clock'));
  const { spec, policies, action, state } = await handle.describe();
  expect(spec.intervals).toEqual([{ every: 900_000, offset: 0 }]);
  expect(spec.calendars ?? []).toEqual([]);
  expect(policies).toEqual({ overlap: 'SKIP', catchupWindow: 600_000, pauseOnFailure: true });
  expect(action).toMatchObject({
    type: 'startWorkflow',
    workflowType: 'standingWorkflow',
    workflowId: 'standing/clock',
    taskQueue: 'rollout',
  });
  expect(state).toMatchObject({ paused: false, note: 'created by kim: the nights' });
  expect(await window('delete', 'clock', '--reason', 'no more')).toBe('clock: deleted\n');
  expect(await refused('describe', 'clock')).toContain('there is no standing plan clock');
});

it('only the first firing inside a window works, once, on the hosts that there are then', async () => {
  await scene.writePlan({ at: clock(opensAt), duration: '3h' });
  const hash = await create('night');
  await fire('night', opensAt - firingEveryMs);
  expect(await firingOf('night', opensAt - firingEveryMs)).toEqual({
    did: 'nothing',
    said: 'not approved: 0 of 1 approvals',
  });
  await approve('night', hash);
  // The fleet may grow after the approval: the selector was approved.
  await scene.writeFleet(['ex01', 'ex02', 'ex03']);
  const fileVersions = { [appId]: '6.1.7601.22823' };
  for (const host of ['ex01', 'ex02', 'ex03']) world.behave(hostId(host), { fileVersions });
  await fire('night', opensAt - 2 * firingEveryMs);
  await fire('night', opensAt + firingEveryMs);
  expect(world.calls).toEqual([]);
  await fire('night', opensAt);
  const id = rolloutIdOf('night', opensAt);
  const { lastFirings, rollouts } = await describeIt('night');
  const said = (at: number) =>
    lastFirings.find(({ scheduledAt }) => Date.parse(scheduledAt) === at);
  expect(said(opensAt - 2 * firingEveryMs)).toMatchObject({
    did: 'nothing',
    said: expect.stringMatching(/^no window is open; the window opens .* UTC$/),
  });
  expect(said(opensAt + firingEveryMs)).toMatchObject({
    did: 'nothing',
    said: expect.stringMatching(/an earlier firing was its first$/),
  });
  expect(said(opensAt)).toMatchObject({
    did: 'rollout',
    said: `rollout ${id} is done (2 fixed, 1 not-started)`,
  });
  expect(rollouts).toMatchObject([{ rolloutId: id, phase: 'done' }]);
  const { stdout } = await rollout(['status', id, '--json']);
  expect(JSON.parse(stdout) as RolloutStatus).toMatchObject({
    result: 'completed',
    requestedBy: 'standing night, requested by kim, approved by ada',
  });
  const listed = await rollout(['list', '--json']);
  expect(JSON.parse(listed.stdout)).toMatchObject([
    { rolloutId: id, requestedBy: 'standing night' },
  ]);

  const done = world.calls.length;
  await fire('night', opensAt);
  expect(await firingOf('night', opensAt)).toEqual({
    did: 'nothing',
    said: `this opening has its rollout already: rollout/${id}`,
  });
  expect(world.calls).toHaveLength(done);
}, 120_000);

it('one that is started by hand has now for its time, and what is no standing plan fails', async () => {
  const { action } = await engine.client.schedule.getHandle(standingScheduleId('night')).describe();
  const start = (args: readonly unknown[]) =>
    engine.client.workflow.execute('standingWorkflow', {
      workflowId: `by-hand-${args.length}`,
      taskQueue: 'rollout',
      args: [...args],
    });
  expect(await start(action.args ?? [])).toMatchObject({
    did: 'nothing',
    reason: { code: 'not-first-firing' },
  });
  await expect(start([{ expiresAt: expires }, 'second'])).rejects.toMatchObject({
    cause: { type: 'bad-request', message: expect.stringContaining('it is no standing plan') },
  });
});

it('a firing that comes when its window is over does nothing but say so', async () => {
  const past = opensAt - 8 * firingEveryMs;
  await scene.writePlan({ at: clock(past), duration: '30m' });
  await approve('late', await create('late'));
  const done = world.calls.length;
  await fire('late', past);
  expect(await firingOf('late', past)).toEqual({
    did: 'nothing',
    said: expect.stringMatching(
      /^the firing of .* comes .* late: the window closed .*, nothing is done$/,
    ),
  });
  expect(world.calls).toHaveLength(done);
});

it('a plan that was edited since its approval is not carried out, and what was edited is named', async () => {
  await scene.writePlan({ at: clock(opensAt) });
  await approve('edited', await create('edited'));
  await scene.writePlan({ at: clock(opensAt), more: 'maxErrors: 5' });
  const done = world.calls.length;
  await fire('edited', opensAt);
  const said = /^changed since it was approved: waves, budgets or limits; put it back/;
  expect((await firingOf('edited', opensAt))?.said).toMatch(said);
  expect((await describeIt('edited')).changed).toEqual(['waves, budgets or limits']);
  await scene.writePlan({ at: 'never' });
  await fire('edited', opensAt);
  expect((await firingOf('edited', opensAt))?.said).toMatch(/plan\.yaml:5: window/);
  expect(world.calls).toHaveLength(done);
  const { schedule } = engine.client;
  const { state } = await schedule.getHandle(standingScheduleId('edited')).describe();
  expect(state.paused).toBe(false);
});

it('a standing rollout that its budget stopped pauses the schedule until a person has looked', async () => {
  await scene.writePlan({ at: clock(opensAt) });
  await approve('bad', await create('bad'));
  await scene.writeFleet(['bad01', 'bad02']);
  for (const host of ['bad01', 'bad02']) {
    world.behave(hostId(host), { fails: { stage: { code: 'disk-full' } } });
  }
  await fire('bad', opensAt);
  const handle = engine.client.schedule.getHandle(standingScheduleId('bad'));
  for (;;) if ((await handle.describe()).state.paused) break;
  const id = rolloutIdOf('bad', opensAt);
  const { paused } = await describeIt('bad');
  expect(paused).toMatch(/fail/i);
  expect(await firingOf('bad', opensAt)).toEqual({
    did: 'failed',
    said: expect.stringMatching(new RegExp(`^rollout ${id} ended stopped-by-budget: `)),
  });
  // Nothing but a person resumes it: neither an approval, nor a plan that was corrected.
  const hash = await create('bad', '--replace');
  await approve('bad', hash, 'bob');
  expect(await describeIt('bad')).toMatchObject({
    paused,
    approvalWords: '1 of 1 approvals (bob)',
  });
  expect(await refused('pause', 'bad', '--reason', 'again')).toContain('is paused already');
  await window('resume', 'bad', '--reason', 'the disk has room', '--as', 'ada');
  expect(await describeIt('bad')).toMatchObject({
    paused: null,
    note: 'resumed by ada (asserted, name given with --as): the disk has room',
  });
}, 120_000);
