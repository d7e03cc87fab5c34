import { wildcardToPattern } from '../../files/paths';
import type { Invocation } from '../../process/invocation';
import type { Registry, RegistryKey, RegistryValue } from '../../registry/registry';
import { readCommand, type RegCommand } from './command-line';
import { fail, missing } from './outcome';

const grammar = {
  verb: 'QUERY',
  takesValue: ['v', 'f', 't', 'se'],
  flags: ['ve', 's', 'k', 'd', 'c', 'e', 'z'],
} as const;

export function query(invocation: Invocation, words: readonly string[]): number {
  const command = readCommand(words, grammar);
  if ('problem' in command) return fail(invocation, command.problem);
  const { registry } = invocation.host;
  const root = registry.key(command.key);
  if (root === null) return missing(invocation);
  const isDeep = command.flags.has('s');
  const parts = (isDeep ? keysBelow(registry, root) : [root]).map((key) =>
    partOf(key, root, command),
  );
  if (command.given.has('f') || (isDeep && namesValue(command)))
    return endSearch(invocation, parts);
  if (namesValue(command) && parts.every(({ values }) => values.length === 0)) {
    return missing(invocation);
  }
  printParts(invocation, parts);
  if (!isDeep && !namesValue(command)) printSubkeys(invocation, root);
  return 0;
}

function partOf(key: RegistryKey, root: RegistryKey, command: RegCommand): Part {
  const values = wantedValues(key, command);
  if (command.given.has('f')) {
    return { key, values, isListed: key !== root && keyMatches(key, command) };
  }
  return { key, values, isListed: command.flags.has('s') && !namesValue(command) };
}

function endSearch(invocation: Invocation, parts: readonly Part[]): number {
  const matches = parts.reduce(
    (sum, { values, isListed }) => sum + values.length + Number(isListed),
    0,
  );
  printParts(invocation, parts);
  if (matches === 0) invocation.stdout.line();
  invocation.stdout.line(`End of search: ${matches} match(es) found.`);
  return matches > 0 ? 0 : 1;
}

const namesValue = ({ given, flags }: RegCommand): boolean => given.has('v') || flags.has('ve');

function keysBelow(registry: Registry, key: RegistryKey): RegistryKey[] {
  const below = key.subkeys.flatMap((path) => registry.key(path) ?? []);
  return [key, ...below.flatMap((child) => keysBelow(registry, child))];
}

function wantedValues(key: RegistryKey, { given, flags }: RegCommand): RegistryValue[] {
  const type = given.get('t')?.toLowerCase();
  const name = flags.has('ve') ? '' : given.get('v')?.toLowerCase();
  const named = key.values.filter(
    (value) =>
      (name === undefined || value.name.toLowerCase() === name) &&
      (type === undefined || value.type.toLowerCase() === type),
  );
  // A key's default value is there even when nobody has set it.
  const isUnset = flags.has('ve') && named.length === 0;
  const found = isUnset ? [{ name: '', type: 'REG_SZ', data: '(value not set)' }] : named;
  const text = given.get('f');
  if (text === undefined) return found;
  const matches = searchTest(text, flags);
  const all = !flags.has('k') && !flags.has('d') && !given.has('v');
  return found.filter(
    (value) => (all && matches(value.name)) || ((all || flags.has('d')) && matches(value.data)),
  );
}

function keyMatches(key: RegistryKey, { given, flags }: RegCommand): boolean {
  const all = !flags.has('d') && !given.has('v');
  return (all || flags.has('k')) && searchTest(given.get('f') ?? '', flags)(lastPart(key.path));
}

const lastPart = (path: string): string => path.slice(path.lastIndexOf('\\') + 1);

function searchTest(text: string, flags: ReadonlySet<string>): (candidate: string) => boolean {
  const pattern = wildcardToPattern(flags.has('e') ? text : `*${text}*`);
  const expression = new RegExp(pattern.source, flags.has('c') ? 's' : 'is');
  return (candidate) => expression.test(candidate);
}

interface Part {
  readonly key: RegistryKey;
  readonly values: readonly RegistryValue[];
  readonly isListed: boolean;
}

/** Blank line, key, four blanks between name, type and data: the same in every language of Windows. */
function printParts({ stdout }: Invocation, parts: readonly Part[]): void {
  for (const { key, values, isListed } of parts) {
    if (values.length === 0 && !isListed) continue;
    stdout.line();
    stdout.line(key.path);
    for (const value of values)
      stdout.line(`    ${value.name || '(Default)'}    ${value.type}    ${shown(value)}`);
  }
  if (parts.some(({ values, isListed }) => values.length > 0 || isListed)) stdout.line();
}

function printSubkeys({ stdout }: Invocation, { values, subkeys }: RegistryKey): void {
  if (values.length === 0 && subkeys.length > 0) stdout.line();
  for (const path of subkeys) stdout.line(path);
}

const shown = ({ data }: RegistryValue): string => data.replaceAll('\0', String.raw`\0`);
