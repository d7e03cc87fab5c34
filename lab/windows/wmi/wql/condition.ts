/** The condition of a WQL query. */
export type Condition =
  | { readonly kind: 'and' | 'or'; readonly parts: readonly Condition[] }
  | { readonly kind: 'not'; readonly part: Condition }
  | {
      readonly kind: 'compare';
      readonly property: string;
      readonly operator: WqlOperator;
      readonly value: WqlLiteral;
    }
  | { readonly kind: 'like'; readonly property: string; readonly pattern: string }
  | { readonly kind: 'null'; readonly property: string };

export type WqlOperator = '=' | '<>' | '<' | '<=' | '>' | '>=';
export type WqlLiteral = string | number | boolean;

/** The query is not WQL. */
export class InvalidWql extends Error {}

/** Every property that a condition names. */
export function propertiesOf(condition: Condition): string[] {
  if ('parts' in condition) return condition.parts.flatMap(propertiesOf);
  return 'part' in condition ? propertiesOf(condition.part) : [condition.property];
}

/** The value that a property must have by a condition, so that an instance can be looked up instead of searched for. */
export function requiredValue(condition: Condition, property: string): string | null {
  if (condition.kind === 'and') {
    const found = condition.parts.map((part) => requiredValue(part, property));
    return found.find((value) => value !== null) ?? null;
  }
  if (condition.kind !== 'compare' || condition.operator !== '=') return null;
  return condition.property.toLowerCase() === property.toLowerCase()
    ? String(condition.value)
    : null;
}

/** The latest of the times below which a condition lets no value of the property be; null when it sets none. */
export function earliestTime(condition: Condition, property: string): string | null {
  if (condition.kind === 'and') {
    const found = condition.parts.flatMap((part) => earliestTime(part, property) ?? []);
    return found.toSorted().at(-1) ?? null;
  }
  if (condition.kind !== 'compare' || condition.property.toLowerCase() !== property.toLowerCase()) {
    return null;
  }
  const isBound = condition.operator.startsWith('>') || condition.operator === '=';
  return isBound ? String(condition.value) : null;
}
