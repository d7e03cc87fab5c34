import type { HostFacts } from '../../contracts/facts';
import type { Hotfix } from '../../contracts/hotfix';
import type { Combination, Predicate } from '../../contracts/predicate';
import { judgeSymptom, type SymptomJudgement } from './judge-symptom';
import type { Answered } from './predicates/answered';
import { judgeCommand } from './predicates/command';
import { judgeCounter } from './predicates/counter';
import { judgeEvents } from './predicates/events';
import { judgeFile } from './predicates/file';
import { judgePackage } from './predicates/package';
import { judgeProduct } from './predicates/product';
import { judgeRegistry } from './predicates/registry';
import { judgeService } from './predicates/service';
import type { Evaluated } from './verdict-steps';
import { headings, wordsOf } from './words';

/** A host's facts with what is asked of them; the events are judged once for all questions. */
export interface Examined {
  readonly facts: HostFacts;
  readonly hotfix: Hotfix;
  /** Null when the definition has no symptom. */
  readonly symptom: SymptomJudgement | null;
}

export const examine = (facts: HostFacts, hotfix: Hotfix): Examined => ({
  facts,
  hotfix,
  symptom: judgeSymptom(facts, hotfix),
});

/** Answers a predicate: yes, no or unknown, with the reasons that decided, and how the parts of it were answered. */
export function evaluate(predicate: Predicate, examined: Examined): Evaluated {
  const question = wordsOf(predicate, examined.hotfix.symptom);
  if (!('of' in predicate)) return { question, ...judgeOne(predicate, examined) };
  const of = predicate.of.map((one) => evaluate(one, examined));
  return { question, heading: headings[predicate.kind], ...combine(predicate.kind, of), of };
}

function judgeOne(
  predicate: Exclude<Predicate, Combination>,
  { facts, symptom }: Examined,
): Answered {
  switch (predicate.kind) {
    case 'events':
      return judgeEvents(predicate, symptom);
    case 'registry':
      return judgeRegistry(predicate, facts);
    case 'service':
      return judgeService(predicate, facts);
    case 'file':
      return judgeFile(predicate, facts);
    case 'package':
      return judgePackage(predicate, facts);
    case 'product':
      return judgeProduct(predicate, facts);
    case 'counter':
      return judgeCounter(predicate, facts);
    case 'command':
      return judgeCommand(predicate, facts);
    default:
      return predicate satisfies never;
  }
}

/** Which answer of one part settles the whole, and what the whole is then and otherwise (Kleene's three values). */
const settling = {
  all: { by: 'no', gives: 'no', otherwise: 'yes' },
  any: { by: 'yes', gives: 'yes', otherwise: 'no' },
  none: { by: 'yes', gives: 'no', otherwise: 'yes' },
} as const;

/** An unknown counts only where no other part settles the matter; the reasons are those of the parts that decided. */
export function combine(kind: Combination['kind'], parts: readonly Answered[]): Answered {
  const { by, gives, otherwise } = settling[kind];
  const reasonsOf = (answer: Answered['answer']): Answered['reasons'] =>
    parts.filter((part) => part.answer === answer).flatMap(({ reasons }) => reasons);
  const answers = new Set(parts.map(({ answer }) => answer));
  if (answers.has(by)) return { answer: gives, reasons: reasonsOf(by) };
  if (answers.has('unknown')) return { answer: 'unknown', reasons: reasonsOf('unknown') };
  return { answer: otherwise, reasons: parts.flatMap(({ reasons }) => reasons) };
}
