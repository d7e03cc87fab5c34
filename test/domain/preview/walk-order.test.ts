import fc from 'fast-check';
import { hostId } from '../../../contracts/ids';
import type { OrderRule } from '../../../contracts/plan';
import { walkOrder } from '../../../domain/preview';

const ids = (text: string) => text.split('').map((letter) => hostId(letter));
const rule = (hosts: string, after: string): OrderRule => ({
  hosts: ids(hosts),
  after: ids(after),
});

test.each([
  { what: 'without rules', rules: [], walked: 'abcd' },
  { what: 'last is last', rules: [rule('a', 'bcd')], walked: 'bcda' },
  { what: 'right behind what it waits for', rules: [rule('a', 'b')], walked: 'bacd' },
  { what: 'a chain against the plan', rules: [rule('a', 'b'), rule('b', 'c')], walked: 'cbad' },
  { what: 'groups', rules: [rule('ab', 'cd')], walked: 'cdab' },
  {
    what: 'hosts that are only kept apart',
    rules: [{ hosts: ids('a'), notWhile: ids('bcd') }],
    walked: 'abcd',
  },
])('the order of hosts: $what', ({ rules, walked }) => {
  expect(walkOrder(ids('abcd'), rules)).toEqual({ hosts: ids(walked), cycle: null });
});

test.each([
  { rules: [rule('a', 'a')], cycle: 'a' },
  { rules: [rule('a', 'b'), rule('b', 'a')], cycle: 'ab' },
  { rules: [rule('a', 'b'), rule('b', 'c'), rule('c', 'db')], cycle: 'bc' },
])('hosts that wait for each other are named: $cycle', ({ rules, cycle }) => {
  expect(walkOrder(ids('abcd'), rules)).toEqual({ hosts: null, cycle: ids(cycle) });
});

const letters = ids('abcdefgh');
const group = fc.uniqueArray(fc.constantFrom(...letters), { minLength: 1, maxLength: 4 });
const anyRules = fc.array(fc.record({ hosts: group, after: group }), { maxLength: 4 });

test('every host comes once, behind all that it waits for, or a real cycle is named', () => {
  fc.assert(
    fc.property(anyRules, (rules) => {
      const walk = walkOrder(letters, rules);
      const awaits = (host: string): string[] =>
        rules.flatMap(({ hosts, after }) => ((hosts as string[]).includes(host) ? after : []));
      if (walk.cycle === null) {
        expect(walk.hosts.toSorted()).toEqual(letters);
        walk.hosts.forEach((host, at) => {
          expect(walk.hosts.slice(0, at)).toEqual(expect.arrayContaining(awaits(host)));
        });
      } else {
        const { cycle } = walk;
        expect(new Set(cycle).size).toBe(cycle.length);
        cycle.forEach((host, at) => {
          expect(awaits(host)).toContain(cycle[(at + 1) % cycle.length]);
        });
      }
    }),
  );
});
