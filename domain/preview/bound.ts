const z90 = 1.2816;

/**
 * Value of which at least so many percent of all further runs stay below, with 90 % confidence: of a few hundred runs the
 * plain percentile is as often too low as too high. By order statistics, whatever the distribution is (NIST e-Handbook of
 * Statistical Methods, 7.2.6.3); of few runs it is the largest.
 */
export const boundOf = (values: readonly number[], percent: number): number => {
  const sorted = values.toSorted((a, b) => a - b);
  const part = percent / 100;
  const rank = sorted.length * part + z90 * Math.sqrt(sorted.length * part * (1 - part));
  return sorted[Math.min(sorted.length, Math.ceil(rank)) - 1] ?? 0;
};
