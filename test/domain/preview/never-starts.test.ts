import type { AvailabilitySet } from '../../../contracts/fleet';
import type { RolloutPolicy } from '../../../contracts/plan';
import type { MaintenanceWindow } from '../../../contracts/window';
import { neverStarts } from '../../../domain/preview';
import { names, policy, setOf } from '../rollout/scenario';

const floor = (minutes: number) => ({ hostDurationMs: minutes * 60_000 });
const windowOf = (minutes: number): MaintenanceWindow => ({
  name: `of-${minutes}`,
  schedule: { kind: 'cron', expression: '0 22 * * 6' },
  timeZone: 'UTC',
  durationMs: minutes * 60_000,
  cutoffMs: 0,
});

it.each<{
  what: string;
  hosts?: number;
  changes?: Partial<RolloutPolicy>;
  sets?: AvailabilitySet[];
  windows?: number[];
  codes: string[];
}>([
  { what: 'an ordinary plan', codes: [] },
  { what: 'a plan without hosts', hosts: 0, codes: ['no-hosts'] },
  { what: 'a plan without concurrency', changes: { maxConcurrency: 0 }, codes: ['no-concurrency'] },
  { what: 'a plan without waves', changes: { serial: [] }, codes: ['no-waves'] },
  { what: 'a set with 0 of all hosts', sets: [setOf('a', 0, 'ex1', 'ex2')], codes: ['no-slots'] },
  {
    what: 'two sets with 0 that hold all hosts together',
    sets: [setOf('a', 0, 'ex1'), setOf('b', 0, 'ex2', 'elsewhere')],
    codes: ['no-slots'],
  },
  { what: 'a set with 0 that leaves a host', sets: [setOf('a', 0, 'ex1')], codes: [] },
  { what: 'a set with 1 of all hosts', sets: [setOf('a', 1, 'ex1', 'ex2')], codes: [] },
  { what: 'a window as long as a host', windows: [30], changes: floor(30), codes: [] },
  { what: 'one window of several', windows: [10, 31], changes: floor(30), codes: [] },
  { what: 'short windows', windows: [10, 29], changes: floor(30), codes: ['no-window-fits'] },
])('$what: $codes', ({ hosts, changes, sets, windows = [], codes }) => {
  const found = neverStarts(
    { ...policy, ...changes },
    sets ?? [],
    names(hosts ?? 2),
    windows.map(windowOf),
  );
  expect(found.map(({ code }) => code)).toEqual(codes);
});

test('the message names the sets and says what to do', () => {
  const [found] = neverStarts(policy, [setOf('dag1', 0, 'ex1')], names(1));
  expect(found?.message).toMatch(/0 in dag1.*allow at least 1/);
});

test('windows that are too short are told with both numbers', () => {
  const [found] = neverStarts({ ...policy, ...floor(45) }, [], names(1), [windowOf(20)]);
  expect(found?.message).toMatch(/hostDuration is 45 min.*the longest has 20 min/);
});
