/**
 * A time as CIM writes it. The machines of the lab keep UTC, so that local time is 0 minutes ahead of it.
 *
 * ```
 * yyyymmddHHMMSS.mmmmmm±UUU    local time, minutes that it is ahead of UTC
 * ```
 */
export function cimTime(at: number): string {
  const iso = new Date(at).toISOString();
  return `${iso.slice(0, 19).replaceAll(/[-:T]/g, '')}.${iso.slice(20, 23)}000+000`;
}

const pattern = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)\.(\d{3})\d{3}([+-])(\d{3})$/;

/** Epoch ms of such a text; null for one that is no time, or one of which parts are left open. */
export function timeOfCim(text: string): number | null {
  const match = pattern.exec(text);
  if (match === null) return null;
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0, ms = 0] = match
    .slice(1, 8)
    .map(Number);
  const offset = Number(match[9]) * (match[8] === '-' ? -1 : 1);
  return Date.UTC(year, month - 1, day, hour, minute - offset, second, ms);
}
