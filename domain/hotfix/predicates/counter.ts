import type { HostFacts } from '../../../contracts/facts';
import type { CounterPredicate } from '../../../contracts/predicate';
import { type Answered, judgeObserved, unsure, yesOrNo } from './answered';

/** As many values as an observation carries: there may be more instances. */
const maxValues = 20;

export function counterWords(predicate: CounterPredicate): string {
  const what = nameOf(predicate);
  return 'atLeast' in predicate.test
    ? `${what} is at least ${predicate.test.atLeast}`
    : `${what} is below ${predicate.test.below}`;
}

/** With several instances: one that reaches the number is enough, but all must be below it. */
export function judgeCounter(predicate: CounterPredicate, facts: HostFacts): Answered {
  const { test } = predicate;
  const words = counterWords(predicate);
  return judgeObserved({ predicate, words }, facts, ({ values }) => {
    const what = nameOf(predicate);
    if (values.length === 0) {
      return yesOrNo(false, 'counter-no-instance', `There is no ${what}.`);
    }
    const highest = Math.max(...values);
    const seen = { instances: values.length, highest };
    const message = `${what} is ${values.length === 1 ? highest : `at most ${highest} in ${values.length} instances`}.`;
    const isYes = 'atLeast' in test ? highest >= test.atLeast : highest < test.below;
    const mayBeMore = values.length >= maxValues && isYes === 'below' in test;
    if (mayBeMore) {
      const why = `only the first ${values.length} instances were looked at`;
      return unsure('counter-many-instances', words, why, seen);
    }
    return yesOrNo(isYes, 'counter-value', message, seen);
  });
}

const nameOf = ({ property, instance, class: cimClass }: CounterPredicate): string =>
  `${property} of ${instance ?? cimClass}`;
