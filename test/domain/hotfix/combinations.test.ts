import fc from 'fast-check';

import type { Combination, Predicate } from '../../../contracts/predicate';
import { observationKey } from '../../../contracts/predicate';
import { known, unknown } from '../../../contracts/reason';
import { combine, evaluate, examine } from '../../../domain/hotfix/evaluate';
import type { Answered } from '../../../domain/hotfix/predicates/answered';
import { factsOf, kb3004383 } from './host-facts';

type Answer = Answered['answer'];
const answers: readonly Answer[] = ['no', 'unknown', 'yes'];
const told = (answer: Answer): Answered => ({ answer, reasons: [{ code: answer, message: '' }] });
const answer = fc.constantFrom(...answers);
const parts = fc.array(answer, { minLength: 1, maxLength: 6 });
const kinds = fc.constantFrom<Combination['kind']>('all', 'any', 'none');

/** Kleene: no < unknown < yes; and is the least, or the greatest, not turns the order round. */
const rank = (one: Answer): number => answers.indexOf(one);
const not = (one: Answer): Answer => answers[2 - rank(one)]!;
const expected = (kind: Combination['kind'], of: readonly Answer[]): Answer => {
  const ranks = of.map(rank);
  if (kind === 'all') return answers[Math.min(...ranks)]!;
  const any = answers[Math.max(...ranks)]!;
  return kind === 'any' ? any : not(any);
};

test('combinations follow the tables of three-valued logic', () => {
  fc.assert(
    fc.property(kinds, parts, (kind, of) => {
      expect(combine(kind, of.map(told)).answer).toBe(expected(kind, of));
    }),
    { numRuns: 1000 },
  );
});

test('the answer is the one that every way of settling the unknowns would give', () => {
  const settled = (of: readonly Answer[]): readonly (readonly Answer[])[] =>
    of.reduce<readonly (readonly Answer[])[]>(
      (all, one) =>
        (one === 'unknown' ? (['yes', 'no'] as const) : [one]).flatMap((value) =>
          all.map((before) => [...before, value]),
        ),
      [[]],
    );
  fc.assert(
    fc.property(kinds, parts, (kind, of) => {
      const possible = new Set(settled(of).map((one) => combine(kind, one.map(told)).answer));
      const [only] = possible;
      expect(combine(kind, of.map(told)).answer).toBe(possible.size === 1 ? only : 'unknown');
    }),
  );
});

test('the reasons are those of the parts that decided', () => {
  fc.assert(
    fc.property(kinds, parts, (kind, of) => {
      const { answer: whole, reasons } = combine(kind, of.map(told));
      const codes = new Set(reasons.map(({ code }) => code));
      expect(codes.size).toBe(1);
      const [code] = codes;
      const decided = whole === 'unknown' ? 'unknown' : kind === 'none' ? not(whole) : whole;
      expect(code).toBe(decided);
    }),
  );
});

test('combinations within combinations are answered from the inside', () => {
  const service = (name: string): Predicate => ({ kind: 'service', name, is: 'present' });
  const leaf = fc.constantFrom('a', 'b', 'c').map(service);
  const tree = fc.letrec<{ tree: Predicate }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 4 },
      leaf,
      fc.record({ kind: kinds, of: fc.array(tie('tree'), { minLength: 1, maxLength: 3 }) }),
    ),
  })).tree;
  const world = fc.record({ a: answer, b: answer, c: answer });
  fc.assert(
    fc.property(tree, world, (predicate, hosts) => {
      const observations = Object.fromEntries(
        Object.entries(hosts).map(([name, one]) => {
          const found = one === 'yes' ? services(name) : null;
          const value = { kind: 'service' as const, service: found };
          const observed = one === 'unknown' ? unknown('no answer') : known(value);
          return [observationKey({ kind: 'service', name, is: 'present' }), observed];
        }),
      );
      const asked = examine(factsOf({ facts: { observations } }), kb3004383);
      const solve = (one: Predicate): Answer =>
        'of' in one
          ? expected(one.kind, one.of.map(solve))
          : hosts[(one as { name: keyof typeof hosts }).name];
      expect(evaluate(predicate, asked).answer).toBe(solve(predicate));
    }),
    { numRuns: 300 },
  );
});

const services = (name: string) => ({
  name,
  state: 'running' as const,
  startMode: 'auto' as const,
  processId: 1,
});
