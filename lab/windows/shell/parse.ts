import { parseCondition } from './parse-condition';
import { parseFor } from './parse-for';
import { createScanner, type Scanner } from './scanner';
import { IncompleteGroup, type Node, SyntaxProblem, unexpected } from './syntax';

/** Reads a line, its percent signs already replaced. Null for an empty one. @throws SyntaxProblem */
export function parseLine(line: string): Node | null {
  const scanner = createScanner(line);
  const node = parseSequence(scanner, 0);
  if (!scanner.isAtEnd()) throw unexpected(scanner.operator() ?? scanner.word());
  return node;
}

export type ParseNode = (scanner: Scanner, depth: number) => Node | null;

/** `a & b`, and the lines of a group. */
function parseSequence(scanner: Scanner, depth: number): Node | null {
  const nodes: Node[] = [];
  skipEmptyLines(scanner, depth);
  while (!isAtEndOfSequence(scanner, depth)) {
    const operator = scanner.operator();
    if (operator !== null && operator !== '(') throw unexpected(operator);
    const node = parseOr(scanner, depth);
    if (node !== null) nodes.push(node);
    if (!takeSeparator(scanner, depth)) break;
    skipEmptyLines(scanner, depth);
  }
  if (nodes.length === 0) return null;
  return nodes.length === 1 ? (nodes[0] ?? null) : { kind: 'sequence', nodes };
}

function isAtEndOfSequence(scanner: Scanner, depth: number): boolean {
  return (scanner.operator() === ')' && depth > 0) || scanner.isAtEnd();
}

/** `&`, or within brackets the end of a line. */
function takeSeparator(scanner: Scanner, depth: number): boolean {
  const next = scanner.operator();
  if (next === '&') scanner.take('&');
  return next === '&' || (next === '\n' && depth > 0);
}

function skipEmptyLines(scanner: Scanner, depth: number): void {
  if (depth === 0) return;
  while (scanner.operator() === '\n') scanner.take('\n');
}

function parseOr(scanner: Scanner, depth: number): Node | null {
  let left = parseAnd(scanner, depth);
  while (scanner.operator() === '||') {
    scanner.take('||');
    left = { kind: 'or', left: required(left), right: required(parseAnd(scanner, depth)) };
  }
  return left;
}

function parseAnd(scanner: Scanner, depth: number): Node | null {
  let left = parsePipe(scanner, depth);
  while (scanner.operator() === '&&') {
    scanner.take('&&');
    left = { kind: 'and', left: required(left), right: required(parsePipe(scanner, depth)) };
  }
  return left;
}

function parsePipe(scanner: Scanner, depth: number): Node | null {
  const left = parsePrimary(scanner, depth);
  if (scanner.operator() !== '|') return left;
  scanner.take('|');
  return { kind: 'pipe', left: required(left), right: required(parsePipe(scanner, depth)) };
}

function parsePrimary(scanner: Scanner, depth: number): Node | null {
  const operator = scanner.operator();
  if (operator === '(') return parseGroup(scanner, depth);
  if (operator !== null || scanner.isAtEnd()) throw unexpected(operator ?? '');
  const word = scanner.peekWord().replace(/^@/, '').toLowerCase();
  if (word === 'if') return parseIf(scanner, depth);
  if (word === 'for') return parseFor(scanner, depth, parsePrimaryChain);
  if (word === 'rem') {
    // Nothing behind `rem` is read, not even `&`.
    return { kind: 'command', text: scanner.rest(), redirections: [] };
  }
  const { text, redirections } = scanner.command(depth);
  const trimmed = text.replace(/^[\s@]+/, '');
  if (trimmed.trim() === '' && redirections.length === 0) return null;
  return { kind: 'command', text: trimmed, redirections };
}

function parseGroup(scanner: Scanner, depth: number): Node {
  scanner.take('(');
  const body = parseSequence(scanner, depth + 1);
  if (scanner.operator() !== ')') {
    const text = 'The syntax of the command is incorrect.';
    throw scanner.isAtEnd() ? new IncompleteGroup(text) : new SyntaxProblem(text);
  }
  scanner.take(')');
  if (body === null) throw unexpected(')');
  return { kind: 'group', body, redirections: scanner.redirections() };
}

/** The command of an `if` or `for` reaches to the end of the line, operators included: `if x a & b` runs neither. */
function parsePrimaryChain(scanner: Scanner, depth: number): Node | null {
  let left: Node | null = parseOr(scanner, depth);
  if (left?.kind === 'group') return left;
  while (scanner.operator() === '&') {
    scanner.take('&');
    const next = scanner.operator();
    if (scanner.isAtEnd() || next === ')' || next === '\n') break;
    left = { kind: 'sequence', nodes: [required(left), required(parseOr(scanner, depth))] };
  }
  return left;
}

function parseIf(scanner: Scanner, depth: number): Node {
  scanner.word();
  const condition = parseCondition(scanner);
  const consequence =
    scanner.operator() === '('
      ? parseGroup(scanner, depth)
      : required(parsePrimaryChain(scanner, depth));
  if (consequence.kind !== 'group' || scanner.peekWord().toLowerCase() !== 'else')
    return { kind: 'if', condition, consequence, otherwise: null };
  scanner.word();
  const otherwise = required(
    scanner.operator() === '(' ? parseGroup(scanner, depth) : parsePrimaryChain(scanner, depth),
  );
  return { kind: 'if', condition, consequence, otherwise };
}

function required(node: Node | null): Node {
  if (node === null) throw new SyntaxProblem('The syntax of the command is incorrect.');
  return node;
}
