import type { ShellScript, ShellStep } from './shell-script';

const home = 'C:\\Windows\\System32\\WindowsPowerShell\\v1.0';

/**
 * A line as `powershell.exe -c` of version 2.0 reads it (about_Parsing, about_Quoting_Rules), as far as somebody needs
 * it who has Windows programs started: `$env:NAME=` a literal or the text of Base64 bytes, Write-Output by its alias,
 * programs by their file name, `exit`, `;` and `#`. Everything else is the error of a parser that has never heard of it.
 * No PowerShell could be had to compare with: the texts are those of its documentation.
 */
export function readPowerShellLine(line: string): ShellScript {
  try {
    const environment: { [name: string]: string } = {};
    const steps = splitStatements(line).flatMap((statement) => stepsOf(statement, environment));
    // `$?` of the last statement: `-c` ends with 0 or 1 whatever a program ended with.
    const failed = steps.at(-1)?.kind === 'print' && isError(steps.at(-1));
    return { steps, codeAtEnd: failed ? 1 : 0 };
  } catch (error) {
    if (!(error instanceof ParserError)) throw error;
    // Nothing of a line runs that cannot be parsed.
    return { steps: [{ kind: 'print', stream: 'stderr', text: error.message }], codeAtEnd: 1 };
  }
}

const isError = (step: ShellStep | undefined): boolean =>
  step?.kind === 'print' && step.stream === 'stderr';

class ParserError extends Error {}

function refuse(line: string, at: number, token: string): never {
  const [text, id] =
    token === '&'
      ? [
          'Ampersand not allowed. The & operator is reserved for future use; use "&" to pass ampersand as a string.',
          'AmpersandNotAllowed',
        ]
      : [
          `The token '${token}' is not a valid statement separator in this version.`,
          'InvalidEndOfLine',
        ];
  throw new ParserError(errorText(text, line, at, `ParserError: (${token}:String) []`, id));
}

const errorText = (text: string, line: string, at: number, category: string, id: string): string =>
  [
    text,
    `At line:1 char:${at + 1}`,
    `+ ${line.slice(0, at)} <<<< ${line.slice(at)}`,
    `    + CategoryInfo          : ${category}, ParentContainsErrorRecordException`,
    `    + FullyQualifiedErrorId : ${id}`,
    ' ',
    '',
  ].join('\r\n');

/** Statements with their quotes; a `#` where a word could begin hides the rest. */
function splitStatements(line: string): string[] {
  const statements: string[] = [''];
  let isInQuotes = false;
  for (let at = 0; at < line.length; at += 1) {
    const char = line.charAt(at);
    if (char === "'") isInQuotes = !isInQuotes;
    else if (!isInQuotes) {
      if (char === '#' && /(^|[\s;])$/.test(line.slice(0, at))) break;
      const two = line.slice(at, at + 2);
      if (two === '&&' || two === '||') refuse(line, at, two);
      if ('&|<>"`{}@\n'.includes(char)) refuse(line, at, char);
      if (char === ';') {
        statements.push('');
        continue;
      }
    }
    statements.push((statements.pop() ?? '') + char);
  }
  if (isInQuotes) refuse(line, line.length, "'");
  return statements.map((statement) => statement.trim()).filter((statement) => statement !== '');
}

function stepsOf(statement: string, environment: { [name: string]: string }): ShellStep[] {
  const assignment = /^\$env:(\w+)\s*=\s*(.+)$/i.exec(statement);
  if (assignment !== null) {
    environment[assignment[1] ?? ''] = valueOf(assignment[2] ?? '', statement);
    return [];
  }
  const exit = /^exit(?:\s+(-?\d+|\$LASTEXITCODE))?$/i.exec(statement);
  if (exit !== null) {
    const code = exit[1] ?? '0';
    return [{ kind: 'exit', code: code.startsWith('$') ? 'last' : Number(code) >>> 0 }];
  }
  const [name = '', ...args] = wordsOf(statement);
  if (/^(echo|write-output)$/i.test(name)) {
    return [{ kind: 'print', stream: 'stdout', text: args.map((arg) => `${arg}\r\n`).join('') }];
  }
  if (/^[\w-]+\.exe$/i.test(name)) {
    const commandLine = [name, ...args.map(quoteArgument)].join(' ');
    return [{ kind: 'program', commandLine, environment: { ...environment } }];
  }
  return [{ kind: 'print', stream: 'stderr', text: unknownTerm(name, statement) }];
}

function valueOf(expression: string, statement: string): string {
  const literal = /^'((?:[^']|'')*)'$/.exec(expression);
  if (literal !== null) return (literal[1] ?? '').replaceAll("''", "'");
  const base64 =
    /^\[(?:System\.)?Text\.Encoding\]::UTF8\.GetString\(\[(?:System\.)?Convert\]::FromBase64String\('([A-Za-z0-9+/=]*)'\)\)$/i.exec(
      expression,
    );
  if (base64 === null) return refuse(statement, statement.indexOf(expression), expression);
  return Buffer.from(base64[1] ?? '', 'base64').toString('utf8');
}

/** Single quotes keep everything, `''` is one of them; elsewhere variables are replaced, unknown ones by nothing. */
function wordsOf(statement: string): string[] {
  const words = statement.match(/(?:'(?:[^']|'')*'|[^\s'])+/g) ?? [];
  return words.map((word) =>
    word.replace(/'((?:[^']|'')*)'|\$PSHOME|\$\$|\$\w+/gi, (token, literal: string | undefined) => {
      if (literal !== undefined) return literal.replaceAll("''", "'");
      return token.toUpperCase() === '$PSHOME' ? home : '';
    }),
  );
}

/** Before version 7.3 quotes inside an argument are handed over as they are; only blanks bring quotes around it. */
const quoteArgument = (word: string): string =>
  word === '' || !/\s/.test(word) ? word : `"${word}"`;

const unknownTerm = (name: string, statement: string): string =>
  [
    `The term '${name}' is not recognized as the name of a cmdlet, function, script file, or operable program. Check the spelling of the name, or if a path was included, verify that the path is correct and try again.`,
    `At line:1 char:${name.length + 1}`,
    `+ ${name} <<<< ${statement.slice(name.length)}`,
    `    + CategoryInfo          : ObjectNotFound: (${name}:String) [], CommandNotFoundException`,
    '    + FullyQualifiedErrorId : CommandNotFoundException',
    ' ',
    '',
  ].join('\r\n');
