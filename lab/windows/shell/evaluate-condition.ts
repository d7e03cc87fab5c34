import { resolvePath, isNullDevice, nameOf, parentOf, wildcardToPattern } from '../files/paths';
import { textFor } from './command-text';
import type { Shell } from './shell-state';
import type { Condition } from './syntax';

export function holds(condition: Condition, shell: Shell): boolean {
  switch (condition.kind) {
    case 'not':
      return !holds(condition.condition, shell);
    case 'exist':
      return exists(textFor(condition.path, shell), shell);
    case 'defined':
      return shell.environment.get(textFor(condition.name, shell)) !== undefined;
    case 'errorlevel':
      return shell.errorLevel >= (Number.parseInt(textFor(condition.level, shell), 10) || 0);
    case 'compare':
      return compare(condition, textFor(condition.left, shell), textFor(condition.right, shell));
    default:
      return condition satisfies never;
  }
}

function exists(typed: string, shell: Shell): boolean {
  const path = resolvePath(typed, shell.workingDirectory);
  if (isNullDevice(path)) return true;
  const { files } = shell.context.host;
  if (!/[*?]/.test(path)) return files.stat(path) !== null;
  const pattern = wildcardToPattern(nameOf(path));
  return files.list(parentOf(path))?.some((name) => pattern.test(name)) ?? false;
}

function compare(
  condition: Extract<Condition, { kind: 'compare' }>,
  left: string,
  right: string,
): boolean {
  const [a, b] = condition.ignoreCase ? [left.toLowerCase(), right.toLowerCase()] : [left, right];
  if (condition.operator === '==') return a === b;
  // Both numbers: compared as numbers, otherwise as texts.
  const order = isNumber(a) && isNumber(b) ? Number(a) - Number(b) : a < b ? -1 : a > b ? 1 : 0;
  switch (condition.operator) {
    case 'equ':
      return order === 0;
    case 'neq':
      return order !== 0;
    case 'lss':
      return order < 0;
    case 'leq':
      return order <= 0;
    case 'gtr':
      return order > 0;
    default:
      return order >= 0;
  }
}

function isNumber(text: string): boolean {
  return /^[+-]?(0x[0-9a-f]+|\d+)$/i.test(text);
}
