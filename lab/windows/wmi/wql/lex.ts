import { InvalidWql } from './condition';

export interface WqlToken {
  readonly kind: 'end' | 'name' | 'number' | 'operator' | 'string' | 'symbol';
  readonly text: string;
}

const patterns: readonly (readonly [kind: WqlToken['kind'], pattern: RegExp])[] = [
  ['name', /[A-Za-z_]\w*/y],
  ['number', /[+-]?\d+(?:\.\d+)?/y],
  ['operator', /<>|!=|<=|>=|[=<>]/y],
  ['symbol', /[(),*]/y],
];

/** @throws InvalidWql */
export function lexWql(text: string): WqlToken[] {
  const tokens: WqlToken[] = [];
  for (let at = 0; at < text.length;) {
    const char = text.charAt(at);
    if (/\s/.test(char)) {
      at += 1;
    } else if (char === "'" || char === '"') {
      const { value, end } = readString(text, at);
      tokens.push({ kind: 'string', text: value });
      at = end;
    } else {
      const token = tokenAt(text, at);
      tokens.push(token);
      at += token.text.length;
    }
  }
  return tokens;
}

function tokenAt(text: string, at: number): WqlToken {
  for (const [kind, pattern] of patterns) {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match !== null) return { kind, text: match[0] };
  }
  throw new InvalidWql();
}

/** A backslash in a string stands before a quote or another backslash; a path with single ones is an invalid query. */
function readString(text: string, start: number): { readonly value: string; readonly end: number } {
  const quote = text.charAt(start);
  let value = '';
  for (let at = start + 1; at < text.length; at += 1) {
    const char = text.charAt(at);
    if (char === quote) return { value, end: at + 1 };
    if (char === '\\') {
      at += 1;
      if (!/[\\'"]/.test(text.charAt(at))) throw new InvalidWql();
    }
    value += text.charAt(at);
  }
  throw new InvalidWql();
}
