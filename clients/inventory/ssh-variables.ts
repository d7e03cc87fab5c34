import type { Block } from './found-host';
import { type Mapping, wholeNumber } from './mapping';
import { Unusable } from './origin';
import { splitWords } from './shell-words';

/** Variables of Ansible's connection plug-ins `ssh` and `paramiko_ssh`, by the names that ansible-core 2.19 documents. */
export function takeSshVariables(mapping: Mapping): void {
  const { view, draft } = mapping;
  const host = view.text('ansible_host', 'ansible_ssh_host', 'ansible_paramiko_host');
  if (host !== null) draft.setAddress(host.value, host);
  const port = view.find('ansible_port', 'ansible_ssh_port', 'ansible_paramiko_port');
  if (port !== null) draft.setConnection('port', wholeNumber(port.value), port);
  // A way that the fleet itself names goes over whatever ssh is told.
  const isNamed = mapping.above['via'] !== undefined || view.peek('rollout_via') !== null;
  if (!isNamed && mapping.below['via'] === undefined) takeJumps(mapping);
}

/** The last of these that names a way counts. */
const argumentVariables = ['ansible_ssh_args', 'ansible_ssh_common_args', 'ansible_ssh_extra_args'];

function takeJumps({ view, draft, jumpHosts }: Mapping): void {
  for (const name of argumentVariables) {
    const peeked = view.peek(name);
    if (typeof peeked?.value !== 'string' || !/proxy|-J/i.test(peeked.value)) continue;
    const found = view.text(name);
    const way = found === null ? null : wayOf(found);
    if (found === null || way === null) continue;
    const names = way.jumps.map((jump) => nameOfJump(jump, jumpHosts));
    const unknown = way.jumps.find((_, index) => names[index] === null);
    if (way.isCommand || unknown !== undefined) {
      const what = way.isCommand ? 'goes through a ProxyCommand' : `goes over ${String(unknown)}`;
      const advice =
        'define the jump host under jumpHosts of the fleet, with a credentialRef and a host key, and name it by via, here as rollout_via or in the connection of the include';
      view.refuse(found, what, advice);
    } else {
      draft.setConnection('via', names, found);
    }
  }
}

interface Way {
  readonly jumps: readonly string[];
  readonly isCommand: boolean;
}

/** The first that names a way counts, as in ssh itself; null when ssh goes directly. */
function wayOf({ value }: { readonly value: string }): Way | null {
  for (const [keyword, argument] of optionsOf(wordsOf(value))) {
    if (argument.toLowerCase() === 'none') continue;
    if (keyword === 'proxyjump') return { jumps: argument.split(','), isCommand: false };
    if (keyword === 'proxycommand') return { jumps: [], isCommand: true };
  }
  return null;
}

/** `-J a,b`, `-o ProxyJump=a,b`, `-oProxyCommand='…'` (ssh(1), ssh_config(5)). */
function optionsOf(words: readonly string[]): [keyword: string, argument: string][] {
  return words.flatMap((word, index) => {
    const [, letter, attached = ''] = /^-([Jo])(.*)$/s.exec(word) ?? [];
    if (letter === undefined) return [];
    const argument = attached === '' ? (words[index + 1] ?? '') : attached;
    if (letter === 'J') return [['proxyjump', argument]];
    const [, keyword = '', rest = ''] = /^\s*(\w+)\s*[=\s]\s*(.*)$/s.exec(argument) ?? [];
    return [[keyword.toLowerCase(), rest]];
  });
}

function wordsOf(value: string): string[] {
  try {
    return splitWords(value);
  } catch (error) {
    if (error instanceof Unusable) return value.split(/\s+/);
    throw error;
  }
}

/** The entry of that name or address; who logs in to it is told by its credential. */
function nameOfJump(jump: string, jumpHosts: Block): string | null {
  const [, host = '', port = '22'] =
    /^(?:ssh:\/\/)?(?:[^@]*@)?\[?([^[\]]+?)\]?(?::([0-9]+))?$/.exec(jump.trim()) ?? [];
  const match = Object.entries(jumpHosts).find(([name, entry]) => {
    const { address, port: own = 22 } = entry as { address?: unknown; port?: unknown };
    return name === host || (address === host && String(own) === port);
  });
  return match?.[0] ?? null;
}
