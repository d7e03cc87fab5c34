import type { ComparisonOperator, Expression, Operand, Path } from './syntax';
import { timeOf } from './time';

/** What a query lets nobody look at: everything before a time, and every other id. */
export interface Narrowing {
  /** -Infinity for no bound. */
  readonly since: number;
  /** Null when any id can match. */
  readonly eventIds: ReadonlySet<number> | null;
}

const anything: Narrowing = { since: -Infinity, eventIds: null };

/** Never excludes an event that matches, so that only the few events that can match are made and looked into. */
export function narrow(query: Expression, now: number): Narrowing {
  return narrowAt(query, [], now);
}

function narrowAt(expression: Expression, context: readonly string[], now: number): Narrowing {
  switch (expression.kind) {
    case 'and':
      return expression.parts.map((part) => narrowAt(part, context, now)).reduce(bothOf, anything);
    case 'or':
      return expression.parts.map((part) => narrowAt(part, context, now)).reduce(eitherOf);
    case 'not':
      return anything;
    case 'truth':
      return narrowPath(expression.operand, context, now);
    case 'compare':
      return bothOf(
        narrowPath(expression.left, context, now),
        narrowComparison(expression, context, now),
      );
    default:
      return expression satisfies never;
  }
}

/** The predicates on the way. */
function narrowPath(operand: Operand, context: readonly string[], now: number): Narrowing {
  const path = operand.kind === 'path' ? operand : operand.path;
  let place = context;
  let found = anything;
  for (const { axis, name, predicates } of path.steps) {
    place = stepInto(place, axis, name);
    for (const predicate of predicates) found = bothOf(found, narrowAt(predicate, place, now));
  }
  return found;
}

function narrowComparison(
  { left, operator, right: { value } }: Extract<Expression, { kind: 'compare' }>,
  context: readonly string[],
  now: number,
): Narrowing {
  const place = placeOf(left.kind === 'path' ? left : left.path, context);
  if (place === 'Event/System/EventID' && left.kind === 'path' && operator === '=') {
    return { ...anything, eventIds: new Set([Number(value)]) };
  }
  if (place !== 'Event/System/TimeCreated/@SystemTime') return anything;
  if (left.kind === 'timediff') return { ...anything, since: sinceAge(operator, value, now) };
  return left.kind === 'path' ? { ...anything, since: sinceTime(operator, value) } : anything;
}

/** At most so old. */
function sinceAge(operator: ComparisonOperator, age: number | string, now: number): number {
  if (operator.startsWith('>') || operator === '!=') return -Infinity;
  return Number.isFinite(Number(age)) ? now - Number(age) : -Infinity;
}

/** Not before a time. */
function sinceTime(operator: ComparisonOperator, time: number | string): number {
  if (operator.startsWith('<') || operator === '!=') return -Infinity;
  return timeOf(String(time)) ?? -Infinity;
}

function placeOf(path: Path, context: readonly string[]): string {
  const place = path.steps.reduce<readonly string[]>(
    (at, { axis, name }) => stepInto(at, axis, name),
    context,
  );
  return place.join('/');
}

/** At the top there is nothing but the event, whatever it is called. */
function stepInto(
  place: readonly string[],
  axis: 'attribute' | 'child' | 'self',
  name: string | null,
): readonly string[] {
  if (axis === 'self') return place;
  const next = place.length === 0 ? (name ?? 'Event') : (name ?? '*');
  return [...place, axis === 'attribute' ? `@${next}` : next];
}

function bothOf(a: Narrowing, b: Narrowing): Narrowing {
  const since = Math.max(a.since, b.since);
  if (a.eventIds === null || b.eventIds === null) {
    return { since, eventIds: a.eventIds ?? b.eventIds };
  }
  const other = b.eventIds;
  return { since, eventIds: new Set([...a.eventIds].filter((id) => other.has(id))) };
}

function eitherOf(a: Narrowing, b: Narrowing): Narrowing {
  const since = Math.min(a.since, b.since);
  if (a.eventIds === null || b.eventIds === null) return { since, eventIds: null };
  return { since, eventIds: new Set([...a.eventIds, ...b.eventIds]) };
}
