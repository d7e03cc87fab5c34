/** One piece of a wmic command line. wmic reads the line itself: quotes need not hold what the C runtime thinks. */
export interface Word {
  /** As typed; the outer quotes of a word that is quoted as a whole are gone, as are the outer parentheses. */
  readonly text: string;
  readonly kind: 'comma' | 'parenthesized' | 'plain' | 'quoted';
}

/** Splits at blanks and commas outside of quotes and parentheses. What is never closed ends with the line. */
export function splitWords(line: string): Word[] {
  const words: Word[] = [];
  for (let at = 0; at < line.length;) {
    const char = line.charAt(at);
    if (/\s/.test(char)) {
      at += 1;
    } else if (char === ',') {
      words.push({ text: ',', kind: 'comma' });
      at += 1;
    } else {
      const end = endOfWord(line, at);
      words.push(wordOf(line.slice(at, end)));
      at = end;
    }
  }
  return words;
}

function wordOf(raw: string): Word {
  if (raw.startsWith('"') && endOfQuote(raw, 0) === raw.length) {
    return {
      text: raw
        .slice(1)
        .replace(/"$/, '')
        .replaceAll(String.raw`\"`, '"'),
      kind: 'quoted',
    };
  }
  if (raw.startsWith('(')) {
    return { text: raw.slice(1).replace(/\)$/, ''), kind: 'parenthesized' };
  }
  return { text: raw, kind: 'plain' };
}

function endOfWord(line: string, start: number): number {
  const first = line.charAt(start);
  if (first === '(') return endOfGroup(line, start);
  if (first === '"') return endOfQuote(line, start);
  let at = start;
  while (at < line.length && !/[\s,]/.test(line.charAt(at))) {
    // `where(…)` is two words.
    if (line.charAt(at) === '(' && /^where$/i.test(line.slice(start, at))) return at;
    at = /["']/.test(line.charAt(at)) ? endOfQuote(line, at) : at + 1;
  }
  return at;
}

/** Where the quoted text that begins here is over. */
function endOfQuote(line: string, start: number): number {
  const quote = line.charAt(start);
  for (let at = start + 1; at < line.length; at += 1) {
    if (line.charAt(at) === '\\' && quote === '"') at += line.charAt(at + 1) === '"' ? 1 : 0;
    else if (line.charAt(at) === quote) return at + 1;
  }
  return line.length;
}

function endOfGroup(line: string, start: number): number {
  let depth = 0;
  let at = start;
  while (at < line.length) {
    const char = line.charAt(at);
    if (char === '(') depth += 1;
    if (char === ')') depth -= 1;
    at = /["']/.test(char) ? endOfQuote(line, at) : at + 1;
    if (depth === 0) break;
  }
  return at;
}
