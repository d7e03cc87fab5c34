/**
 * Values in an INI inventory are typed by Python's `ast.literal_eval` where it can read them, and are text where it
 * cannot: `5986` is a number, `[1, 2]` a list, `true` and `ntlm` are text, and so is `0123`.
 */
export function pythonValue(text: string): unknown {
  try {
    const reader = new LiteralReader(text.replace(/^[ \t]+/, ''));
    return reader.readAll();
  } catch (error) {
    if (error instanceof NoLiteral) return text;
    throw error;
  }
}

class NoLiteral extends Error {}

const escapes: { readonly [char: string]: string } = {
  '\n': '',
  '\\': '\\',
  "'": "'",
  '"': '"',
  a: '\u0007',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

const numbers =
  /^(?:0[xX](?:_?[0-9a-fA-F])+|0[oO](?:_?[0-7])+|0[bB](?:_?[01])+|(?:\d(?:_?\d)*)?\.\d(?:_?\d)*(?:[eE][-+]?\d(?:_?\d)*)?|\d(?:_?\d)*\.?(?:[eE][-+]?\d(?:_?\d)*)?)/;

/** Deep nesting is no honest inventory. */
const maxDepth = 50;

class LiteralReader {
  private at = 0;
  private depth = 0;
  private readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  readAll(): unknown {
    const value = this.tupleOrValue('');
    this.skipBlanks();
    if (this.at < this.text.length) throw new NoLiteral();
    return value;
  }

  /** `1, 2` is a tuple even without parentheses. */
  private tupleOrValue(close: string): unknown {
    const first = this.value();
    if (!this.eats(',')) return first;
    return [first, ...this.items(close)];
  }

  private items(close: string): unknown[] {
    const items: unknown[] = [];
    while (!this.isAtEnd(close)) {
      items.push(this.value());
      if (!this.eats(',')) break;
    }
    return items;
  }

  private value(): unknown {
    this.skipBlanks();
    const char = this.text.charAt(this.at);
    if (char === '(' || char === '[' || char === '{') return this.nested(char);
    if (char === '-' || char === '+') return this.signed(char);
    if (/^(?:[rRuUbB]|[rR][bB]|[bB][rR])?['"]/.test(this.rest())) return this.strings();
    if (/^\.?\d/.test(this.rest())) return this.number();
    if (this.rest().startsWith('...')) return this.take(3);
    return this.constant();
  }

  private nested(open: string): unknown {
    this.depth += 1;
    if (this.depth > maxDepth) throw new NoLiteral();
    this.at += 1;
    const value = open === '(' ? this.tuple() : open === '[' ? this.list() : this.braces();
    this.depth -= 1;
    return value;
  }

  private tuple(): unknown {
    if (this.eats(')')) return [];
    const value = this.tupleOrValue(')');
    this.expect(')');
    return value;
  }

  private list(): unknown {
    const items = this.items(']');
    this.expect(']');
    return items;
  }

  /** A dict, or a set, which Ansible makes a list. */
  private braces(): unknown {
    if (this.eats('}')) return {};
    const first = this.value();
    if (!this.eats(':')) {
      const items = this.eats(',') ? [first, ...this.items('}')] : [first];
      this.expect('}');
      return [...new Set(items)];
    }
    const entries: [string, unknown][] = [[keyOf(first), this.value()]];
    while (this.eats(',') && !this.isAtEnd('}')) {
      const key = keyOf(this.value());
      this.expect(':');
      entries.push([key, this.value()]);
    }
    this.expect('}');
    return Object.fromEntries(entries);
  }

  /** One sign, before a number. */
  private signed(sign: string): unknown {
    this.at += 1;
    this.skipBlanks();
    if (!/^\.?\d/.test(this.rest())) throw new NoLiteral();
    const value = this.number();
    if (typeof value === 'number') return sign === '-' ? -value : value;
    return sign === '-' ? `(-0-${value})` : value;
  }

  private number(): number | string {
    const [written = ''] = numbers.exec(this.rest()) ?? [];
    const after = this.text.charAt(this.at + written.length);
    const isImaginary = /[jJ]/.test(after);
    if (written === '' || (!isImaginary && /[\w.]/.test(after))) throw new NoLiteral();
    // 0123 is no number in Python 3, and 00 is.
    if (/^0[\d_]*[1-9][\d_]*$/.test(written)) throw new NoLiteral();
    this.at += written.length;
    const value = Number(written.replaceAll('_', ''));
    // Ansible makes text of complex numbers.
    return isImaginary ? `${value}${this.take(1).toLowerCase()}` : value;
  }

  /** Neighbours are one text. */
  private strings(): string {
    let text = '';
    let prefix = this.stringPrefix();
    while (prefix !== null) {
      const part = this.quoted(/r/i.test(prefix));
      // Bytes are ASCII.
      if (/b/i.test(prefix) && /[^\0-\x7f]/.test(part)) throw new NoLiteral();
      text += part;
      this.skipBlanks();
      prefix = this.stringPrefix();
    }
    return text;
  }

  private stringPrefix(): string | null {
    const match = /^((?:[rRuUbB]|[rR][bB]|[bB][rR])?)(?=['"])/.exec(this.rest());
    if (match === null) return null;
    this.at += (match[1] ?? '').length;
    return match[1] ?? '';
  }

  private quoted(isRaw: boolean): string {
    const quote = this.text.charAt(this.at);
    const fence = this.rest().startsWith(quote.repeat(3)) ? quote.repeat(3) : quote;
    this.at += fence.length;
    let text = '';
    while (this.at < this.text.length) {
      if (this.rest().startsWith(fence)) {
        this.at += fence.length;
        return text;
      }
      text += this.text.charAt(this.at) === '\\' ? this.escape(isRaw) : this.take(1);
    }
    throw new NoLiteral();
  }

  private escape(isRaw: boolean): string {
    const backslash = this.take(1);
    if (isRaw) return `${backslash}${this.take(1)}`;
    const code = /^(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{1,3}))/.exec(
      this.rest(),
    );
    if (code !== null) {
      this.at += code[0].length;
      const point = parseInt(code.slice(1).find(Boolean) ?? '', code[4] === undefined ? 16 : 8);
      if (point > 0x10_ff_ff) throw new NoLiteral();
      return String.fromCodePoint(point);
    }
    const char = this.take(1);
    // \x, \u, \U and \N without their digits are errors; any other letter keeps its backslash.
    if (/[xuUN]/.test(char) || char === '') throw new NoLiteral();
    return escapes[char] ?? `${backslash}${char}`;
  }

  private constant(): boolean | null {
    const match = /^(True|False|None)(?![\w.([])/.exec(this.rest());
    if (match === null) throw new NoLiteral();
    this.at += match[0].length;
    return match[0] === 'None' ? null : match[0] === 'True';
  }

  private take(count: number): string {
    const taken = this.text.slice(this.at, this.at + count);
    this.at += count;
    return taken;
  }

  private rest(): string {
    return this.text.slice(this.at);
  }

  private isAtEnd(close: string): boolean {
    this.skipBlanks();
    return close === '' ? this.at >= this.text.length : this.text.charAt(this.at) === close;
  }

  private eats(char: string): boolean {
    this.skipBlanks();
    if (this.text.charAt(this.at) !== char) return false;
    this.at += 1;
    return true;
  }

  private expect(char: string): void {
    if (!this.eats(char)) throw new NoLiteral();
  }

  /** A comment is Python's, too: `port=5986 # WinRM` is the number. */
  private skipBlanks(): void {
    while (/[ \t\f]/.test(this.text.charAt(this.at))) this.at += 1;
    if (this.text.charAt(this.at) === '#') this.at = this.text.length;
  }
}

/** JSON, in which all of this ends, has texts as keys: as Python's json.dumps writes them. */
function keyOf(value: unknown): string {
  if (value === null) return 'null';
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new NoLiteral();
}
