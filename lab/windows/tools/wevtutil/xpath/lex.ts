import { InvalidQuery } from './syntax';

export interface Token {
  readonly kind: 'end' | 'name' | 'number' | 'string' | 'symbol';
  /** A string without its quotes. */
  readonly text: string;
}

const entities: Readonly<Record<string, string>> = {
  lt: '<',
  gt: '>',
  amp: '&',
  quot: '"',
  apos: "'",
};

const patterns: readonly (readonly [kind: Token['kind'], pattern: RegExp])[] = [
  ['number', /0x[\da-f]+|\d+(?:\.\d+)?/iy],
  ['name', /[A-Za-z_][\w.-]*/y],
  ['symbol', /!=|<=|>=|[*[\]()/@,=<>.-]/y],
];

/** @throws InvalidQuery for a character that has no place in a query */
export function lex(query: string): Token[] {
  // Queries are copied out of XML, where a less-than sign is an entity.
  const text = query.replaceAll(/&(lt|gt|amp|quot|apos);/g, (all, name: string) => {
    return entities[name] ?? all;
  });
  const tokens: Token[] = [];
  for (let at = 0; at < text.length;) {
    const char = text.charAt(at);
    if (/\s/.test(char)) {
      at += 1;
    } else if (char === '"' || char === "'") {
      const end = text.indexOf(char, at + 1);
      if (end === -1) throw new InvalidQuery();
      tokens.push({ kind: 'string', text: text.slice(at + 1, end) });
      at = end + 1;
    } else {
      const token = tokenAt(text, at);
      tokens.push(token);
      at += token.text.length;
    }
  }
  return tokens;
}

function tokenAt(text: string, at: number): Token {
  for (const [kind, pattern] of patterns) {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match !== null) return { kind, text: match[0] };
  }
  throw new InvalidQuery();
}
