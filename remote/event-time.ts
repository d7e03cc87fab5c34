/** Time of an event, with up to nine digits after the second, as ISO 8601 in milliseconds; null for what is none. */
export function eventTime(value: unknown): string | null {
  const match =
    typeof value === 'string'
      ? /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d{1,3})?\d*Z$/.exec(value)
      : null;
  if (match === null) return null;
  const date = new Date(`${match[1] ?? ''}${match[2] ?? ''}Z`);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}
