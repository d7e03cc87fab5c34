import type { Invocation } from '../../process/invocation';
import { readCommand } from './command-line';
import { cancelled, fail, isConfirmed, succeed } from './outcome';

const grammar = { verb: 'ADD', takesValue: ['v', 't', 'd', 's'], flags: ['ve', 'f'] } as const;
const hint = 'Type "REG ADD /?" for usage.';

const texts: ReadonlySet<string> = new Set(['REG_SZ', 'REG_EXPAND_SZ', 'REG_MULTI_SZ']);
const numbers: ReadonlyMap<string, bigint> = new Map([
  ['REG_DWORD', 0xffff_ffffn],
  ['REG_DWORD_LITTLE_ENDIAN', 0xffff_ffffn],
  ['REG_DWORD_BIG_ENDIAN', 0xffff_ffffn],
  ['REG_QWORD', 0xffff_ffff_ffff_ffffn],
]);
const binaries: ReadonlySet<string> = new Set(['REG_BINARY', 'REG_NONE']);

export async function add(invocation: Invocation, words: readonly string[]): Promise<number> {
  const command = readCommand(words, grammar);
  if ('problem' in command) return fail(invocation, command.problem);
  const { key, given, flags } = command;
  const { registry } = invocation.host;
  if (given.has('v') && flags.has('ve')) return fail(invocation, `Invalid syntax.\r\n${hint}`);
  const name = flags.has('ve') ? '' : given.get('v');
  if (name === undefined && (given.has('d') || given.has('t'))) {
    // Data without a name is the key's default value.
    return setValue(invocation, key, '', command.given, flags.has('f'));
  }
  if (name !== undefined) return setValue(invocation, key, name, given, flags.has('f'));
  registry.addKey(key);
  return succeed(invocation);
}

async function setValue(
  invocation: Invocation,
  key: string,
  name: string,
  given: ReadonlyMap<string, string>,
  isForced: boolean,
): Promise<number> {
  const { registry } = invocation.host;
  const type = (given.get('t') ?? 'REG_SZ').toUpperCase();
  const data = storedData(type, given.get('d'), given.get('s'));
  if ('problem' in data) return fail(invocation, `${data.problem}\r\n${hint}`);
  if (!isForced && registry.value(key, name) !== null) {
    const question = `Value ${name || '(Default)'} exists, overwrite(Yes/No)? `;
    if (!(await isConfirmed(invocation, question))) return cancelled(invocation);
  }
  registry.setValue(key, { name, type, data: data.text });
  return succeed(invocation);
}

type Stored = { readonly text: string } | { readonly problem: string };

function storedData(
  type: string,
  typed: string | undefined,
  separator: string | undefined,
): Stored {
  const largest = numbers.get(type);
  if (largest !== undefined) return storedNumber(typed ?? '0', largest);
  if (binaries.has(type)) {
    const digits = typed ?? '';
    return /^(?:[0-9a-f]{2})*$/i.test(digits) ? { text: digits.toUpperCase() } : invalidNumber;
  }
  if (!texts.has(type)) return { problem: "Invalid syntax. Specify valid type for '/t'." };
  const text = typed ?? '';
  if (type !== 'REG_MULTI_SZ' || separator === undefined) return { text };
  return { text: text.split(separator).join(String.raw`\0`) };
}

const invalidNumber: Stored = { problem: "Invalid syntax. Specify valid numeric value for '/d'." };

function storedNumber(typed: string, largest: bigint): Stored {
  if (!/^(?:0x[0-9a-f]+|\d+)$/i.test(typed)) return invalidNumber;
  const value = BigInt(typed);
  return value > largest ? invalidNumber : { text: `0x${value.toString(16)}` };
}
