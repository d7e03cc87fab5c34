/** What stands for a name between percent signs; undefined when nothing does. */
export type VariableLookup = (name: string) => string | undefined;

export interface PercentRules {
  readonly lookup: VariableLookup;
  /** In a batch file `%%` is a percent sign, `%1` an argument and an unknown name is nothing; on a command line neither. */
  readonly batch?: {
    argument(reference: string): { readonly text: string; readonly length: number } | null;
  };
}

/** cmd's first phase: percent signs are replaced in the whole line before anything of it is understood. */
export function expandPercent(line: string, rules: PercentRules): string {
  let text = '';
  let at = 0;
  while (at < line.length) {
    const char = line.charAt(at);
    if (char !== '%') {
      text += char;
      at += 1;
      continue;
    }
    const taken = expandAt(line, at, rules);
    text += taken.text;
    at += taken.length;
  }
  return text;
}

interface Taken {
  readonly text: string;
  readonly length: number;
}

function expandAt(line: string, at: number, { lookup, batch }: PercentRules): Taken {
  if (batch !== undefined) {
    if (line.charAt(at + 1) === '%') return { text: '%', length: 2 };
    const argument = batch.argument(line.slice(at + 1));
    if (argument !== null) return { text: argument.text, length: argument.length + 1 };
  }
  const end = line.indexOf('%', at + 1);
  if (end === -1) return { text: batch === undefined ? '%' : '', length: 1 };
  const inner = line.slice(at + 1, end);
  const value = expandReference(inner, lookup);
  if (value !== undefined) return { text: value, length: inner.length + 2 };
  // An unknown name stays as it is on a command line: its first percent sign is text, the second may begin another name.
  if (batch === undefined) return { text: '%', length: 1 };
  return { text: '', length: inner.length + 2 };
}

/** `NAME`, `NAME:~from,length` or `NAME:old=new`. */
export function expandReference(inner: string, lookup: VariableLookup): string | undefined {
  if (inner === '') return undefined;
  const whole = lookup(inner);
  if (whole !== undefined) return whole;
  const colon = inner.indexOf(':');
  if (colon <= 0) return undefined;
  const value = lookup(inner.slice(0, colon));
  if (value === undefined) return undefined;
  const rule = inner.slice(colon + 1);
  return rule.startsWith('~') ? substring(value, rule.slice(1)) : substitute(value, rule);
}

function substring(value: string, rule: string): string {
  const [fromText = '0', lengthText] = rule.split(',');
  const from = Number.parseInt(fromText, 10) || 0;
  const start = from < 0 ? Math.max(0, value.length + from) : from;
  if (lengthText === undefined) return value.slice(start);
  const length = Number.parseInt(lengthText, 10) || 0;
  return length < 0 ? value.slice(start, length) : value.slice(start, start + length);
}

function substitute(value: string, rule: string): string {
  const equals = rule.indexOf('=', 1);
  if (equals === -1) return value;
  const old = rule.slice(0, equals);
  const replacement = rule.slice(equals + 1);
  if (old.startsWith('*') && old.length > 1) {
    const found = value.toLowerCase().indexOf(old.slice(1).toLowerCase());
    return found === -1 ? value : replacement + value.slice(found + old.length - 1);
  }
  return value.replace(
    new RegExp(old.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`), 'gi'),
    () => replacement,
  );
}

/** `!NAME!`, the phase of `cmd /v:on` just before a command runs; `^!` is an exclamation mark. */
export function expandDelayed(text: string, lookup: VariableLookup): string {
  if (!text.includes('!')) return text;
  let result = '';
  for (let at = 0; at < text.length; at += 1) {
    const char = text.charAt(at);
    if (char === '^' && at + 1 < text.length) {
      at += 1;
      result += text.charAt(at);
    } else if (char === '!') {
      const end = text.indexOf('!', at + 1);
      if (end === -1) continue;
      result += expandReference(text.slice(at + 1, end), lookup) ?? '';
      at = end;
    } else result += char;
  }
  return result;
}
