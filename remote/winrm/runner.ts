import { Failure } from '../../contracts/failures';
import type { CommandInput } from '../command-input';
import type { CommandResult, RunOptions } from '../session';
import { followCommand } from './command';
import { defaultRun } from './config';
import type { WinRmTuning } from './config';
import { toFailure } from './errors';
import { createOutput } from './output';
import type { Output } from './output';
import type { ShellSlot, StartedCommand } from './shell-slot';
import { createStop } from './stop';
import { isXmlText } from './wire/xml';
import type { WsMan } from './wsman';

/** Runs the commands of a session one after the other; what ran badly takes its shell with it. */
export interface Runner {
  run(commandLine: string, options?: RunOptions, input?: CommandInput): Promise<CommandResult>;
  close(): Promise<void>;
}

interface Context {
  readonly slot: ShellSlot;
  readonly wsman: WsMan;
  readonly tuning: WinRmTuning;
  readonly closing: AbortSignal;
  /** What still has to be told to the host of earlier commands: the next one waits for it, their callers do not. */
  cleanup: Promise<void>;
}

export function createRunner(slot: ShellSlot, wsman: WsMan, tuning: WinRmTuning): Runner {
  const closing = new AbortController();
  const context: Context = {
    slot,
    wsman,
    tuning,
    closing: closing.signal,
    cleanup: Promise.resolve(),
  };
  let queue: Promise<unknown> = Promise.resolve();
  return {
    run: (commandLine, options = {}, input) => {
      const result = queue.then(() => runOne(context, commandLine, options, input));
      queue = result.catch(() => undefined);
      return result;
    },
    close: async () => {
      closing.abort(sessionClosed(wsman));
      await queue;
      await context.cleanup;
      await slot.drop();
      wsman.close();
    },
  };
}

async function runOne(
  context: Context,
  commandLine: string,
  options: RunOptions,
  input?: CommandInput,
): Promise<CommandResult> {
  const { slot, wsman, closing } = context;
  refuseUnspeakable(commandLine, wsman);
  const timeoutMs = options.timeoutMs ?? defaultRun.timeoutMs;
  const finish = startResult(options.maxOutputBytes ?? defaultRun.maxOutputBytes);
  const stop = createStop(timeoutMs, [options.signal, closing]);
  let command: StartedCommand | null = null;
  try {
    stop.signal.throwIfAborted();
    await context.cleanup;
    command = await slot.start(commandLine, stop.signal);
    const exitCode = await followCommand(command, finish.output, stop, context.tuning, input);
    // Also after Done: a command that was not terminated keeps its slot ([MS-WSMV] 3.1.4.12).
    if (exitCode === null) await dropShell(slot, command);
    else context.cleanup = command.shell.terminate(command.commandId);
    return finish.result(exitCode);
  } catch (error) {
    context.cleanup = dropShell(slot, command);
    if (options.signal?.aborted) throw options.signal.reason;
    if (closing.aborted) throw closing.reason;
    if (!stop.isOverdue()) throw toFailure(error, wsman.target, 'a command');
    if (command === null) throw neverStarted(wsman, timeoutMs);
    await context.cleanup;
    return finish.result(null);
  } finally {
    stop.dispose();
  }
}

function startResult(maxOutputBytes: number): {
  output: Output;
  result: (exitCode: number | null) => CommandResult;
} {
  const startedAt = performance.now();
  const output = createOutput(maxOutputBytes);
  return {
    output,
    result: (exitCode) => ({
      exitCode,
      ...output.read(),
      timedOut: exitCode === null,
      durationMs: Math.round(performance.now() - startedAt),
    }),
  };
}

async function dropShell(slot: ShellSlot, command: StartedCommand | null): Promise<void> {
  await command?.shell.terminate(command.commandId);
  await slot.drop();
}

function refuseUnspeakable(commandLine: string, { target }: WsMan): void {
  if (isXmlText(commandLine)) return;
  const what = 'the command line has control characters that no WinRM message can carry';
  throw new Failure('bad-request', what, { facts: { host: target.host } });
}

function neverStarted({ target }: WsMan, timeoutMs: number): Failure {
  const what = `${target.url} did not take a command within ${timeoutMs} ms; whether it runs is unknown`;
  return new Failure('command-timeout', what, { facts: { host: target.host, timeoutMs } });
}

function sessionClosed({ target }: WsMan): Failure {
  const what = `the session with ${target.url} has been closed`;
  return new Failure('bad-request', what, { facts: { host: target.host } });
}
