import { Unusable } from './origin';

/**
 * Words of a line as Python's `shlex.split(line, comments=True)` finds them, by which Ansible reads the hosts of an INI
 * inventory. It differs from sh: `#` begins a comment even within a word, and a backslash in double quotes stays unless
 * it is before a quote or another backslash.
 */
export function splitWords(line: string): string[] {
  const words: string[] = [];
  let at = 0;
  while (at < line.length) {
    const char = line.charAt(at);
    if (char === '#') break;
    if (isBlank(char)) {
      at += 1;
      continue;
    }
    const { word, end } = readWord(line, at);
    words.push(word);
    at = end;
  }
  return words;
}

const isBlank = (char: string): boolean => /[ \t\r\n]/.test(char);

function readWord(line: string, start: number): { word: string; end: number } {
  let word = '';
  let at = start;
  while (at < line.length) {
    const char = line.charAt(at);
    if (isBlank(char) || char === '#') break;
    if (char === '\\') {
      if (at + 1 >= line.length) throw new Unusable('ends with a backslash', 'write it twice');
      word += line.charAt(at + 1);
      at += 2;
    } else if (char === '"' || char === "'") {
      const quoted = readQuoted(line, at);
      word += quoted.text;
      at = quoted.end;
    } else {
      word += char;
      at += 1;
    }
  }
  return { word, end: at };
}

function readQuoted(line: string, start: number): { text: string; end: number } {
  const quote = line.charAt(start);
  let text = '';
  for (let at = start + 1; at < line.length; at += 1) {
    const char = line.charAt(at);
    if (char === quote) return { text, end: at + 1 };
    const next = line.charAt(at + 1);
    if (char === '\\' && quote === '"' && (next === '"' || next === '\\')) {
      text += next;
      at += 1;
    } else {
      text += char;
    }
  }
  throw new Unusable(`has a ${quote} that is not closed`, 'close it, or put it in other quotes');
}
