import type { Scanner } from './scanner';
import { type Condition, unexpected } from './syntax';

const wordOperators = ['equ', 'neq', 'lss', 'leq', 'gtr', 'geq'];

/** What stands between `if` and its command. */
export function parseCondition(scanner: Scanner): Condition {
  let ignoreCase = false;
  for (;;) {
    const word = scanner.peekWord().toLowerCase();
    if (word === '/i') {
      scanner.word();
      ignoreCase = true;
    } else if (word === 'not') {
      scanner.word();
      return { kind: 'not', condition: parseCondition(scanner) };
    } else return parsePlain(scanner, word, ignoreCase);
  }
}

function parsePlain(scanner: Scanner, word: string, ignoreCase: boolean): Condition {
  if (word === 'exist' || word === 'defined' || word === 'errorlevel') {
    scanner.word();
    const operand = required(scanner.word(), scanner);
    if (word === 'exist') return { kind: 'exist', path: operand };
    return word === 'defined'
      ? { kind: 'defined', name: operand }
      : { kind: 'errorlevel', level: operand };
  }
  const left = required(scanner.word(), scanner);
  const next = scanner.peekWord();
  if (wordOperators.includes(next.toLowerCase())) {
    scanner.word();
    return {
      kind: 'compare',
      operator: next.toLowerCase(),
      left,
      right: required(scanner.word(), scanner),
      ignoreCase,
    };
  }
  // `==` was skipped as blanks: cmd's delimiters include the equals sign. What follows is the right side.
  return {
    kind: 'compare',
    operator: '==',
    left,
    right: required(scanner.word(), scanner),
    ignoreCase,
  };
}

function required(word: string, scanner: Scanner): string {
  if (word === '') throw unexpected(scanner.operator() ?? '');
  return word;
}
