export interface Token {
  readonly kind: 'text' | 'variable' | 'parameter' | 'property' | 'mark' | 'word';
  readonly text: string;
  /** Whether blanks stand before it. */
  readonly isApart: boolean;
}

export class ParserError extends Error {}

const patterns: readonly (readonly [Token['kind'], RegExp])[] = [
  ['text', /'((?:[^']|'')*)'/y],
  ['variable', /\$((?:env:)?\w+)/iy],
  ['parameter', /-([A-Za-z]+:?)/y],
  ['property', /\.([A-Za-z]\w*)/y],
  ['mark', /(@\(|[&|;,=+(){}])/y],
  ['word', /([^\s'$|;,=(){}]+)/y],
];

/** @throws ParserError at what the lab's PowerShell does not read */
export function tokensOf(line: string): readonly Token[] {
  const tokens: Token[] = [];
  for (let at = 0; ;) {
    const start = at;
    while (/\s/.test(line.charAt(at))) at += 1;
    if (at >= line.length) return tokens;
    const [token, end] = tokenAt(line, at, at > start);
    tokens.push(token);
    at = end;
  }
}

function tokenAt(line: string, at: number, isApart: boolean): [Token, number] {
  for (const [kind, pattern] of patterns) {
    // `.Name` is a property only right behind what it is of.
    if (kind === 'property' && isApart) continue;
    pattern.lastIndex = at;
    const match = pattern.exec(line);
    if (match === null) continue;
    const text = (match[1] ?? '').replaceAll("''", "'");
    return [{ kind, text, isApart }, pattern.lastIndex];
  }
  throw new ParserError(`Unexpected token '${line.charAt(at)}' in expression or statement.`);
}
