import type { HostFacts } from '../../../contracts/facts';
import type { ProductPredicate } from '../../../contracts/predicate';
import { type Answered, judgeObserved, yesOrNo } from './answered';

export const productWords = ({ name }: ProductPredicate): string => `${name} is installed`;

export function judgeProduct(predicate: ProductPredicate, facts: HostFacts): Answered {
  const { name, keys } = predicate;
  const asked = { predicate, words: productWords(predicate) };
  return judgeObserved(asked, facts, ({ found }) => {
    const [key] = found;
    if (key === undefined) {
      const message = `${name} is not installed: none of its ${keys.length} registry keys is there.`;
      return yesOrNo(false, 'product-absent', message, { keys: keys.length });
    }
    return yesOrNo(true, 'product-present', `${name} is installed: ${key} is there.`, { key });
  });
}
