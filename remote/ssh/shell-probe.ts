import { randomBytes } from 'node:crypto';

/** A code that no tool ends with by accident here, and that shows whether more than its lower 8 bits arrive. */
const probeExitCode = 3010;
const probeExitCodeCut = probeExitCode & 0xff;

/** What the account's shell is, and whether its exit codes arrive whole. */
export type ShellSeen =
  | { readonly kind: 'cmd'; readonly exitCodeBits: 8 | 32; readonly conditionals: boolean }
  /** What cmd.exe does that it starts is not known yet. */
  | { readonly kind: 'powershell' | 'posix'; readonly exitCodeBits: 8 | 32 };

/** Drawn anew for every probe. No `#` at its beginning, which is where a comment would begin. */
export const drawProbeMark = (): string => `shell-${randomBytes(8).toString('hex')}`;

/**
 * One line that cmd.exe, PowerShell (from 2.0 on) and a POSIX shell all run, each another part of it.
 *
 * 1. `&` is all that ends a command in cmd.exe; `;` and `#` are text for it, while in the other two `;` ends a command
 *    and `#` begins a comment. (`&&`, `||` and `&` are errors for Windows PowerShell, before anything runs.)
 * 2. `%COMSPEC%` is replaced by cmd.exe alone, `$PSHOME` by PowerShell to a folder and by a POSIX shell to nothing, `$$`
 *    by a POSIX shell to a number. Both are defined in every PowerShell, also in strict mode.
 * 3. The group asks cmd.exe, which one of these it is, whether `&&` and `||` look at exit codes: Wine's runs both sides.
 */
export const probeLine = (mark: string): string =>
  `echo ${mark} %COMSPEC% p$PSHOME s$$ ; exit ${probeExitCode} # & ${conditionalsLine(mark)}`;

/** For a cmd.exe: whether it looks at exit codes, and whether its own arrives. */
export const conditionalsLine = (mark: string): string =>
  `(%COMSPEC% /d /c exit 1 && echo ${mark}.and || echo ${mark}.or) & exit ${probeExitCode}`;

export interface ProbeAnswer {
  readonly stdout: string;
  readonly exitCode: number | null;
}

/** Null when it is none of the three, or none that ends with the code that it was told. */
export function readProbe({ stdout, exitCode }: ProbeAnswer, mark: string): ShellSeen | null {
  const exitCodeBits = bitsOf(exitCode);
  const at = stdout.indexOf(mark);
  if (exitCodeBits === null || at < 0) return null;
  const said = stdout.slice(at + mark.length);
  // cmd.exe prints the rest of its part as it stands, up to the `&`.
  if (/^ [^%\r\n]+ p\$PSHOME s\$\$ ; exit 3010 # *\r?\n/.test(said)) {
    const conditionals = readConditionals(stdout, mark);
    return conditionals === null ? null : { kind: 'cmd', exitCodeBits, conditionals };
  }
  if (/^ %COMSPEC% p s\d+\r?\n/.test(said)) return { kind: 'posix', exitCodeBits };
  // One line for each word.
  if (/^\s+%COMSPEC%\s+p[^\s$]/.test(said)) return { kind: 'powershell', exitCodeBits };
  return null;
}

/** Null when neither side ran. */
export function readConditionals(stdout: string, mark: string): boolean | null {
  const and = stdout.includes(`${mark}.and`);
  const or = stdout.includes(`${mark}.or`);
  return and || or ? or && !and : null;
}

export const isProbeExitCode = (exitCode: number | null): boolean => exitCode === probeExitCode;

function bitsOf(exitCode: number | null): 8 | 32 | null {
  if (exitCode === probeExitCode) return 32;
  return exitCode === probeExitCodeCut ? 8 : null;
}
