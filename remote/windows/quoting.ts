import { Failure } from '../../contracts/failures';

/**
 * An argument of a command line for cmd.exe, between quotes. Inside them `& | < > ^ ( )` and blanks are plain; a quote
 * cannot be had at all, and `%NAME%` is replaced even there, so that only variables on purpose (`%windir%`) may stay.
 *
 * @throws Failure `bad-request` when the text cannot be passed unchanged.
 */
export function quoteArgument(text: string): string {
  return `"${checkedText(text)}"`;
}

/** As quoteArgument, for the inside of an argument that is quoted as a whole. */
export function checkedText(text: string): string {
  const refuse = (why: string): never => {
    throw new Failure('bad-request', `cannot pass ${JSON.stringify(text)} to a command: ${why}`, {
      facts: { text },
    });
  };
  if (/["\r\n\0]/.test(text)) return refuse('it has a quote or a line break in it');
  const rest = text.replace(/%[A-Za-z_][A-Za-z0-9_()]*%/g, '');
  if (rest.includes('%')) return refuse('it has a percent sign that names no variable');
  // A backslash before the closing quote escapes it for the program that is started.
  if (text.endsWith('\\')) return refuse('it ends with a backslash');
  return text;
}

/**
 * A literal of WQL between single quotes inside an argument: backslashes are doubled there, also those that a variable
 * brings along, which cmd does by `%NAME:\=\\%`.
 *
 * @throws Failure `bad-request`
 */
export function wqlLiteral(text: string): string {
  if (text.includes("'")) {
    throw new Failure('bad-request', `cannot ask for ${JSON.stringify(text)}: it has a ' in it`);
  }
  return `'${checkedText(text)
    .replaceAll('\\', '\\\\')
    .replace(/%([A-Za-z_][A-Za-z0-9_()]*)%/g, '%$1:\\=\\\\%')}'`;
}

/**
 * A literal of XPath between single quotes inside an argument; a name with both kinds of quotes cannot be asked for.
 *
 * @throws Failure `bad-request`
 */
export function xpathLiteral(text: string): string {
  if (text.includes("'")) {
    throw new Failure('bad-request', `cannot ask for ${JSON.stringify(text)}: it has a ' in it`);
  }
  return `'${checkedText(text)}'`;
}
