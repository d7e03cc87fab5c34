import { fullKeyPath } from '../../registry/key-path';

/** Words of one reg operation behind the key, by switch in lower case without its slash. */
export interface RegCommand {
  /** Full name of the key. */
  readonly key: string;
  /** Values of switches that take one. */
  readonly given: ReadonlyMap<string, string>;
  readonly flags: ReadonlySet<string>;
}

/** What reg says of a command line and why it ends with 1. */
export interface BadCommand {
  readonly problem: string;
}

export interface Grammar {
  readonly verb: 'QUERY' | 'ADD' | 'DELETE';
  /** Switches that take the next word. */
  readonly takesValue: readonly string[];
  readonly flags: readonly string[];
}

export function readCommand(words: readonly string[], grammar: Grammar): RegCommand | BadCommand {
  const [typedKey = '', ...rest] = words;
  const switches = typedKey === '' || typedKey.startsWith('/') ? null : readSwitches(rest, grammar);
  if (switches === null) return { problem: `Invalid syntax.\r\n${hint(grammar)}` };
  if (typedKey.startsWith('\\\\')) return { problem: 'The network path was not found.' };
  const key = fullKeyPath(typedKey);
  return key === null ? { problem: `Invalid key name.\r\n${hint(grammar)}` } : { key, ...switches };
}

/** Any order and case; both registry views are one here, so /reg:32 and /reg:64 change nothing. */
function readSwitches(
  words: readonly string[],
  { takesValue, flags: known }: Grammar,
): Pick<RegCommand, 'given' | 'flags'> | null {
  const given = new Map<string, string>();
  const flags = new Set<string>();
  for (let at = 0; at < words.length; at += 1) {
    const name = /^[/-](\S+)$/.exec(words[at] ?? '')?.[1]?.toLowerCase() ?? '';
    const value = words[at + 1];
    if (takesValue.includes(name)) {
      if (given.has(name) || value === undefined) return null;
      given.set(name, value);
      at += 1;
    } else if (known.includes(name)) flags.add(name);
    else if (!/^reg:(32|64)$/.test(name)) return null;
  }
  return { given, flags };
}

const hint = ({ verb }: Grammar): string => `Type "REG ${verb} /?" for usage.`;
