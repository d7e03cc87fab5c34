/** `set /a`: whole numbers of 32 bits. A text is the error cmd prints. */
export interface Numbers {
  get(name: string): number;
  set(name: string, value: number): void;
}

type Token = string | number;

const precedence: Readonly<Record<string, number>> = {
  '|': 1,
  '^': 2,
  '&': 3,
  '<<': 4,
  '>>': 4,
  '+': 5,
  '-': 5,
  '*': 6,
  '/': 6,
  '%': 6,
};

export function evaluateArithmetic(text: string, numbers: Numbers): number | string {
  let last = 0;
  for (const part of text.split(',')) {
    const result = evaluateAssignment(part, numbers);
    if (typeof result === 'string') return result;
    last = result;
  }
  return last;
}

function evaluateAssignment(text: string, numbers: Numbers): number | string {
  const match = /^\s*([a-z_][\w]*)\s*(<<|>>|[-+*/%&|^])?=(?!=)(.*)$/is.exec(text);
  if (match === null) return evaluateExpression(text, numbers);
  const [, name = '', operator, expression = ''] = match;
  const right = evaluateAssignment(expression, numbers);
  if (typeof right === 'string') return right;
  const value = operator === undefined ? right : apply(operator, numbers.get(name), right);
  if (typeof value === 'number') numbers.set(name, value);
  return value;
}

function evaluateExpression(text: string, numbers: Numbers): number | string {
  const tokens: Token[] = [];
  const pattern = /\s*(0x[0-9a-f]+|\d+|[a-z_]\w*|<<|>>|[-+*/%&|^()~!])/iy;
  let at = 0;
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    at = pattern.lastIndex;
    const word = match[1] ?? '';
    tokens.push(
      /^\d/.test(word) ? Number(/^0[0-7]+$/.test(word) ? `0o${word.slice(1)}` : word) | 0 : word,
    );
  }
  if (text.slice(at).trim() !== '') return 'Missing operator.';
  try {
    let cursor = 0;
    const value = binary(0);
    return cursor < tokens.length ? 'Missing operator.' : value;

    function binary(least: number): number {
      let left = unary();
      for (;;) {
        const operator = tokens[cursor];
        const level = typeof operator === 'string' ? precedence[operator] : undefined;
        if (typeof operator !== 'string' || level === undefined || level <= least) return left;
        cursor += 1;
        const result = apply(operator, left, binary(level));
        if (typeof result === 'string') throw new ArithmeticProblem(result);
        left = result;
      }
    }
    function unary(): number {
      const token = tokens[cursor];
      cursor += 1;
      if (typeof token === 'number') return token;
      if (token === '-') return -unary() | 0;
      if (token === '+') return unary();
      if (token === '~') return ~unary();
      if (token === '!') return unary() === 0 ? 1 : 0;
      if (token === '(') {
        const inner = binary(0);
        if (tokens[cursor] !== ')') throw new ArithmeticProblem('Unbalanced parenthesis.');
        cursor += 1;
        return inner;
      }
      if (token === undefined || !/^[a-z_]/i.test(token))
        throw new ArithmeticProblem('Missing operand.');
      return numbers.get(token) | 0;
    }
  } catch (error) {
    if (error instanceof ArithmeticProblem) return error.message;
    throw error;
  }
}

class ArithmeticProblem extends Error {}

const operations: Readonly<Record<string, (left: number, right: number) => number>> = {
  '+': (left, right) => left + right,
  '-': (left, right) => left - right,
  '*': Math.imul,
  '/': (left, right) => Math.trunc(left / right),
  '%': (left, right) => left % right,
  '&': (left, right) => left & right,
  '|': (left, right) => left | right,
  '^': (left, right) => left ^ right,
  '<<': (left, right) => left << right,
  '>>': (left, right) => left >> right,
};

function apply(operator: string, left: number, right: number): number | string {
  if ((operator === '/' || operator === '%') && right === 0) return 'Divide by zero error.';
  return (operations[operator]?.(left, right) ?? 0) | 0;
}
