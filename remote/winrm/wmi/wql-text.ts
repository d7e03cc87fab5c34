import type { WmiKeys } from '../../wmi';

/** Asks in WQL for the instance with these keys. */
export function instanceQuery(className: string, keys: WmiKeys): string {
  const conditions = Object.entries(keys).map(([name, value]) => `${name} = ${wqlText(value)}`);
  if (conditions.length === 0) return `SELECT * FROM ${className}`;
  return `SELECT ${Object.keys(keys).join(', ')} FROM ${className} WHERE ${conditions.join(' AND ')}`;
}

/** Backslashes escape in WQL, so they are escaped themselves. */
const wqlText = (value: string): string => `'${value.replace(/[\\']/g, '\\$&')}'`;
