import { CommanderError } from 'commander';
import { Failure } from '../../contracts/failures';
import { exitCodes } from './exit-codes';
import type { ExitCode } from './exit-codes';
import type { CliIo } from './io';

/** The one place where an error becomes an exit code and what a person reads. */
export function concludeError(error: unknown, io: CliIo): ExitCode {
  // Commander has said it already: help and version end well, anything else was bad usage.
  if (error instanceof CommanderError) {
    return error.exitCode === 0 ? exitCodes.good : exitCodes.badInput;
  }
  // Whatever fails once a person has ended it fails because of that.
  if (io.signal.aborted) return exitCodes.interrupted;
  if (error instanceof Failure) {
    const host = error.facts['host'];
    const where = typeof host === 'string' ? `${host}: ` : '';
    io.stderr.write(`error: ${where}${error.message}\nwhat to do: ${error.advice}\n`);
    return exitCodes.badInput;
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  io.stderr.write(
    `internal error: ${text}\nThis is a fault of rollout itself: please report it.\n`,
  );
  return exitCodes.internal;
}
