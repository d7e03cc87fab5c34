import { lex, type Token } from './lex';
import {
  type BandCall,
  type ComparisonOperator,
  type Expression,
  InvalidQuery,
  type Literal,
  type Operand,
  type Path,
  type Step,
} from './syntax';

interface Reader {
  peek(ahead?: number): Token;
  take(): Token;
  /** Takes the next token if it is this symbol or word. */
  skip(text: string): boolean;
  expect(text: string): void;
}

const end: Token = { kind: 'end', text: '' };
/** Deeper than anyone writes; the stack is to hold whatever is sent. */
const maxDepth = 100;

/** @throws InvalidQuery */
export function parseQuery(query: string): Expression {
  const reader = createReader(lex(query));
  // Only in front of the whole query may a path begin at the root: everything else is within an event.
  reader.skip('/');
  const expression = parseOr(reader, 0);
  if (reader.peek().kind !== 'end') throw new InvalidQuery();
  return expression;
}

function createReader(tokens: readonly Token[]): Reader {
  let at = 0;
  const isNext = (text: string): boolean => {
    const token = tokens[at];
    return token !== undefined && token.kind !== 'string' && token.text === text;
  };
  const skip = (text: string): boolean => {
    if (!isNext(text)) return false;
    at += 1;
    return true;
  };
  return {
    peek: (ahead = 0) => tokens[at + ahead] ?? end,
    take() {
      at += 1;
      return tokens[at - 1] ?? end;
    },
    skip,
    expect(text) {
      if (!skip(text)) throw new InvalidQuery();
    },
  };
}

function parseOr(reader: Reader, depth: number): Expression {
  if (depth > maxDepth) throw new InvalidQuery();
  const parts = [parseAnd(reader, depth)];
  while (reader.skip('or')) parts.push(parseAnd(reader, depth));
  return joined('or', parts);
}

function parseAnd(reader: Reader, depth: number): Expression {
  const parts = [parseTerm(reader, depth)];
  while (reader.skip('and')) parts.push(parseTerm(reader, depth));
  return joined('and', parts);
}

function joined(kind: 'and' | 'or', parts: readonly Expression[]): Expression {
  const [only] = parts;
  return parts.length === 1 && only !== undefined ? only : { kind, parts };
}

function parseTerm(reader: Reader, depth: number): Expression {
  if (reader.skip('(')) {
    const inner = parseOr(reader, depth + 1);
    reader.expect(')');
    return inner;
  }
  if (isCall(reader, 'not')) {
    reader.take();
    reader.expect('(');
    const part = parseOr(reader, depth + 1);
    reader.expect(')');
    return { kind: 'not', part };
  }
  return parseComparison(reader, depth);
}

/** One side is of the event, the other a literal. */
function parseComparison(reader: Reader, depth: number): Expression {
  if (isLiteral(reader)) {
    const right = parseLiteral(reader);
    const operator = operatorAt(reader);
    if (operator === null) throw new InvalidQuery();
    reader.take();
    return {
      kind: 'compare',
      operator: mirrored[operator],
      left: parseOperand(reader, depth),
      right,
    };
  }
  const left = parseOperand(reader, depth);
  const operator = operatorAt(reader);
  if (operator !== null) {
    reader.take();
    return { kind: 'compare', operator, left, right: parseLiteral(reader) };
  }
  if (left.kind === 'timediff') throw new InvalidQuery();
  return { kind: 'truth', operand: left };
}

const mirrored: Readonly<Record<ComparisonOperator, ComparisonOperator>> = {
  '=': '=',
  '!=': '!=',
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
};

function operatorAt(reader: Reader): ComparisonOperator | null {
  const { kind, text } = reader.peek();
  return kind === 'symbol' && text in mirrored ? (text as ComparisonOperator) : null;
}

function isCall(reader: Reader, name: string): boolean {
  const { kind, text } = reader.peek();
  return kind === 'name' && text.toLowerCase() === name && reader.peek(1).text === '(';
}

function isLiteral(reader: Reader): boolean {
  const { kind, text } = reader.peek();
  return (
    kind === 'string' || kind === 'number' || (text === '-' && reader.peek(1).kind === 'number')
  );
}

function parseLiteral(reader: Reader): Literal {
  if (!isLiteral(reader)) throw new InvalidQuery();
  const sign = reader.skip('-') ? -1 : 1;
  const { kind, text } = reader.take();
  return { kind: 'literal', value: kind === 'string' ? text : sign * Number(text) };
}

function parseOperand(reader: Reader, depth: number): Operand {
  if (isCall(reader, 'timediff')) {
    const path = parseCallPath(reader, depth);
    reader.expect(')');
    return { kind: 'timediff', path };
  }
  return isCall(reader, 'band') ? parseBand(reader, depth) : parsePath(reader, depth);
}

function parseBand(reader: Reader, depth: number): BandCall {
  const path = parseCallPath(reader, depth);
  reader.expect(',');
  const { kind, text } = reader.take();
  if (kind !== 'number' || text.includes('.')) throw new InvalidQuery();
  reader.expect(')');
  return { kind: 'band', path, mask: BigInt(text) };
}

function parseCallPath(reader: Reader, depth: number): Path {
  reader.take();
  reader.expect('(');
  return parsePath(reader, depth);
}

function parsePath(reader: Reader, depth: number): Path {
  const steps = [parseStep(reader, depth)];
  while (reader.skip('/')) steps.push(parseStep(reader, depth));
  // An attribute has nothing below it.
  const inner = steps.slice(0, -1);
  if (inner.some(({ axis }) => axis === 'attribute')) throw new InvalidQuery();
  return { kind: 'path', steps };
}

function parseStep(reader: Reader, depth: number): Step {
  if (reader.skip('.')) return { axis: 'self', name: null, predicates: [] };
  const axis = reader.skip('@') ? 'attribute' : 'child';
  const { kind, text } = reader.take();
  if (kind !== 'name' && text !== '*') throw new InvalidQuery();
  if (kind === 'string') throw new InvalidQuery();
  // A name before a parenthesis is a function that the event log does not have.
  if (reader.peek().kind === 'symbol' && reader.peek().text === '(') throw new InvalidQuery();
  const predicates: Expression[] = [];
  while (reader.skip('[')) {
    if (axis === 'attribute') throw new InvalidQuery();
    predicates.push(parseOr(reader, depth + 1));
    reader.expect(']');
  }
  return { axis, name: text === '*' ? null : text, predicates };
}
