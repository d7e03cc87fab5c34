import type { Invocation } from '../../process/invocation';
import { hiveNames } from '../../registry/key-path';
import { readCommand, type RegCommand } from './command-line';
import { cancelled, fail, isConfirmed, missing, succeed } from './outcome';

const grammar = { verb: 'DELETE', takesValue: ['v'], flags: ['ve', 'va', 'f'] } as const;

export async function deleteKeyOrValue(
  invocation: Invocation,
  words: readonly string[],
): Promise<number> {
  const command = readCommand(words, grammar);
  if ('problem' in command) return fail(invocation, command.problem);
  const { given, flags } = command;
  const kinds = [given.has('v'), flags.has('ve'), flags.has('va')].filter(Boolean).length;
  if (kinds > 1) return fail(invocation, 'Invalid syntax.\r\nType "REG DELETE /?" for usage.');
  const key = invocation.host.registry.key(command.key);
  if (key === null) return missing(invocation);
  const names = flags.has('va') ? key.values.map(({ name }) => name) : oneName(command);
  if (names.some((name) => invocation.host.registry.value(key.path, name) === null)) {
    return missing(invocation);
  }
  if (kinds === 0 && hiveNames.includes(key.path)) return fail(invocation, 'Access is denied.');
  const question = questionOf(key.path, names[0], flags.has('va'));
  if (!flags.has('f') && !(await isConfirmed(invocation, question))) return cancelled(invocation);
  const { registry } = invocation.host;
  if (kinds === 0) registry.deleteKey(key.path);
  for (const name of names) registry.deleteValue(key.path, name);
  return succeed(invocation);
}

function oneName({ given, flags }: RegCommand): string[] {
  const name = flags.has('ve') ? '' : given.get('v');
  return name === undefined ? [] : [name];
}

function questionOf(path: string, name: string | undefined, isAll: boolean): string {
  if (isAll) return `Delete all values under the registry key ${path} (Yes/No)? `;
  if (name === undefined) return `Permanently delete the registry key ${path} (Yes/No)? `;
  return `Delete the registry value ${name || '(Default)'} (Yes/No)? `;
}
