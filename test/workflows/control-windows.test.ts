import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AvailabilitySet } from '../../contracts/fleet';
import type { HostId } from '../../contracts/ids';
import type { RolloutPolicy } from '../../contracts/plan';
import type { RolloutStatus } from '../../contracts/rollout';
import type { Calendar } from '../../contracts/window';
import type { ControlWorld } from './control-world';
import { startControlWorld, windowIn } from './control-world';
import { hosts, rolloutInput } from './samples';
import type { RunningRollout } from './scene';
import { hostOf, outcomesOf, startRollout, untilStatus } from './scene';
import { skipTime } from './time-skipping';

let scene: ControlWorld;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'control-windows-'));
  scene = await startControlWorld({ timeSkipping: true });
});
afterAll(async () => {
  await scene?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const minute = 60_000;
const day = 24 * 60;

interface Choice {
  readonly calendar: Partial<Calendar>;
  readonly sets?: readonly AvailabilitySet[];
  readonly policy?: Partial<RolloutPolicy>;
}

const begin = (
  id: string,
  all: readonly HostId[],
  { calendar, sets = [], policy }: Choice,
): Promise<RunningRollout> =>
  startRollout(
    scene.engine,
    rolloutInput({
      id,
      hosts: all,
      sets,
      policy: { serial: ['100%'], maxConcurrency: 1, ...policy },
      control: { calendar: { windows: [], blackouts: [], ...calendar } },
    }),
  );
const skip = ({ handle }: RunningRollout, minutes: number): Promise<void> =>
  skipTime(scene.engine, handle.workflowId, minutes * minute);
const untilPhase = (rollout: RunningRollout, phase: RolloutStatus['phase']): Promise<void> =>
  untilStatus(rollout, (status) => status.phase === phase);
const untilHeld = (rollout: RunningRollout, code: string): Promise<void> =>
  untilStatus(rollout, ({ phase, reason }) => phase === 'held' && reason.code === code);
const untilOutcome = (rollout: RunningRollout, host: HostId, outcome: string): Promise<void> =>
  untilStatus(rollout, (status) => hostOf(status, host).outcome === outcome);
const startOf = async (rollout: RunningRollout, host: HostId): Promise<number> =>
  Date.parse(hostOf(await rollout.status(), host).startedAt ?? '');
const callsAbout = (...all: readonly HostId[]) => all.flatMap((host) => scene.world.callsOf(host));
const assessments = () => scene.world.calls.filter((call) => call.startsWith('assess')).length;

it('hosts wait for the window; one that does not fit any more keeps its place until the next', async () => {
  const all = hosts(2, 'night') as [HostId, HostId];
  const [first, second] = all;
  const windows = [windowIn('saturday', 180, 120), windowIn('sunday', 180 + day, 120)];
  const applying = scene.world.hold('apply', first);
  const rollout = await begin('night', all, { calendar: { windows } });
  await untilPhase(rollout, 'awaiting-window');
  expect(await rollout.status()).toMatchObject({
    reason: {
      code: 'window-closed',
      message: expect.stringContaining('waits for window saturday'),
    },
    window: { isOpen: false, opening: { window: 'saturday' } },
  });
  expect(callsAbout(...all)).toEqual([]);
  await skip(rollout, 181);
  await applying.reached;
  const opened = (await rollout.status()).window?.opening;
  const begunAt = await startOf(rollout, first);
  expect(begunAt).toBeGreaterThanOrEqual(opened?.from ?? Infinity);
  // A host takes 30 minutes: the second one does not fit into what is left of the window now.
  const soon = new Date(begunAt + 20 * minute).toISOString();
  await rollout.operate({ operation: 'set-window', until: soon });
  applying.open();
  await untilOutcome(rollout, first, 'fixed');
  await untilPhase(rollout, 'awaiting-window');
  expect((await rollout.status()).reason).toMatchObject({ code: 'window-short' });
  expect(callsAbout(second)).toEqual([]);
  const looked = assessments();
  await skip(rollout, 26 * 60);
  const end = await rollout.result();
  expect(outcomesOf(end)).toEqual({ [first]: 'fixed', [second]: 'fixed' });
  // It looked at the hosts again, and went on in the second window.
  expect(assessments()).toBe(looked + 1);
  expect(Date.parse(hostOf(end, second).startedAt ?? '')).toBeGreaterThan(
    begunAt + 20 * 60 * minute,
  );
  expect(end.operations).toMatchObject([
    { operation: 'set-window', author: 'ada', detail: `until ${soon}` },
  ]);
});

it('what is in flight when the window closes is finished', async () => {
  const all = hosts(2, 'over') as [HostId, HostId];
  const [first, second] = all;
  const applying = scene.world.hold('apply', first);
  const rollout = await begin('over', all, {
    calendar: { windows: [windowIn('tonight', -5, 120), windowIn('later', day, 120)] },
  });
  await applying.reached;
  const begunAt = await startOf(rollout, first);
  expect(await rollout.refusalOf({ operation: 'set-window', until: 'soon' })).toBe('bad-time');
  expect(
    await rollout.refusalOf({
      operation: 'set-window',
      until: new Date(begunAt - 1).toISOString(),
    }),
  ).toBe('bad-time');
  const until = new Date(Date.now() + 700).toISOString();
  await rollout.operate({ operation: 'set-window', until });
  await untilStatus(rollout, ({ window }) => window?.isOpen === false);
  expect(await rollout.status()).toMatchObject({ phase: 'progressing', result: null });
  applying.open();
  await untilOutcome(rollout, first, 'fixed');
  await untilPhase(rollout, 'awaiting-window');
  expect(hostOf(await rollout.status(), second)).toMatchObject({ standing: 'queued', attempts: 0 });
  await skip(rollout, 25 * 60);
  const end = await rollout.result();
  expect(outcomesOf(end)).toEqual({ [first]: 'fixed', [second]: 'fixed' });
  expect(Date.parse(hostOf(end, first).finishedAt ?? '')).toBeGreaterThan(Date.parse(until));
});

it('a host that waits for a slot when the window closes is called back, and begun in the next one', async () => {
  const [busy] = hosts(1, 'busy') as [HostId];
  const [waiting] = hosts(1, 'waits') as [HostId];
  const sets = [{ name: 'dag', maxUnavailable: 1, hosts: [busy, waiting] }];
  const applying = scene.world.hold('apply', busy);
  const other = await begin('busy', [busy], { calendar: {}, sets });
  await applying.reached;
  const rollout = await begin('waits', [waiting], {
    calendar: { windows: [windowIn('tonight', -5, 120), windowIn('later', day, 120)] },
    sets,
  });
  await untilStatus(rollout, (now) => hostOf(now, waiting).reason?.code === 'slots-awaited');
  const until = new Date(Date.now() + 700).toISOString();
  await rollout.operate({ operation: 'set-window', until });
  await untilPhase(rollout, 'awaiting-window');
  expect(hostOf(await rollout.status(), waiting)).toMatchObject({
    standing: 'queued',
    reason: { code: 'called-back' },
  });
  applying.open();
  expect(outcomesOf(await other.result())).toEqual({ [busy]: 'fixed' });
  expect(callsAbout(waiting)).not.toContain('apply');
  await skip(rollout, 25 * 60);
  const end = await rollout.result();
  expect(outcomesOf(end)).toEqual({ [waiting]: 'fixed' });
  expect(Date.parse(hostOf(end, waiting).startedAt ?? '')).toBeGreaterThan(Date.parse(until));
});

const events = (...blackouts: readonly { from: number; minutes: number }[]): string => {
  const each = blackouts.map(
    ({ from, minutes }, index) => `BEGIN:VEVENT
UID:${index}@test
DTSTAMP:20260101T000000Z
DTSTART:${ical(from)}
DTEND:${ical(from + minutes * minute)}
END:VEVENT
`,
  );
  const text = `BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//test//EN\n${each.join('')}END:VCALENDAR\n`;
  return text.replaceAll('\n', '\r\n');
};
const ical = (at: number): string =>
  `${new Date(at).toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z`;
const blackoutIn = (file: string) =>
  ({ kind: 'calendar', name: 'freeze', file, timeZone: 'UTC' }) as const;

it('a blackout that is entered between two windows holds in the second', async () => {
  const all = hosts(2, 'freeze') as [HostId, HostId];
  const [first, second] = all;
  const file = join(folder, 'freeze.ics');
  writeFileSync(file, events());
  const applying = scene.world.hold('apply', first);
  const windows = [windowIn('first', -5, 120), windowIn('second', day, 120)];
  const third = windowIn('third', 2 * day, 120);
  const rollout = await begin('freeze', all, {
    calendar: { windows: [...windows, third], blackouts: [blackoutIn(file)] },
  });
  await applying.reached;
  const begunAt = await startOf(rollout, first);
  const until = new Date(begunAt + 20 * minute).toISOString();
  await rollout.operate({ operation: 'set-window', until });
  writeFileSync(file, events({ from: begunAt + 20 * 60 * minute, minutes: 8 * 60 }));
  applying.open();
  await untilPhase(rollout, 'awaiting-window');
  await skip(rollout, 25 * 60);
  await untilStatus(rollout, ({ window }) => window?.opening?.window === 'third');
  expect(callsAbout(second)).toEqual([]);
  await skip(rollout, 25 * 60);
  const end = await rollout.result();
  expect(outcomesOf(end)).toEqual({ [first]: 'fixed', [second]: 'fixed' });
  const thirdFrom = Date.parse(`${third.schedule.kind === 'once' ? third.schedule.start : ''}Z`);
  expect(Date.parse(hostOf(end, second).startedAt ?? '')).toBeGreaterThanOrEqual(thirdFrom);
});

it('nothing is begun while a calendar cannot be read; it goes on once it can', async () => {
  const [host] = hosts(1, 'unread') as [HostId];
  const file = join(folder, 'unread.ics');
  const rollout = await begin('unread', [host], {
    calendar: { windows: [windowIn('now', -5, 120)], blackouts: [blackoutIn(file)] },
    policy: { takenRetryMs: 10 },
  });
  await untilHeld(rollout, 'calendar-unreadable');
  expect((await rollout.status()).reason.message).toContain('is not there');
  expect(callsAbout(host)).toEqual([]);
  writeFileSync(file, events());
  expect(outcomesOf(await rollout.result())).toEqual({ [host]: 'fixed' });
});

it('without a window in which a host fits it is held, and ends when nobody helps in time', async () => {
  const [host] = hosts(1, 'never') as [HostId];
  const rollout = await begin('never', [host], {
    calendar: { windows: [windowIn('short', 60, 20)] },
    policy: { holdTimeoutMs: 30 * minute },
  });
  await untilHeld(rollout, 'no-window');
  await skip(rollout, 40);
  const end = await rollout.result();
  expect(hostOf(end, host)).toMatchObject({
    outcome: 'not-started',
    reason: { code: 'no-window' },
  });
  expect(callsAbout(host)).toEqual([]);
});

it('the end of a window is moved out, and a host that did not fit does', async () => {
  const [host] = hosts(1, 'longer') as [HostId];
  const rollout = await begin('longer', [host], {
    calendar: { windows: [windowIn('short', -2, 20)] },
  });
  await untilHeld(rollout, 'no-window');
  const until = new Date(Date.now() + 60 * minute).toISOString();
  const { message } = await rollout.operate({ operation: 'set-window', until });
  expect(message).toContain(`ends ${until}`);
  expect(outcomesOf(await rollout.result())).toEqual({ [host]: 'fixed' });
});

it('packages are brought before the window opens, and nothing else is done before', async () => {
  const all = hosts(2, 'ahead') as [HostId, HostId];
  const rollout = await begin('ahead', all, {
    calendar: { windows: [windowIn('night', 180, 120)] },
    policy: { stageAhead: true },
  });
  await untilStatus(
    rollout,
    ({ nextLookAt }) => nextLookAt !== null && callsAbout(...all).length === 2,
  );
  await untilPhase(rollout, 'awaiting-window');
  expect(callsAbout(...all)).toEqual(['stage', 'stage']);
  await skip(rollout, 181);
  const end = await rollout.result();
  expect(Object.values(outcomesOf(end))).toEqual(['fixed', 'fixed']);
  const opensAt = end.window?.opening?.from ?? Infinity;
  for (const { startedAt } of end.hosts)
    expect(Date.parse(startedAt ?? '')).toBeGreaterThan(opensAt);
});
