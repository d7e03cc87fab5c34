/**
 * One text for one value: no blanks, keys in the order of their UTF-16 code units, as RFC 8785 has it. Hashes are taken
 * of it, so that the order in which fields were written changes nothing. Properties that are undefined count as missing,
 * as in JSON.
 *
 * @throws TypeError for what JSON has no word for: it would be lost without a trace.
 */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') {
    return JSON.stringify(value);
  }
  if (typeof value === 'number' && Number.isFinite(value)) return JSON.stringify(value);
  if (Array.isArray(value))
    return `[${Array.from(value, (item) => canonicalJson(item)).join(',')}]`;
  if (typeof value === 'object' && isPlain(value)) {
    const fields = Object.entries(value)
      .filter(([, item]) => item !== undefined)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, item]) => `${JSON.stringify(key)}:${canonicalJson(item)}`);
    return `{${fields.join(',')}}`;
  }
  throw new TypeError(`JSON has no word for this ${typeof value}`);
}

/** Values made in a workflow come from another realm: their prototype is an `Object.prototype`, but not this one. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
