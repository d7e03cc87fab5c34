import { keyOf, resolvePath } from '../files/paths';
import type { Program } from '../process/invocation';
import { readSwitches, runLine } from '../shell/run-shell';

/** `cmd /c`. Without a command it would read lines from its input; the lab's ends at once, as with an empty one. */
export const cmd: Program = async ({
  context,
  host,
  tail,
  stdin,
  stdout,
  stderr,
  workingDirectory,
  environment,
}) => {
  const isProgram = (name: string): boolean =>
    host.programs.has(keyOf(resolvePath(name, workingDirectory))) ||
    host.files.stat(resolvePath(name, workingDirectory)) !== null;
  const { command, isDelayedExpansionOn } = readSwitches(tail, isProgram);
  if (command === null) {
    stdout.text(
      `Microsoft Windows [Version ${host.windows.version}]\r\nCopyright (c) 2009 Microsoft Corporation.  All rights reserved.\r\n\r\n${workingDirectory}>`,
    );
    return 0;
  }
  return runLine(
    command,
    {
      context,
      environment: environment.copy(),
      workingDirectory,
      isDelayedExpansionOn,
      codePage: context.codePage,
    },
    { stdin, stdout: stdout.sink, stderr: stderr.sink },
  );
};
