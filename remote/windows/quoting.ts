import { Failure } from '../../contracts/failures';

/*
 * Who reads a command line, one after the other:
 *
 * 1. cmd.exe replaces `%NAME%`, everywhere. On a command line nothing escapes a percent sign, yet one that belongs to no
 *    variable that is set stays as it is (in a batch file it would vanish).
 * 2. cmd.exe takes `& | < > ( ) ^` for its own, except between double quotes; outside of them a caret keeps the next
 *    character, a double quote too, from meaning anything, and goes. `!` means something only with /v:on.
 * 3. The program splits what it is given by the rules of CommandLineToArgvW: `\"` is a quote, and backslashes are halved
 *    only in front of one. What belongs to cmd.exe itself (type, del, rmdir, if exist) knows no such rule.
 */

/**
 * An argument for a program that reads its arguments as CommandLineToArgvW does; variables between percent signs
 * (`%windir%`) are replaced on purpose. With a quote in it nothing is quoted for cmd.exe and all is escaped, so that the
 * value of a variable, which may hold anything, must not stand beside it.
 *
 * @throws Failure `bad-request` when the text cannot be passed unchanged
 */
export function quoteArgument(text: string): string {
  refuseUnspeakable(text);
  const hasVariables = refuseUncertainPercent(text);
  // Backslashes in front of a quote, the closing one too, are doubled.
  const quoted = `"${text.replace(/(\\*)("|$)/g, (_whole, slashes: string, end: string) => `${slashes}${slashes}${end === '' ? '' : '\\"'}`)}"`;
  if (!text.includes('"')) return quoted;
  if (hasVariables) return refuse(text, 'it has both a quote and a variable in it');
  return quoted.replace(/[&|<>()^"!]/g, '^$&');
}

/**
 * A path for a command of cmd.exe itself, in which a quote cannot be had and backslashes are only backslashes.
 *
 * @throws Failure `bad-request` when the text cannot be passed unchanged
 */
export function quotePath(text: string): string {
  refuseUnspeakable(text);
  refuseQuote(text);
  refuseUncertainPercent(text);
  return `"${text}"`;
}

/**
 * A literal of WQL between single quotes inside an argument: backslashes are doubled there, also those that a variable
 * brings along, which cmd does by `%NAME:\=\\%`, and a backslash keeps a single quote from ending it (about_WQL).
 *
 * @throws Failure `bad-request`
 */
export function wqlLiteral(text: string): string {
  return `'${insideQuotes(text)
    .replace(/[\\']/g, String.raw`\$&`)
    .replace(variable, '%$1:\\=\\\\%')}'`;
}

/**
 * A literal of XPath 1.0, between whichever quotes it does not have in it; it has no way to escape one. Still to be
 * quoted with the query that it is part of.
 *
 * @throws Failure `bad-request` for a text with both
 */
export function xpathLiteral(text: string): string {
  if (!text.includes("'")) return `'${text}'`;
  if (!text.includes('"')) return `"${text}"`;
  return refuse(text, 'it has both a quote and a double quote in it');
}

const variable = /%([A-Za-z_][A-Za-z0-9_()]*)%/g;

function insideQuotes(text: string): string {
  refuseUnspeakable(text);
  refuseQuote(text);
  refuseUncertainPercent(text);
  return text;
}

function refuse(text: string, why: string): never {
  throw new Failure('bad-request', `cannot pass ${JSON.stringify(text)} to a command: ${why}`, {
    facts: { text },
  });
}

/** A line break ends the line whatever stands around it; half a surrogate pair has no UTF-8. */
function refuseUnspeakable(text: string): void {
  if (/[\r\n\0]/.test(text)) refuse(text, 'it has a line break in it');
  if (/\p{Surrogate}/u.test(text)) refuse(text, 'it has half a character in it');
}

function refuseQuote(text: string): void {
  if (text.includes('"')) refuse(text, 'it has a quote in it');
}

/**
 * Percent signs stay when what stands between them cannot be a variable's name, which no blank, quote or mark of
 * punctuation is in; `100%` and `50% & 60%` are plain text. What could be one but is not written as variables on purpose
 * are is refused, and so is one sign that could end one name and begin the next.
 *
 * @returns whether there are variables
 */
function refuseUncertainPercent(text: string): boolean {
  const between = text.split('%').slice(1, -1);
  const mayBeName = between.map((inner) => !/^(:|$)|^[^:]*[\s"&|<>^'`,;=!\\/]/.test(inner));
  const uncertain = between.some(
    (inner, index) =>
      mayBeName[index] === true &&
      (mayBeName[index + 1] === true || !/^[A-Za-z_][A-Za-z0-9_()]*$/.test(inner)),
  );
  if (uncertain) refuse(text, 'it has a percent sign that may belong to a variable or not');
  return mayBeName.includes(true);
}
