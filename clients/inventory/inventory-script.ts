import { spawn } from 'node:child_process';
import { dirname, resolve } from 'node:path';

import { Unusable } from './origin';

/** What a dynamic inventory may take and print: a script that hangs must not hang the rollout. */
export const scriptLimits = { timeoutMs: 60_000, outputBytes: 64 * 1024 * 1024 };

export interface ScriptLimits {
  readonly timeoutMs: number;
  readonly outputBytes: number;
}

/**
 * Runs a dynamic inventory, without a shell and in its own folder, and gives what it printed.
 *
 * @throws Unusable when it cannot be started, fails, takes too long or prints too much
 */
export function runInventoryScript(
  file: string,
  args: readonly string[],
  limits: ScriptLimits = scriptLimits,
): Promise<string> {
  const path = resolve(file);
  return new Promise((done, refuse) => {
    const child = spawn(path, args, {
      cwd: dirname(path),
      stdio: ['ignore', 'pipe', 'pipe'],
      // A group of its own: what the script has started ends with it.
      detached: process.platform !== 'win32',
    });
    const output: Buffer[] = [];
    let bytes = 0;
    let complaint = '';
    let refused: Unusable | null = null;
    const end = (reason: Unusable): void => {
      refused ??= reason;
      killGroup(child.pid);
      // What it started elsewhere may hold the pipes open: nobody waits for that.
      child.stdout.destroy();
      child.stderr.destroy();
    };
    const timer = setTimeout(() => end(tooLong(args, limits.timeoutMs)), limits.timeoutMs);
    child.stdout.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      output.push(chunk);
      if (bytes > limits.outputBytes) end(tooMuch(args, limits.outputBytes));
    });
    child.stderr.on('data', (chunk: Buffer) => {
      complaint = (complaint + chunk.toString('utf8')).slice(-2000);
    });
    child.on('error', (error: NodeJS.ErrnoException) => {
      clearTimeout(timer);
      refuse(notStarted(error));
    });
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      if (refused !== null) refuse(refused);
      else if (code === 0) done(Buffer.concat(output).toString('utf8'));
      else
        refuse(
          failed(args, code === null ? `signal ${String(signal)}` : `exit code ${code}`, complaint),
        );
    });
  });
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}

const tooLong = (args: readonly string[], timeoutMs: number): Unusable =>
  new Unusable(
    `did not end within ${timeoutMs / 1000} s when it was run with ${args.join(' ')}`,
    'run it by hand to see what it waits for; or keep what it prints in a file, and include that by json:',
  );

const tooMuch = (args: readonly string[], bytes: number): Unusable =>
  new Unusable(
    `printed more than ${bytes} bytes when it was run with ${args.join(' ')}`,
    'make it print the hosts of this fleet only',
  );

function notStarted({ code, message }: NodeJS.ErrnoException): Unusable {
  if (code === 'ENOENT')
    return new Unusable(
      'cannot be run: it, or the interpreter in its first line, is not there',
      'check both',
    );
  if (code === 'EACCES')
    return new Unusable('cannot be run: it is not executable', 'give it the right: chmod +x FILE');
  return new Unusable(
    `cannot be run (${code ?? message})`,
    'check that it is a program or a script',
  );
}

/** The last line of what it complained about is mostly the error itself. */
function failed(args: readonly string[], how: string, complaint: string): Unusable {
  const last = complaint.trim().split('\n').at(-1) ?? '';
  const said = last === '' ? '' : `: ${last.slice(0, 300)}`;
  return new Unusable(
    `ended with ${how} when it was run with ${args.join(' ')}${said}`,
    'run it by hand, in its own folder, until it prints the hosts',
  );
}
