import { SyntaxProblem } from './syntax';
import { BatchExit, lookupOf, ShellExit, type Streams } from './shell-state';
import { expandPercent } from './expand-percent';
import { runExternal } from './run-command';
import { createShell, type ShellOptions } from './create-shell';

/** Starts a program without a cmd around it, as the task scheduler does: variables are replaced, operators are text. */
export async function runProgramLine(
  line: string,
  options: ShellOptions,
  streams: Streams,
): Promise<number> {
  const shell = createShell(options);
  try {
    const code = await runExternal(
      expandPercent(line.trim(), { lookup: lookupOf(shell) }),
      shell,
      streams,
    );
    // 0x80070002: nothing was started.
    return shell.errorLevel === 9009 || shell.errorLevel === 3 ? 0x80070002 : code;
  } catch (error) {
    if (error instanceof ShellExit || error instanceof BatchExit) return error.code;
    if (error instanceof SyntaxProblem) return 1;
    throw error;
  }
}
