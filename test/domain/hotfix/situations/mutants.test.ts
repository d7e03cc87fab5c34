import type { Verdict } from '../../../../contracts/outcome';
import { blindToEvents } from './blind-to-events';
import { blindToHost } from './blind-to-host';
import { blindToLists } from './blind-to-lists';
import { definitionMutants } from './definition-mutants';
import { expectation, expectedPart, verdictOn } from './expectation';
import type { Situation } from './situation';
import { table } from './table';

const meets = (situation: Situation, verdict: Verdict): boolean =>
  JSON.stringify(expectedPart(situation, verdict)) === JSON.stringify(expectation(situation));

/** Of the situations that ought to catch a mutant: those that do, because what they expect holds only without it. */
function catching(titles: readonly string[], judged: (one: Situation) => Verdict): string[] {
  return titles.filter((title) => {
    const situation = table.find(({ when }) => when === title);
    if (situation === undefined) throw new Error(`the table has no situation "${title}"`);
    return meets(situation, verdictOn(situation)) && !meets(situation, judged(situation));
  });
}

describe('a definition that is wrong in one term', () => {
  test.each(definitionMutants)('$term is caught by: $caughtBy', ({ hotfix, caughtBy }) => {
    expect(caughtBy).not.toEqual([]);
    expect(catching(caughtBy, (one) => verdictOn(one, hotfix))).toEqual(caughtBy);
  });
});

describe('a program that does not know', () => {
  test.each([...blindToEvents, ...blindToLists, ...blindToHost])(
    '$thing is caught by: $caughtBy',
    ({ facts, caughtBy }) => {
      expect(caughtBy).not.toEqual([]);
      expect(catching(caughtBy, (one) => verdictOn(one, undefined, facts))).toEqual(caughtBy);
    },
  );
});
