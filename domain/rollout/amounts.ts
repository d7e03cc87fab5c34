import type { CountOrPercent } from '../../contracts/plan';

/** A percentage is rounded down; the small term keeps `"32.3%"` of 1000 from becoming 322 in binary fractions. */
export const amountOf = (value: CountOrPercent, base: number): number =>
  typeof value === 'number' ? value : Math.floor((base * Number.parseFloat(value)) / 100 + 1e-9);

/** Size of wave `number` (from 1); the last value of `serial` repeats. A wave has at least one host. */
export const waveSize = (
  serial: readonly CountOrPercent[],
  number: number,
  toBeChanged: number,
): number => {
  const value = serial[Math.min(number, serial.length) - 1] ?? 1;
  return Math.max(1, amountOf(value, toBeChanged));
};

/** Hosts that may be unreachable in the first assessment; a percentage allows at least one. */
export const maxUnassessedOf = (value: CountOrPercent, hosts: number): number =>
  typeof value === 'number' ? value : Math.max(1, amountOf(value, hosts));
