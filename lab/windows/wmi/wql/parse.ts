import { type Condition, InvalidWql, type WqlLiteral, type WqlOperator } from './condition';
import { lexWql, type WqlToken } from './lex';

interface Reader {
  peek(): WqlToken;
  take(): WqlToken;
  /** Takes the next token if it is this word or symbol, case ignored. */
  skip(text: string): boolean;
}

const end: WqlToken = { kind: 'end', text: '' };
const maxDepth = 100;

/** @throws InvalidWql */
export function parseWql(text: string): Condition {
  return parseTokens(lexWql(text));
}

/** @throws InvalidWql */
export function parseTokens(tokens: readonly WqlToken[]): Condition {
  const reader = createReader(tokens);
  const condition = parseOr(reader, 0);
  if (reader.peek().kind !== 'end') throw new InvalidWql();
  return condition;
}

function createReader(tokens: readonly WqlToken[]): Reader {
  let at = 0;
  return {
    peek: () => tokens[at] ?? end,
    take() {
      at += 1;
      return tokens[at - 1] ?? end;
    },
    skip(text) {
      const token = tokens[at];
      const isIt = token?.kind !== 'string' && token?.text.toLowerCase() === text;
      if (isIt) at += 1;
      return isIt;
    },
  };
}

function parseOr(reader: Reader, depth: number): Condition {
  if (depth > maxDepth) throw new InvalidWql();
  const parts = [parseAnd(reader, depth)];
  while (reader.skip('or')) parts.push(parseAnd(reader, depth));
  return joined('or', parts);
}

function parseAnd(reader: Reader, depth: number): Condition {
  const parts = [parseNot(reader, depth)];
  while (reader.skip('and')) parts.push(parseNot(reader, depth));
  return joined('and', parts);
}

function joined(kind: 'and' | 'or', parts: readonly Condition[]): Condition {
  const [only] = parts;
  return parts.length === 1 && only !== undefined ? only : { kind, parts };
}

function parseNot(reader: Reader, depth: number): Condition {
  if (depth > maxDepth) throw new InvalidWql();
  if (reader.skip('not')) return { kind: 'not', part: parseNot(reader, depth + 1) };
  if (!reader.skip('(')) return parseComparison(reader);
  const inner = parseOr(reader, depth + 1);
  if (!reader.skip(')')) throw new InvalidWql();
  return inner;
}

function parseComparison(reader: Reader): Condition {
  const first = reader.take();
  if (first.kind === 'string' || first.kind === 'number') {
    const operator = mirrored[operatorOf(reader.take())];
    return comparison(nameOf(reader.take()), operator, literalOf(first));
  }
  const property = nameOf(first);
  if (reader.skip('like')) return like(property, reader);
  if (reader.skip('not')) {
    if (!reader.skip('like')) throw new InvalidWql();
    return { kind: 'not', part: like(property, reader) };
  }
  if (reader.skip('is')) {
    const isNegated = reader.skip('not');
    return nullCheck(property, isNegated, reader);
  }
  const operator = operatorOf(reader.take());
  if (reader.peek().text.toLowerCase() === 'null' && reader.peek().kind === 'name') {
    if (operator !== '=' && operator !== '<>') throw new InvalidWql();
    return nullCheck(property, operator === '<>', reader);
  }
  return comparison(property, operator, literalOf(reader.take()));
}

const mirrored: Readonly<Record<WqlOperator, WqlOperator>> = {
  '=': '=',
  '<>': '<>',
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
};

function comparison(property: string, operator: WqlOperator, value: WqlLiteral): Condition {
  return { kind: 'compare', property, operator, value };
}

function like(property: string, reader: Reader): Condition {
  const { kind, text } = reader.take();
  if (kind !== 'string') throw new InvalidWql();
  return { kind: 'like', property, pattern: text };
}

function nullCheck(property: string, isNegated: boolean, reader: Reader): Condition {
  if (!reader.skip('null')) throw new InvalidWql();
  const check: Condition = { kind: 'null', property };
  return isNegated ? { kind: 'not', part: check } : check;
}

function nameOf({ kind, text }: WqlToken): string {
  const isKeyword = /^(and|or|not|like|is|null|true|false)$/i.test(text);
  if (kind !== 'name' || isKeyword) throw new InvalidWql();
  return text;
}

function operatorOf({ kind, text }: WqlToken): WqlOperator {
  if (kind !== 'operator') throw new InvalidWql();
  return text === '!=' ? '<>' : (text as WqlOperator);
}

function literalOf({ kind, text }: WqlToken): WqlLiteral {
  if (kind === 'string') return text;
  if (kind === 'number') return Number(text);
  if (kind === 'name' && /^(true|false)$/i.test(text)) return text.toLowerCase() === 'true';
  throw new InvalidWql();
}
