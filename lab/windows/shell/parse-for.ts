import type { ParseNode } from './parse';
import type { Scanner } from './scanner';
import { type Node, unexpected } from './syntax';

/** `for %i in (a b) do …`, `for /l %i in (1,1,5) do …`, `for /f "tokens=1,*" %a in ('command') do …`. */
export function parseFor(scanner: Scanner, depth: number, parseBody: ParseNode): Node {
  scanner.word();
  let mode: 'items' | 'numbers' | 'lines' = 'items';
  let options = '';
  const flag = scanner.peekWord().toLowerCase();
  if (flag === '/l' || flag === '/f') {
    scanner.word();
    mode = flag === '/l' ? 'numbers' : 'lines';
    if (mode === 'lines' && !scanner.peekWord().startsWith('%'))
      options = scanner.word().replaceAll('"', '');
  }
  const variable = scanner.word();
  if (!/^%[^%\s]$/.test(variable)) throw unexpected(variable);
  if (scanner.word().toLowerCase() !== 'in') throw unexpected(variable);
  if (scanner.operator() !== '(') throw unexpected(scanner.word());
  scanner.take('(');
  const set = scanner.bracketed();
  if (scanner.word().toLowerCase() !== 'do') throw unexpected(')');
  const body = parseBody(scanner, depth);
  if (body === null) throw unexpected('');
  return { kind: 'for', mode, options, variable: variable.charAt(1), set, body };
}
