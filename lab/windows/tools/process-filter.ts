import { wildcardToPattern } from '../files/paths';
import type { RunningProcess } from './running-processes';

type Test = (process: RunningProcess) => boolean;

/** A `/fi` text of tasklist and taskkill, e.g. `imagename eq x.exe`; null when it is none. */
export function readFilter(text: string): Test | null {
  const match = /^\s*(\w+)\s+(eq|ne|gt|lt|ge|le)\s+(.+?)\s*$/i.exec(text);
  if (match === null) return null;
  const [, name = '', operator = '', value = ''] = match;
  switch (name.toLowerCase()) {
    case 'imagename':
      return textTest(operator.toLowerCase(), value, ({ image }) => [image]);
    case 'username':
      return textTest(operator.toLowerCase(), value, ({ user }) => [user]);
    case 'services':
      return textTest(operator.toLowerCase(), value, ({ services }) => services);
    case 'status':
      return textTest(operator.toLowerCase(), value, () => ['Running']);
    case 'pid':
      return numberTest(operator.toLowerCase(), value, ({ pid }) => pid);
    case 'session':
      return numberTest(operator.toLowerCase(), value, () => 0);
    default:
      return null;
  }
}

function textTest(
  operator: string,
  value: string,
  textsOf: (process: RunningProcess) => readonly string[],
): Test | null {
  if (operator !== 'eq' && operator !== 'ne') return null;
  const pattern = wildcardToPattern(value);
  return (process) => textsOf(process).some((text) => pattern.test(text)) === (operator === 'eq');
}

const comparisons: ReadonlyMap<string, (a: number, b: number) => boolean> = new Map([
  ['eq', (a: number, b: number) => a === b],
  ['ne', (a: number, b: number) => a !== b],
  ['gt', (a: number, b: number) => a > b],
  ['lt', (a: number, b: number) => a < b],
  ['ge', (a: number, b: number) => a >= b],
  ['le', (a: number, b: number) => a <= b],
]);

function numberTest(
  operator: string,
  value: string,
  numberOf: (process: RunningProcess) => number,
): Test | null {
  const compare = comparisons.get(operator);
  if (compare === undefined || !/^\d+$/.test(value)) return null;
  return (process) => compare(numberOf(process), Number(value));
}
