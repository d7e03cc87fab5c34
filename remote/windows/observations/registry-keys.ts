import type { Answer } from '../../../contracts/reason';
import { known, unknown } from '../../../contracts/reason';
import type { Question, Section, Sections } from '../composite';
import { linesOf } from '../decode';
import { quoteArgument } from '../quoting';
import type { RegistryValue } from '../registry';
import { fullKey, keysAbove, parentKey, parseRegistryValues, queryKey } from '../registry';
import { whyNot } from '../why-not';

/**
 * Registry keys as a probe asks for them. reg ends with 1 both for a key that is not there and for one that may not be
 * read: what the nearest readable key above lists tells the two apart.
 */
export interface RegistryKeys {
  readonly questions: readonly Question[];
  /** Values of a key; null when there is no such key. */
  valuesOf(sections: Sections, key: string): Answer<readonly RegistryValue[] | null>;
}

/** Each key is asked for once, however it is spelled, and so are those above of keys with the same parent. */
export function registryKeys(keys: readonly string[]): RegistryKeys {
  const own = new Map<string, Question>();
  const above = new Map<string, Question>();
  for (const key of keys) {
    const name = fullKey(key);
    if (!own.has(name)) own.set(name, { name: `key-${own.size}`, command: queryKey(key) });
    const parent = parentName(key);
    if (!above.has(parent)) above.set(parent, aboveQuestion(`above-${above.size}`, key));
  }
  return {
    questions: [...own.values(), ...above.values()],
    valuesOf(sections, key) {
      const asked = sections.of(own.get(fullKey(key))?.name ?? '');
      if (asked.succeeded) return known(parseRegistryValues(asked.text));
      if (!asked.ended) return whyNot('reg query', asked);
      return absence(sections.of(above.get(parentName(key))?.name ?? ''), key);
    },
  };
}

const parentName = (key: string): string => fullKey(parentKey(key) ?? key);

/** Of a key right below its hive there is no other to ask than the hive. */
function aboveQuestion(name: string, key: string): Question {
  const above = keysAbove(key);
  const asked = above.length > 0 ? above : [parentKey(key) ?? key];
  const commands = asked.map((one) => `reg query ${quoteArgument(one)} 2>nul`);
  return { name, command: `(${commands.join(' || ')})` };
}

/** Null when the key is known not to be there. */
function absence(above: Section, key: string): Answer<null> {
  if (!above.ended) return whyNot('reg query', above);
  const denied = unknown(`registry key ${key} could not be read`);
  if (!above.succeeded) return denied;
  return isListedAbove(above.text, fullKey(key)) ? denied : known(null);
}

/**
 * Whether a key above was read that lists the next one on the way down: then that one is there. A key that is followed
 * by a value is the head of its own listing. The deepest listing counts: an interpreter without conditionals brings
 * those of all keys above.
 */
function isListedAbove(text: string, key: string): boolean {
  const lines = linesOf(text);
  let read = '';
  let listed = '';
  for (const [at, line] of lines.entries()) {
    const name = line.trimEnd().toLowerCase();
    if (!name.startsWith('hkey_')) continue;
    const isHead = /^ {4}\S/.test(lines[at + 1] ?? '');
    const readable = isHead ? name : name.slice(0, name.lastIndexOf('\\'));
    if (isOnWay(readable, key) && readable.length > read.length) read = readable;
    if (isOnWay(name, key) && name.length > listed.length) listed = name;
  }
  return listed.length > read.length;
}

const isOnWay = (name: string, key: string): boolean => key === name || key.startsWith(`${name}\\`);
