import { Failure } from '../../contracts/failures';
import type { ShellFacts } from '../../contracts/facts';
import { exitMarkerBytes } from './exit-marker';

/** What cmd.exe takes as one command line; the rest would be cut off without a word. */
const maxCommandLineLength = 8191;
/** What CreateProcess takes, which starts every shell but cmd.exe with the whole line as one argument. */
const maxProcessLineLength = 32_767;
/** Kept free for the path of the shell and for the quotes that the server puts around the line. */
const processLineReserve = 1024;

/**
 * The cmd.exe that runs a line, for one that was started by our own means: no AutoRun, no delayed expansion whatever the
 * registry says, and exactly the outer quotes go (`cmd /?`), so that what stands between them is read as it is written.
 */
const innerCommand = 'cmd /d /v:off /s /c ';

/** Which wrapping: the account's shell, and the random word that tells its exit code; null where that arrives whole. */
export interface Wrapping {
  readonly kind: ShellFacts['kind'];
  readonly exitMarker: string | null;
}

/**
 * A line for cmd.exe as the account's shell has to be given it, so that cmd.exe reads exactly the same text whichever
 * shell starts it.
 *
 * @throws Failure `bad-request` for a line that cannot go through it whole
 */
export function wrapCommandLine(commandLine: string, wrapping: Wrapping): string {
  refuseUnspeakable(commandLine);
  return wrapFor[wrapping.kind](commandLine, wrapping.exitMarker);
}

/**
 * As it is, when the exit code arrives. Otherwise a second cmd.exe runs it, so that an `exit` in it, a bracket or an
 * `if` that is left open ends there and not in front of the marker; `call` is what has `%^errorlevel%` replaced when
 * the line has ended and not before it begins. Everything that the first cmd.exe could understand is escaped.
 */
function forCmd(commandLine: string, exitMarker: string | null): string {
  if (exitMarker === null) return fitting(commandLine, maxCommandLineLength, 'cmd.exe');
  const inner = fitting(
    `${innerCommand}"${commandLine}"`,
    maxCommandLineLength,
    'cmd.exe within cmd.exe',
  );
  const escaped = escapeForCmd(inner.slice(innerCommand.length));
  return fitting(
    `${innerCommand}${escaped}& call echo ${exitMarker}%^errorlevel%`,
    maxCommandLineLength,
    'cmd.exe, escaped',
  );
}

/**
 * A caret before every character that cmd.exe would understand, quotes included: then none of it is "quoted", where a
 * caret would be text. `%NAME%` becomes `%^NAME%`: no variable has that name, on a command line an unknown one stays,
 * and the caret goes with the others.
 */
function escapeForCmd(text: string): string {
  return text.replace(/[&|<>()^"!]|%(?![&|<>()^"!%]|$)/g, (char) =>
    char === '%' ? '%^' : `^${char}`,
  );
}

const lineVariable = 'ROLLOUT_LINE';

/**
 * The words that start cmd.exe from another shell. The line itself comes by a variable, which delayed expansion puts
 * in after everything was parsed: no rule of anybody for quoting arguments has a say in it, and those have changed
 * (PowerShell 7.3, Cygwin's argv). No word has a blank or a quote in it, so that each goes as it is.
 */
function wordsOfCmd(exitMarker: string | null): readonly string[] {
  const line = `!${lineVariable}!`;
  const start = ['cmd.exe', '/d', '/v:on', '/c', ...innerCommand.trim().split(' ')];
  return exitMarker === null
    ? [...start, line]
    : [...start, `${line}&`, 'echo', `${exitMarker}!errorlevel!`];
}

/** The outer cmd.exe has the line with its own words around it once the variable is replaced. */
function lineForVariable(commandLine: string): string {
  fitting(`${innerCommand}"${commandLine}"`, maxCommandLineLength, 'cmd.exe within another shell');
  return `"${commandLine}"`;
}

/**
 * Base64, so that nothing of the line is understood by PowerShell or by what hands it over: Win32-OpenSSH puts the whole
 * line between double quotes (DefaultShellEscapeArguments decides whether those in it are escaped). In single quotes
 * PowerShell replaces nothing (about_Quoting_Rules). Works from PowerShell 2.0 on.
 */
function forPowerShell(commandLine: string, exitMarker: string | null): string {
  const encoded = Buffer.from(lineForVariable(commandLine), 'utf8').toString('base64');
  const words = wordsOfCmd(exitMarker).map((word) =>
    /^[\w.:/-]+$/.test(word) ? word : `'${word}'`,
  );
  return fitting(
    `$env:${lineVariable}=[Text.Encoding]::UTF8.GetString([Convert]::FromBase64String('${encoded}')); ` +
      `${words.join(' ')}; exit $LASTEXITCODE`,
    maxProcessLineLength - processLineReserve,
    'PowerShell',
  );
}

/**
 * MSYS2 would take `/d` for a drive and turn it into a path; each of its generations has a switch of its own against
 * that (MSYS2, "Filesystem Paths"). The line is UTF-8, whatever the locale of the account says.
 */
function forPosix(commandLine: string, exitMarker: string | null): string {
  const assignments = [
    `${lineVariable}=${quoteForPosix(lineForVariable(commandLine))}`,
    'LC_ALL=C.UTF-8',
    'MSYS_NO_PATHCONV=1',
    "MSYS2_ARG_CONV_EXCL='*'",
    "MSYS2_ENV_CONV_EXCL='*'",
  ];
  const words = wordsOfCmd(exitMarker).map((word) =>
    /^[\w.:/-]+$/.test(word) ? word : quoteForPosix(word),
  );
  return fitting(
    [...assignments, ...words].join(' '),
    maxProcessLineLength - processLineReserve,
    'the POSIX shell',
  );
}

/** Between single quotes nothing is special but a single quote (POSIX, Shell Command Language 2.2.2). */
const quoteForPosix = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;

/** cmd.exe /c stops at the first line break and drops what follows; half a surrogate pair has no UTF-8. */
function refuseUnspeakable(commandLine: string): void {
  if (/[\r\n\0]/.test(commandLine))
    throw new Failure('bad-request', 'a command line must not hold line breaks or NUL', {
      advice: 'join commands with &',
    });
  if (/\p{Surrogate}/u.test(commandLine))
    throw new Failure('bad-request', 'a command line must not hold half a surrogate pair', {
      advice: 'correct the name in it',
    });
}

function fitting(line: string, most: number, taker: string): string {
  if (line.length <= most) return line;
  throw new Failure(
    'bad-request',
    `a command line of ${line.length} characters is longer than ${taker} takes (${most})`,
    { facts: { length: line.length }, advice: 'split it' },
  );
}

/** Room that the exit code of a wrapped line needs behind its output. */
export const roomForExitCode = exitMarkerBytes;

const wrapFor: {
  readonly [kind in ShellFacts['kind']]: (commandLine: string, exitMarker: string | null) => string;
} = { cmd: forCmd, powershell: forPowerShell, posix: forPosix };
