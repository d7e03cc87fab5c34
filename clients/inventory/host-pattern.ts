import type { Host, Inventory } from './graph';
import { Unusable } from './origin';

/**
 * Hosts that a pattern selects, as `--limit` and `hosts:` of Ansible do: names of groups and hosts with `*`, `?` and
 * `[…]`, `~` for a regular expression, `&` for what has to be in both, `!` for what is left out.
 */
export function selectHosts(inventory: Inventory, patterns: readonly string[]): Host[] {
  const parts = patterns.flatMap((pattern) => splitPattern(pattern));
  const regular = parts.filter((part) => !/^[!&]/.test(part));
  const ordered = [
    ...(regular.length === 0 ? ['all'] : regular),
    ...parts.filter((part) => part.startsWith('&')),
    ...parts.filter((part) => part.startsWith('!')),
  ];
  let selected = new Set<Host>();
  for (const part of ordered) {
    const matching = new Set(matchOne(inventory, part.replace(/^[!&]/, '')));
    if (part.startsWith('!'))
      selected = new Set([...selected].filter((host) => !matching.has(host)));
    else if (part.startsWith('&'))
      selected = new Set([...selected].filter((host) => matching.has(host)));
    else for (const host of matching) selected.add(host);
  }
  return [...selected];
}

/** By commas; else by colons, which may also be part of a range or of a regular expression. */
function splitPattern(pattern: string): string[] {
  const parts = pattern.includes(',')
    ? pattern.split(',')
    : (pattern.match(/(?:[^\s:[\]]|\[[^\]]*\])+/g) ?? []);
  return parts.map((part) => part.trim()).filter((part) => part !== '');
}

function matchOne(inventory: Inventory, written: string): readonly Host[] {
  const named = inventory.hosts.get(written);
  if (named !== undefined) return [named];
  const { pattern, slice } = splitSubscript(written);
  const isMatch = matcher(pattern);
  const groups = [...inventory.groups.values()].filter(({ name }) => isMatch(name));
  const hosts = groups.flatMap((group) => inventory.hostsOf(group));
  if (groups.length === 0 || /^~|[.?*[]/.test(pattern)) {
    hosts.push(...[...inventory.hosts.values()].filter(({ name }) => isMatch(name)));
  }
  const unique = [...new Set(hosts)];
  return slice === null ? unique : slice(unique);
}

type Slice = (hosts: readonly Host[]) => readonly Host[];

/** `web[0]`, `web[-1]`, `web[0:9]` with both ends; not of a regular expression. */
function splitSubscript(written: string): { pattern: string; slice: Slice | null } {
  const match = /^(.+)\[(?:(-?[0-9]+)|([0-9]+)[:-]([0-9]*))\]$/.exec(written);
  if (match === null || written.startsWith('~')) return { pattern: written, slice: null };
  const [, pattern = '', index, from = '', to = ''] = match;
  if (index !== undefined) {
    return {
      pattern,
      slice: (hosts) => [hosts.at(Number(index))].filter((host) => host !== undefined),
    };
  }
  const end = to === '' || to === '0' ? undefined : Number(to) + 1;
  return { pattern, slice: (hosts) => hosts.slice(Number(from), to === '0' ? 1 : end) };
}

function matcher(pattern: string): (name: string) => boolean {
  if (pattern.startsWith('~')) {
    const expression = expressionOf(pattern.slice(1), pattern);
    // Python's re.match: from the start, not to the end.
    return (name) => expression.exec(name)?.index === 0;
  }
  const source = pattern.replaceAll(/\[(!?)([^\]]+)\]|[\s\S]/g, globPart);
  const expression = expressionOf(`^(?:${source})$`, pattern);
  return (name) => expression.test(name);
}

function globPart(part: string, not: string | undefined, set: string | undefined): string {
  if (set !== undefined)
    return `[${not === '!' ? '^' : ''}${set.replaceAll(/[\\^]/g, String.raw`\$&`)}]`;
  if (part === '*') return '[^]*';
  if (part === '?') return '[^]';
  return part.replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`);
}

function expressionOf(source: string, pattern: string): RegExp {
  try {
    return new RegExp(source);
  } catch {
    throw new Unusable(
      `is ${pattern}, no pattern of hosts`,
      'name groups and hosts, such as web:!web07',
    );
  }
}
