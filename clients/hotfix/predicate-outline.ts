import type { SymptomPattern } from '../../contracts/hotfix';
import type { Combination, Predicate } from '../../contracts/predicate';
import { wordsOf } from '../../domain/hotfix';
import type { Outline } from '../cli/outline';

const headings: { readonly [kind in Combination['kind']]: string } = {
  all: 'all of these hold:',
  any: 'at least one of these holds:',
  none: 'none of these holds:',
};

/** A predicate with a line for each of its questions; one part alone needs no heading, unless it must not hold. */
export function predicateOutline(predicate: Predicate, symptom: SymptomPattern | null): Outline {
  if (!('of' in predicate)) {
    const text = wordsOf(predicate, symptom);
    if (predicate.kind !== 'product') return { text };
    const keys = predicate.keys.map((key) => ({ text: key }));
    return { text: `${text}, told by one of these registry keys:`, of: keys };
  }
  const { kind, of } = predicate;
  const [only] = of;
  if (of.length === 1 && only !== undefined) {
    const alone = predicateOutline(only, symptom);
    if (kind !== 'none') return alone;
    return alone.of === undefined ? { text: `not: ${alone.text}` } : { text: 'not:', of: [alone] };
  }
  return { text: headings[kind], of: of.map((one) => predicateOutline(one, symptom)) };
}
