import type { ShellScript, ShellStep } from './shell-script';

/**
 * A line as bash of MSYS2 or Cygwin reads it (POSIX, Shell Command Language), as far as somebody needs it who has
 * Windows programs started: simple commands with assignments before them, `;`, `#`, single quotes, backslashes, `$$` and
 * names. Whatever else is special for a shell is an error here, and not guessed. Exit codes have 8 bits (`exit` of the
 * same document; waitpid(2)).
 */
export function readPosixLine(line: string): ShellScript {
  try {
    const steps = splitCommands(line).flatMap(stepsOf);
    return { steps: steps.map(cutExitCode), codeAtEnd: steps.some(isMissing) ? 1 : 'last' };
  } catch (error) {
    if (!(error instanceof SyntaxProblem)) throw error;
    return failure(`bash: -c: line 1: ${error.message}\n`, 2);
  }
}

class SyntaxProblem extends Error {}

const failure = (text: string, code: number): ShellScript => ({
  steps: [
    { kind: 'print', stream: 'stderr', text },
    { kind: 'exit', code },
  ],
  codeAtEnd: 'last',
});

const isMissing = (step: ShellStep): boolean => step.kind === 'print' && step.stream === 'stderr';

const cutExitCode = (step: ShellStep): ShellStep =>
  step.kind === 'exit' && step.code !== 'last' ? { ...step, code: step.code & 0xff } : step;

/** Words of each command, quotes taken away and names replaced. */
function splitCommands(line: string): string[][] {
  const commands: string[][] = [[]];
  let at = 0;
  while (at < line.length) {
    const char = line.charAt(at);
    if (char === '#') break;
    if (char === ';') commands.push([]);
    if (' \t;'.includes(char)) at += 1;
    else {
      const word = wordAt(line, at);
      if (!word.isNothing) commands.at(-1)?.push(word.text);
      at += word.length;
    }
  }
  return commands.filter((words) => words.length > 0);
}

interface Word {
  readonly text: string;
  readonly length: number;
  /** A name without a value and without quotes is no word at all. */
  readonly isNothing: boolean;
}

function wordAt(line: string, from: number): Word {
  let text = '';
  let at = from;
  while (at < line.length && !' \t;'.includes(line.charAt(at))) {
    const part = partAt(line, at);
    text += part.text;
    at += part.length;
  }
  const isNothing = text === '' && !line.slice(from, at).includes("'");
  return { text, length: at - from, isNothing };
}

/** One quoted text, one escaped character, one parameter, or one plain character. */
function partAt(line: string, at: number): { readonly text: string; readonly length: number } {
  const rest = line.slice(at);
  const quoted = /^'([^']*)'/.exec(rest);
  if (quoted !== null) return { text: quoted[1] ?? '', length: quoted[0].length };
  if (rest.startsWith("'")) {
    throw new SyntaxProblem("unexpected EOF while looking for matching `''");
  }
  if (rest.startsWith('\\')) return { text: rest.charAt(1), length: 2 };
  if (rest.startsWith('$$')) return { text: '4711', length: 2 };
  const name = /^\$([A-Za-z_]\w*)/.exec(rest);
  if (name !== null) return { text: '', length: name[0].length };
  const char = rest.charAt(0);
  if ('&|<>()"`$*?[]{}~!\n'.includes(char)) {
    throw new SyntaxProblem(`syntax error near unexpected token \`${char}'`);
  }
  return { text: char, length: 1 };
}

function stepsOf(words: readonly string[]): ShellStep[] {
  const first = words.findIndex((word) => !/^[A-Za-z_]\w*=/.test(word));
  const assigned = first === -1 ? words : words.slice(0, first);
  const environment = Object.fromEntries(
    assigned.map((word) => [word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1)]),
  );
  const [name, ...args] = first === -1 ? [] : words.slice(first);
  if (name === undefined) return [];
  if (name === 'echo') return [{ kind: 'print', stream: 'stdout', text: `${args.join(' ')}\n` }];
  if (name === 'exit') return [{ kind: 'exit', code: Number(args[0] ?? 0) }];
  if (/^cmd(\.exe)?$/i.test(name)) {
    const converted = keepsPaths(environment) ? args : args.map(asWindowsPath);
    return [
      {
        kind: 'program',
        commandLine: ['cmd.exe', ...converted.map(quoteArgument)].join(' '),
        environment,
      },
    ];
  }
  return [
    { kind: 'print', stream: 'stderr', text: `bash: line 1: ${name}: command not found\n` },
    { kind: 'exit', code: 127 },
  ];
}

/** MSYS2 turns what looks like a path of its own into one of Windows unless it is told not to ("Filesystem Paths"). */
const keepsPaths = (environment: { readonly [name: string]: string }): boolean =>
  environment['MSYS2_ARG_CONV_EXCL'] === '*' || environment['MSYS_NO_PATHCONV'] !== undefined;

const asWindowsPath = (argument: string): string =>
  argument.replace(/^\/([a-z])(?=$|\/|:)/i, (_whole, drive: string) => `${drive.toUpperCase()}:/`);

/** As Cygwin makes one line of the words: quotes only around blanks, with backslashes before those inside. */
const quoteArgument = (word: string): string =>
  word !== '' && !/[\s"]/.test(word) ? word : `"${word.replaceAll('"', String.raw`\"`)}"`;
