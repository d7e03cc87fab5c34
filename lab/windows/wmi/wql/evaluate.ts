import { timeOfCim } from '../classes/cim-time';
import { valueOf, type Instance, type PropertyValue } from '../classes/wmi-class';
import type { Condition, WqlLiteral, WqlOperator } from './condition';
import { likePattern } from './like';

/** Whether an instance is one that the condition asks for. Text is compared without case. */
export function matchesCondition(condition: Condition, instance: Instance): boolean {
  switch (condition.kind) {
    case 'and':
      return condition.parts.every((part) => matchesCondition(part, instance));
    case 'or':
      return condition.parts.some((part) => matchesCondition(part, instance));
    case 'not':
      return !matchesCondition(condition.part, instance);
    case 'null':
      return valueOf(instance, condition.property) === null;
    case 'like': {
      const value = valueOf(instance, condition.property);
      return value !== null && likePattern(condition.pattern).test(String(value));
    }
    case 'compare':
      return compare(valueOf(instance, condition.property), condition.operator, condition.value);
    default:
      return condition satisfies never;
  }
}

/** The property's type decides: a number is compared with a text as the number that is written in it. */
function compare(value: PropertyValue, operator: WqlOperator, literal: WqlLiteral): boolean {
  // WQL has no comparison with an array.
  if (value === null || typeof value === 'object') return false;
  if (typeof value === 'number') {
    const number = Number(literal);
    return !Number.isNaN(number) && holds(value, operator, number);
  }
  if (typeof value === 'boolean') return holds(String(value), operator, truthOf(literal));
  return compareTexts(value, operator, String(literal));
}

/** Two times are compared as what they stand for: a zone is no part of their order. */
function compareTexts(value: string, operator: WqlOperator, literal: string): boolean {
  const times = [timeOfCim(value), timeOfCim(literal)] as const;
  if (times[0] !== null && times[1] !== null) return holds(times[0], operator, times[1]);
  return holds(value.toLowerCase(), operator, literal.toLowerCase());
}

function truthOf(literal: WqlLiteral): string {
  if (typeof literal === 'number') return String(literal !== 0);
  return String(literal).toLowerCase();
}

function holds<T extends number | string>(left: T, operator: WqlOperator, right: T): boolean {
  if (left === right) return operator === '=' || operator === '<=' || operator === '>=';
  return operator === '<>' || (operator !== '=' && operator.startsWith(left < right ? '<' : '>'));
}
