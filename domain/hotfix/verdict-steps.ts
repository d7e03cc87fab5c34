import type { VerdictStep } from '../../contracts/outcome';
import type { Reason, Seen } from '../../contracts/reason';
import { bytesOf } from '../host/evidence';

/** A step as it is found. */
export interface Evaluated extends VerdictStep {
  /** The question where its parts follow, which say the rest: `all of these hold`. */
  readonly heading?: string;
  readonly of?: readonly Evaluated[];
}

/** How steps are cut: each next form says less. A step without its parts gives the reasons of those that decided. */
interface Form {
  /** Levels of parts below a step. */
  readonly depth: number;
  /** Characters of a question and of a reason's sentence. */
  readonly length: number;
  readonly reasons: number;
  readonly facts: boolean;
}

const forms: readonly Form[] = [
  { depth: 8, length: 300, reasons: 6, facts: true },
  { depth: 3, length: 200, reasons: 4, facts: true },
  { depth: 2, length: 160, reasons: 2, facts: false },
  { depth: 1, length: 120, reasons: 1, facts: false },
  { depth: 0, length: 120, reasons: 1, facts: false },
  { depth: 0, length: 40, reasons: 1, facts: false },
  { depth: 0, length: 40, reasons: 0, facts: false },
];

/** Steps in the fullest form that has room; a verdict travels through the results of activities, which are kept. */
export function fitSteps(steps: readonly Evaluated[], limitBytes: number): readonly VerdictStep[] {
  let fitted: readonly VerdictStep[] = [];
  for (const form of forms) {
    fitted = steps.map((step) => shaped(step, form, form.depth));
    if (bytesOf(fitted) <= limitBytes) break;
  }
  return fitted;
}

function shaped(step: Evaluated, form: Form, depth: number): VerdictStep {
  const { answer, of } = step;
  if (of === undefined || depth === 0) {
    const reasons = step.reasons.slice(0, form.reasons).map((one) => fitReason(one, form));
    return { question: cut(step.question, form.length), answer, reasons };
  }
  const question = cut(step.heading ?? step.question, form.length);
  // The parts tell it better than their parent could.
  return { question, answer, reasons: [], of: of.map((part) => shaped(part, form, depth - 1)) };
}

/** A host may answer anything of any length. */
export function fitReason(
  { code, message, facts }: Reason,
  { length, facts: withFacts }: Pick<Form, 'length' | 'facts'> = { length: 600, facts: true },
): Reason {
  const short = { code, message: cut(message, length) };
  if (!withFacts || facts === undefined) return short;
  return {
    ...short,
    facts: Object.fromEntries(Object.entries(facts).map(([name, seen]) => [name, fitSeen(seen)])),
  };
}

const fitSeen = (seen: Seen): Seen => (typeof seen === 'string' ? cut(seen, 250) : seen);

const cut = (text: string, length: number): string =>
  text.length <= length ? text : `${text.slice(0, length - 1)}…`;
