export interface SchtasksLine {
  readonly command: 'create' | 'run' | 'query' | 'end' | 'delete';
  /** Options without values, lower case, without the slash. */
  readonly flags: ReadonlySet<string>;
  readonly values: ReadonlyMap<string, string>;
}

const commands = ['create', 'run', 'query', 'end', 'delete'] as const;
const valued: ReadonlySet<string> = new Set([
  'tn',
  'tr',
  'sc',
  'st',
  'sd',
  'ru',
  'rp',
  'rl',
  'fo',
  's',
  'u',
  'p',
  'mo',
  'd',
  'xml',
  'et',
  'i',
]);
const plain: ReadonlySet<string> = new Set(['f', 'v', 'nh', 'hresult', 'np', 'it', 'z', 'xml']);

/** A text says what is wrong. */
export function readSchtasksLine(args: readonly string[]): SchtasksLine | string {
  const flags = new Set<string>();
  const values = new Map<string, string>();
  let command: SchtasksLine['command'] | null = null;
  for (let at = 0; at < args.length; at += 1) {
    const option = readOption(args[at] ?? '', args[at + 1], command === null);
    if (typeof option === 'string') return option;
    if (option.kind === 'command') command = option.command;
    else if (option.kind === 'flag') flags.add(option.name);
    else if (values.has(option.name)) {
      return `Invalid syntax. '${args[at] ?? ''}' option is not allowed more than '1' time(s).`;
    } else {
      values.set(option.name, option.value);
      at += 1;
    }
  }
  // Without a command it lists, as with /query.
  return { command: command ?? 'query', flags, values };
}

type Option =
  | { readonly kind: 'command'; readonly command: SchtasksLine['command'] }
  | { readonly kind: 'flag'; readonly name: string }
  | { readonly kind: 'value'; readonly name: string; readonly value: string };

function readOption(arg: string, next: string | undefined, mayBeCommand: boolean): Option | string {
  const name = /^[/-](\w+)$/.exec(arg)?.[1]?.toLowerCase() ?? '';
  const command = commands.find((one) => one === name);
  if (command !== undefined && mayBeCommand) return { kind: 'command', command };
  // `/xml` is a flag of /query and has a value in /create.
  const isFlag =
    plain.has(name) && (!valued.has(name) || next === undefined || next.startsWith('/'));
  if (isFlag) return { kind: 'flag', name };
  if (!valued.has(name)) return `Invalid argument/option - '${arg}'.`;
  return next === undefined
    ? `Invalid syntax. Value expected for '${arg}'.`
    : { kind: 'value', name, value: next };
}
