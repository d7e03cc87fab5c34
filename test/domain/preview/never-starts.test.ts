import type { AvailabilitySet } from '../../../contracts/fleet';
import type { RolloutPolicy } from '../../../contracts/plan';
import { neverStarts } from '../../../domain/preview';
import { names, policy, setOf } from '../rollout/scenario';

it.each<{
  what: string;
  hosts?: number;
  changes?: Partial<RolloutPolicy>;
  sets?: AvailabilitySet[];
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
])('$what: $codes', ({ hosts, changes, sets, codes }) => {
  const found = neverStarts({ ...policy, ...changes }, sets ?? [], names(hosts ?? 2));
  expect(found.map(({ code }) => code)).toEqual(codes);
});

test('the message names the sets and says what to do', () => {
  const [found] = neverStarts(policy, [setOf('dag1', 0, 'ex1')], names(1));
  expect(found?.message).toMatch(/0 in dag1.*allow at least 1/);
});
