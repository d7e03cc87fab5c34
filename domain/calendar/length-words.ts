const units = [
  ['days', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1000],
  ['ms', 1],
] as const;

/** A length exactly as the plan says it, in the largest unit without a fraction: `6 h`, `90 min`. */
export function lengthWords(ms: number): string {
  const [unit, size] = units.find(([, length]) => ms >= length && ms % length === 0) ?? ['ms', 1];
  return unit === 'days' && ms === size ? '24 h' : `${ms / size} ${unit}`;
}
