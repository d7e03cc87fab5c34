const units = [
  ['days', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1000],
] as const;

/** A length of time as people say it: `14 days`, `20 min`; one decimal where a whole number would lie. */
export function spanOf(ms: number): string {
  const [unit, size] = units.find(([, length]) => ms >= 2 * length) ?? (['s', 1000] as const);
  return `${Math.round((ms / size) * 10) / 10} ${unit}`;
}
