import { type Condition, InvalidWql } from './condition';
import { lexWql, type WqlToken } from './lex';
import { parseTokens } from './parse';

/** A data query of WQL; others, such as ASSOCIATORS OF, are none that this machine takes. */
export interface WqlSelect {
  /** Null for `*`. */
  readonly columns: readonly string[] | null;
  readonly className: string;
  readonly condition: Condition | null;
}

/** @throws InvalidWql */
export function parseSelect(text: string): WqlSelect {
  const tokens = lexWql(text);
  const from = tokens.findIndex((token) => isWord(token, 'from'));
  if (!isWord(tokens[0], 'select') || from === -1) throw new InvalidWql();
  const [name, where, ...rest] = tokens.slice(from + 1);
  if (name?.kind !== 'name') throw new InvalidWql();
  if (where !== undefined && !isWord(where, 'where')) throw new InvalidWql();
  return {
    columns: columnsOf(tokens.slice(1, from)),
    className: name.text,
    condition: where === undefined ? null : parseTokens(rest),
  };
}

function isWord(token: WqlToken | undefined, word: string): boolean {
  return token?.kind === 'name' && token.text.toLowerCase() === word;
}

/** Names and commas take turns, or it is a star. */
function columnsOf(tokens: readonly WqlToken[]): string[] | null {
  if (tokens.length === 1 && isSymbol(tokens[0], '*')) return null;
  if (tokens.length % 2 === 0) throw new InvalidWql();
  const wrong = tokens.some((token, at) =>
    at % 2 === 0 ? token.kind !== 'name' : !isSymbol(token, ','),
  );
  if (wrong) throw new InvalidWql();
  return tokens.filter(({ kind }) => kind === 'name').map(({ text }) => text);
}

function isSymbol(token: WqlToken | undefined, symbol: string): boolean {
  return token?.kind === 'symbol' && token.text === symbol;
}
