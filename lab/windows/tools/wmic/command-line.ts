import { splitWords, type Word } from './words';
import { exitCodes, WmicError } from './wmic-error';

/** A wmic command line, taken apart but not yet understood. */
export interface CommandLine {
  readonly global: GlobalSwitches;
  /** What it is about; null when there is nothing behind the global switches. */
  readonly subject: Subject | null;
}

export interface GlobalSwitches {
  readonly nodes: readonly string[];
  /** File of `/output:` or `/append:`. */
  readonly output: { readonly path: string; readonly append: boolean } | null;
  readonly wantsHelp: boolean;
}

export interface Subject {
  readonly name: string;
  /** An alias, or a class behind `path`. */
  readonly kind: 'alias' | 'class';
  /** `process 1234 get Name`. */
  readonly key: string | null;
  readonly where: string | null;
  /** In lower case; null when the line ends before one. */
  readonly verb: string | null;
  /** Without the switches. */
  readonly arguments: readonly Word[];
  /** In lower case, with the slash; the value as typed, without quotes. */
  readonly switches: readonly Switch[];
}

export interface Switch {
  readonly name: string;
  readonly value: string;
}

const verbs = new Set(['assoc', 'call', 'create', 'delete', 'get', 'list', 'set']);
const ignoredSwitches = new Set(
  (
    '/aggregate /authlevel /authority /failfast /implevel /interactive /locale /namespace ' +
    '/password /privileges /record /role /trace /user'
  ).split(' '),
);

/** @throws WmicError */
export function parseCommandLine(line: string): CommandLine {
  const words = splitWords(line);
  const start = words.findIndex(({ text, kind }) => kind !== 'plain' || !text.startsWith('/'));
  const first = start === -1 ? words.length : start;
  return {
    global: globalSwitches(words.slice(0, first).map(switchOf)),
    subject: first === words.length ? null : subjectOf(words.slice(first)),
  };
}

function switchOf({ text }: Word): Switch {
  const colon = text.indexOf(':');
  const name = colon === -1 ? text : text.slice(0, colon);
  const value = colon === -1 ? '' : text.slice(colon + 1);
  return { name: name.toLowerCase(), value: value.replaceAll('"', '') };
}

function globalSwitches(switches: readonly Switch[]): GlobalSwitches {
  let output: GlobalSwitches['output'] = null;
  const nodes: string[] = [];
  let wantsHelp = false;
  for (const { name, value } of switches) {
    if (name === '/node') nodes.push(value.replaceAll("'", ''));
    else if (name === '/?') wantsHelp = true;
    else if (name === '/output' || name === '/append') {
      if (value === '') throw new WmicError('Invalid file name.', exitCodes.badGlobalSwitch);
      output = { path: value, append: name === '/append' };
    } else if (!ignoredSwitches.has(name)) {
      throw new WmicError('Invalid Global Switch.', exitCodes.badGlobalSwitch);
    }
  }
  return { nodes, output, wantsHelp };
}

function subjectOf(words: readonly Word[]): Subject {
  const isClass = words[0]?.text.toLowerCase() === 'path';
  const [named, ...rest] = isClass ? words.slice(1) : words;
  if (named === undefined) throw new WmicError('Invalid class.', exitCodes.aliasNotFound);
  const { key, where, left } = takeFilter(rest);
  const { verb, tail } = takeVerb(left);
  return {
    name: named.text,
    kind: isClass ? 'class' : 'alias',
    key,
    where,
    verb,
    arguments: tail.filter((word) => !isSwitch(word)),
    switches: tail.filter(isSwitch).map(switchOf),
  };
}

function isSwitch({ text, kind }: Word): boolean {
  return kind === 'plain' && text.startsWith('/');
}

function takeVerb(words: readonly Word[]): {
  readonly verb: string | null;
  readonly tail: readonly Word[];
} {
  const [first, ...tail] = words;
  if (first === undefined || isSwitch(first)) return { verb: null, tail: words };
  const verb = first.text.toLowerCase();
  if (verbs.has(verb)) return { verb, tail };
  throw new WmicError(`${first.text} - Invalid alias verb.`, exitCodes.badAliasVerb);
}

interface Filter {
  readonly key: string | null;
  readonly where: string | null;
  readonly left: readonly Word[];
}

/** `where` with its condition, or a key, before the verb. */
function takeFilter(words: readonly Word[]): Filter {
  const [first, condition] = words;
  if (first?.kind === 'plain' && first.text.toLowerCase() === 'where') {
    if (condition === undefined || condition.kind === 'comma') {
      throw new WmicError('Invalid WHERE clause.', exitCodes.badAliasVerb);
    }
    return { key: null, where: condition.text, left: words.slice(2) };
  }
  if (first === undefined || first.text.startsWith('/') || verbs.has(first.text.toLowerCase())) {
    return { key: null, where: null, left: words };
  }
  return { key: first.text.replaceAll(/^'|'$/g, ''), where: null, left: words.slice(1) };
}
