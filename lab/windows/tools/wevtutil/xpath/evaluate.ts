import type { XmlNode } from '../xml-node';
import type { ComparisonOperator, Expression, Operand, Path, Step } from './syntax';
import { timeOf } from './time';

/** Whether an event is one that the query asks for. */
export function matchesQuery(query: Expression, event: XmlNode, now: number): boolean {
  const document: XmlNode = {
    name: '',
    attributes: [],
    children: [event],
    text: '',
    isShort: false,
  };
  return isTrue(query, document, now);
}

function isTrue(expression: Expression, node: XmlNode, now: number): boolean {
  switch (expression.kind) {
    case 'and':
      return expression.parts.every((part) => isTrue(part, node, now));
    case 'or':
      return expression.parts.some((part) => isTrue(part, node, now));
    case 'not':
      return !isTrue(expression.part, node, now);
    case 'truth':
      return valuesOf(expression.operand, node, now).some((value) => value !== 0);
    case 'compare': {
      const { operator, right } = expression;
      // As ever in XPath, one node for which it holds is enough, and none is not.
      return valuesOf(expression.left, node, now).some((value) =>
        compare(value, operator, right.value),
      );
    }
    default:
      return expression satisfies never;
  }
}

function valuesOf(operand: Operand, node: XmlNode, now: number): (number | string)[] {
  const texts = select(operand.kind === 'path' ? operand : operand.path, node, now);
  if (operand.kind === 'path') return texts;
  if (operand.kind === 'timediff') return texts.map((text) => now - (timeOf(text) ?? Number.NaN));
  const { mask } = operand;
  return texts.map((text) => Number(BigInt.asUintN(64, wholeNumber(text)) & mask));
}

function select(path: Path, from: XmlNode, now: number): string[] {
  let nodes: XmlNode[] = [from];
  for (const step of path.steps) nodes = nodes.flatMap((node) => stepFrom(node, step, now));
  return nodes.map(({ text }) => text);
}

function stepFrom(node: XmlNode, { axis, name, predicates }: Step, now: number): XmlNode[] {
  if (axis === 'self') return [node];
  const candidates = axis === 'attribute' ? node.attributes : node.children;
  return candidates.filter(
    (one) =>
      (name === null || one.name === name) &&
      predicates.every((predicate) => isTrue(predicate, one, now)),
  );
}

function compare(
  left: number | string,
  operator: ComparisonOperator,
  right: number | string,
): boolean {
  if (typeof right === 'number') return holds(numberOf(left), operator, right);
  const times = [timeOf(String(left)), timeOf(right)] as const;
  if (times[0] !== null && times[1] !== null) return holds(times[0], operator, times[1]);
  if (operator === '=' || operator === '!=') return holds(String(left), operator, right);
  return holds(numberOf(left), operator, numberOf(right));
}

/** A number that is none compares with nothing, not even as unequal. */
function holds<T extends number | string>(
  left: T,
  operator: ComparisonOperator,
  right: T,
): boolean {
  if (Number.isNaN(left) || Number.isNaN(right)) return false;
  if (left === right) return operator === '=' || operator === '<=' || operator === '>=';
  return operator === '!=' || operator.startsWith(left < right ? '<' : '>');
}

function numberOf(value: number | string): number {
  if (typeof value === 'number') return value;
  return value.trim() === '' ? Number.NaN : Number(value);
}

function wholeNumber(text: string): bigint {
  return /^(\d+|0x[\da-f]+)$/i.test(text) ? BigInt(text) : 0n;
}
