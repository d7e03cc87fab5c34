import { badParameter } from './usage-error';

/** Operands and options of a wevtutil command; options by their long name in lower case. */
export interface Arguments {
  readonly operands: readonly string[];
  readonly options: ReadonlyMap<string, string>;
}

/** Long names of options by their short ones; either may be given. */
export type OptionNames = ReadonlyMap<string, string>;

const commonNames: OptionNames = new Map([
  ['r', 'remote'],
  ['u', 'username'],
  ['p', 'password'],
  ['a', 'authentication'],
  ['uni', 'unicode'],
]);

/**
 * Options begin with a slash or a hyphen, stand anywhere, in any case, and have a colon before the value. The C runtime
 * has already taken the quotes off, around the whole option or around its value.
 *
 * @throws WevtutilError 87
 */
export function parseArguments(
  words: readonly string[],
  names: OptionNames,
  operandCount: number,
): Arguments {
  const operands: string[] = [];
  const options = new Map<string, string>();
  for (const word of words) {
    if (!/^[/-]./.test(word)) {
      operands.push(word);
      continue;
    }
    const colon = word.indexOf(':');
    const typed = word.slice(1, colon === -1 ? undefined : colon);
    const name = longNameOf(typed.toLowerCase(), names);
    if (name === undefined) throw badParameter(`Invalid option ${typed}. Option is not supported.`);
    if (colon === -1) throw badParameter(`Invalid option ${typed}. The option needs a value.`);
    options.set(name, word.slice(colon + 1));
  }
  if (operands.length < operandCount) {
    throw badParameter('Required argument(s) is/are not specified.');
  }
  if (operands.length > operandCount) throw badParameter('Too many arguments are specified.');
  return { operands, options };
}

function longNameOf(typed: string, names: OptionNames): string | undefined {
  for (const known of [names, commonNames]) {
    const long = known.get(typed) ?? [...known.values()].find((name) => name === typed);
    if (long !== undefined) return long;
  }
  return undefined;
}

export function booleanOption({ options }: Arguments, name: string): boolean {
  const value = options.get(name);
  if (value === undefined) return false;
  if (/^true$/i.test(value)) return true;
  if (/^false$/i.test(value)) return false;
  throw badParameter(`Invalid value for option ${name}.`);
}
