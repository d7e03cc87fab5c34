/** Epoch ms of a time as queries and events write it; null for what is none. Without a zone it is UTC. */
export function timeOf(text: string): number | null {
  const match = /^(\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?)Z?$/.exec(text);
  if (match === null) return null;
  const time = Date.parse(`${match[1] ?? ''}Z`);
  return Number.isNaN(time) ? null : time;
}
