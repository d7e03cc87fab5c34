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
