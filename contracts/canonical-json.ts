/**
 * JSON with sorted keys and no blanks: equal values give equal text, whatever the order in which they were built. The
 * SHA-256 of this text is a preview's hash, so what it cannot express is an error and never left out in silence.
 * Properties that are undefined count as missing, as in JSON.
 */
export const canonicalJson = (value: unknown): string => write(value, '$');

const write = (value: unknown, path: string): string => {
  if (value === null || typeof value === 'boolean' || typeof value === 'string')
    return JSON.stringify(value);
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw refused(path, String(value));
    return JSON.stringify(value);
  }
  if (Array.isArray(value))
    return `[${value.map((item: unknown, index) => write(item, `${path}[${index}]`)).join(',')}]`;
  if (typeof value === 'object') return writeObject(value, path);
  throw refused(path, typeof value);
};

const writeObject = (value: object, path: string): string => {
  const prototype: unknown = Object.getPrototypeOf(value);
  // A workflow's values come from another realm, whose Object is not ours: only the next prototype tells.
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null)
    throw refused(path, value.constructor.name);
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, member]) => `${JSON.stringify(name)}:${write(member, `${path}.${name}`)}`);
  return `{${members.join(',')}}`;
};

const refused = (path: string, what: string): TypeError =>
  new TypeError(`${path} is ${what}, which JSON cannot carry`);
