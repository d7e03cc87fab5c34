import type { Invocation, Program } from '../process/invocation';

const hint = 'Type "TIMEOUT /?" for usage.';

interface TimeoutCommand {
  readonly seconds: number;
  readonly isStubborn: boolean;
}

/** It reads keys from a console, so it refuses any other standard input: a session's, a pipe's, a file's. */
export const timeout: Program = async (invocation) => {
  const { args, stderr, stdout, context, host } = invocation;
  const command = readCommand(args);
  if (typeof command === 'string') {
    stderr.line(`ERROR: ${command}`);
    return 1;
  }
  if (!hasConsole(invocation)) {
    stderr.line('ERROR: Input redirection is not supported, exiting the process immediately.');
    return 1;
  }
  const { seconds, isStubborn } = command;
  const what = isStubborn ? 'press CTRL+C to quit ...' : 'press a key to continue ...';
  stdout.text(seconds < 0 ? `\r\n${what}` : `\r\nWaiting for ${seconds} seconds, ${what}`);
  if (seconds < 0) await context.control.race<void>(() => () => undefined);
  else await host.clock.sleep(seconds * 1000, context.control);
  stdout.line();
  return 0;
};

/** What the task scheduler starts has a console of its own, with nobody at it; common knowledge, in no document. */
function hasConsole({ context, stdin }: Invocation): boolean {
  return context.identity === 'system' && stdin.kind === 'null';
}

/** A text is what timeout tells of a bad command line. */
function readCommand(args: readonly string[]): TimeoutCommand | string {
  let value: string | null = null;
  let isStubborn = false;
  for (let at = 0; at < args.length; at += 1) {
    const word = (args[at] ?? '').toLowerCase();
    if (word === '/nobreak') isStubborn = true;
    else if (word === '/t') {
      at += 1;
      const next = args[at];
      if (next === undefined) return `Invalid syntax. Value expected for '/t'.\r\n${hint}`;
      value = next;
    } else if (value === null && /^-?\d+$/.test(word)) value = word;
    else return `Invalid syntax.\r\n${hint}`;
  }
  if (value === null) return `Invalid syntax.\r\n${hint}`;
  const seconds = Number(value);
  const isValid = /^-?\d+$/.test(value) && seconds >= -1 && seconds <= 99_999;
  return isValid
    ? { seconds, isStubborn }
    : 'Invalid value for timeout (/T) specified. Valid range is -1 to 99999 seconds.';
}
