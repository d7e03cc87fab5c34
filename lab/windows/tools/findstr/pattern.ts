/** One search text of findstr, made for lines whose CR is taken away. */
export interface LinePattern {
  readonly expression: RegExp;
  /** findstr sees the end of a line only before CR LF: a file with bare LFs never matches `$`, /e or /x. */
  readonly needsReturn: boolean;
  /** Matches every line, whatever is in it. */
  readonly isAlways: boolean;
}

export interface PatternOptions {
  readonly isRegex: boolean;
  readonly ignoresCase: boolean;
  readonly atBegin: boolean;
  readonly atEnd: boolean;
}

export function compilePattern(text: string, options: PatternOptions): LinePattern {
  const { source, endsLine } = options.isRegex
    ? translate(text)
    : { source: literal(text), endsLine: false };
  const begin = options.atBegin ? '^' : '';
  const end = options.atEnd ? '$' : '';
  return {
    // The flag s: findstr's dot takes every byte.
    expression: new RegExp(`${begin}(?:${source})${end}`, options.ignoresCase ? 'is' : 's'),
    needsReturn: endsLine || options.atEnd,
    isAlways: options.isRegex && text === '^' && !options.atEnd,
  };
}

/** Whether a text has a meta-character that no backslash takes its meaning from: then it is a regular expression. */
export function hasMeta(text: string): boolean {
  return /[.*^$[]|\\[<>]/.test(text.replace(/\\[^<>]/g, ''));
}

const wordCharacter = '[0-9A-Za-z_]';

/** findstr knows `. * ^ $ [class] [^class] \x \< \>`; brackets, plus, braces and bars are plain. */
function translate(text: string): { source: string; endsLine: boolean } {
  let source = '';
  let endsLine = false;
  let mayRepeat = false;
  const tokens = text.match(/\\[^]|\[\^?\]?[^\]]*\]|[^]/g) ?? [];
  for (const [index, token] of tokens.entries()) {
    const isLast = index === tokens.length - 1;
    if (token === '*' && mayRepeat) {
      source += '*';
      mayRepeat = false;
      continue;
    }
    mayRepeat = !isAnchor(token, index, isLast);
    if (token === '$' && isLast) endsLine = true;
    source += translateToken(token, index, isLast);
  }
  return { source, endsLine };
}

function isAnchor(token: string, index: number, isLast: boolean): boolean {
  return (
    (token === '^' && index === 0) ||
    (token === '$' && isLast) ||
    token === '\\<' ||
    token === '\\>'
  );
}

function translateToken(token: string, index: number, isLast: boolean): string {
  if (token === '^' && index === 0) return '^';
  if (token === '$' && isLast) return '$';
  if (token === '.') return '.';
  if (token === '\\<') return `(?<!${wordCharacter})`;
  if (token === '\\>') return `(?!${wordCharacter})`;
  if (token.length === 2 && token.startsWith('\\')) return escape(token.slice(1));
  if (token.length > 2) return characterClass(token.slice(1, -1));
  return escape(token);
}

function characterClass(body: string): string {
  const isNegated = body.startsWith('^');
  const inside = (isNegated ? body.slice(1) : body).replace(/[\\\]^[]/g, String.raw`\$&`);
  return `[${isNegated ? '^' : ''}${orderedRanges(inside)}]`;
}

/** `[z-a]` is no error to findstr; it means the two ends and what is between them. */
function orderedRanges(inside: string): string {
  return inside.replace(/([^\\])-([^\\])/g, (whole, from: string, to: string) =>
    from > to ? `${to}-${from}` : whole,
  );
}

const escape = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/-]/g, String.raw`\$&`);

/** In a plain text only the backslash itself and the quote can be escaped. */
const literal = (text: string): string => escape(text.replace(/\\([\\"])/g, '$1'));
