import { rolloutId } from '../../contracts/ids';
import type { RolloutId } from '../../contracts/ids';

/** `chg0031337-20260501-200015`: the change and when it was asked for, in UTC; seconds keep two starts apart. */
export function rolloutName(change: string, now: Date): RolloutId {
  const digits = now.toISOString().replaceAll(/[^0-9]/g, '');
  return rolloutId(`${change.toLowerCase()}-${digits.slice(0, 8)}-${digits.slice(8, 14)}`);
}
