import type { Argument, Expression, Operator, Pipeline, Stage, Statement } from './syntax';
import { ParserError, type Token, tokensOf } from './tokens';

/** @throws ParserError, before anything of the line has run */
export function parseScript(line: string): readonly Statement[] {
  const reader = createReader(tokensOf(line));
  const statements: Statement[] = [];
  while (!reader.isAtEnd()) {
    if (!reader.take('mark', ';')) statements.push(statementOf(reader));
  }
  return statements;
}

interface Reader {
  isAtEnd(): boolean;
  peek(ahead?: number): Token | undefined;
  is(kind: Token['kind'], text?: string): boolean;
  take(kind: Token['kind'], text?: string): Token | null;
  expect(text: string): void;
}

function createReader(tokens: readonly Token[]): Reader {
  let at = 0;
  const reader: Reader = {
    isAtEnd: () => at >= tokens.length,
    peek: (ahead = 0) => tokens[at + ahead],
    is(kind, text) {
      const token = tokens[at];
      return token?.kind === kind && (text === undefined || token.text === text);
    },
    take(kind, text) {
      const token = tokens[at];
      if (token === undefined || !reader.is(kind, text)) return null;
      at += 1;
      return token;
    },
    expect(text) {
      if (reader.take('mark', text) === null) throw new ParserError(`Missing closing '${text}'.`);
    },
  };
  return reader;
}

function statementOf(reader: Reader): Statement {
  const names = assignedNames(reader);
  if (names.length === 0) return { kind: 'pipeline', pipeline: pipelineOf(reader) };
  return { kind: 'assignment', names, pipeline: pipelineOf(reader) };
}

/** Of `$a, $b =`; none when that is not what stands there. */
function assignedNames(reader: Reader): readonly string[] {
  let ahead = 0;
  const names: string[] = [];
  for (;;) {
    const name = reader.peek(ahead);
    const next = reader.peek(ahead + 1);
    if (name?.kind !== 'variable' || next?.kind !== 'mark') return [];
    names.push(name.text);
    ahead += 2;
    if (next.text === '=') break;
    if (next.text !== ',') return [];
  }
  for (const _ of names) {
    reader.take('variable');
    reader.take('mark');
  }
  return names;
}

function pipelineOf(reader: Reader): Pipeline {
  const stages = [stageOf(reader)];
  while (reader.take('mark', '|')) stages.push(stageOf(reader));
  return { stages };
}

function stageOf(reader: Reader): Stage {
  if (reader.take('mark', '&')) {
    return { kind: 'command', name: termOf(reader), args: argumentsOf(reader) };
  }
  const word = reader.take('word');
  if (word !== null) return { kind: 'command', name: word.text, args: argumentsOf(reader) };
  return { kind: 'value', value: expressionOf(reader) };
}

const ends = (reader: Reader): boolean =>
  reader.isAtEnd() || ['|', ';', ')', '}'].some((text) => reader.is('mark', text));

function argumentsOf(reader: Reader): readonly Argument[] {
  const args: Argument[] = [];
  while (!ends(reader)) {
    const parameter = reader.take('parameter');
    if (parameter === null) args.push({ kind: 'value', value: argumentValue(reader) });
    else {
      const hasValue = parameter.text.endsWith(':');
      const name = parameter.text.replace(/:$/, '');
      args.push({ kind: 'parameter', name, value: hasValue ? argumentValue(reader) : null });
    }
  }
  return args;
}

/** What a command is given: a word as it stands, or a value. */
function argumentValue(reader: Reader): Expression {
  const word = reader.take('word');
  return word === null ? termOf(reader) : { kind: 'text', text: word.text };
}

const operators: readonly string[] = ['like', 'split', 'join'];

function expressionOf(reader: Reader): Expression {
  let left = termOf(reader);
  for (;;) {
    const operator = operatorOf(reader);
    if (operator === null) return left;
    left = { kind: 'binary', operator, left, right: termOf(reader) };
  }
}

function operatorOf(reader: Reader): Operator | null {
  if (reader.take('mark', '+')) return '+';
  const token = reader.peek();
  if (token?.kind !== 'parameter' || !operators.includes(token.text.toLowerCase())) return null;
  reader.take('parameter');
  return `-${token.text.toLowerCase()}` as Operator;
}

function termOf(reader: Reader): Expression {
  let term = plainTermOf(reader);
  for (let property = reader.take('property'); property; property = reader.take('property')) {
    term = { kind: 'property', of: term, name: property.text };
  }
  return term;
}

function plainTermOf(reader: Reader): Expression {
  const text = reader.take('text');
  if (text !== null) return { kind: 'text', text: text.text };
  const variable = reader.take('variable');
  if (variable !== null) return { kind: 'variable', name: variable.text };
  for (const [open, close] of [
    ['(', ')'],
    ['@(', ')'],
    ['{', '}'],
  ] as const) {
    if (!reader.take('mark', open)) continue;
    const pipeline = pipelineOf(reader);
    reader.expect(close);
    return open === '{'
      ? { kind: 'block', pipeline }
      : { kind: 'group', pipeline, isArray: open === '@(' };
  }
  throw new ParserError(`An expression was expected before '${reader.peek()?.text ?? ''}'.`);
}
