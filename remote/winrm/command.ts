import type { CommandInput } from '../command-input';
import type { WinRmTuning } from './config';
import { WsManFaultError, hasFaultCode } from './errors';
import type { Output } from './output';
import type { StartedCommand } from './shell-slot';
import { graceMs, pause } from './stop';
import type { Stop } from './stop';
import { faultCodes } from './wire/fault';
import { MessageRefused } from './wire/envelope';

/**
 * Feeds a command and fetches what it prints until it is done.
 *
 * @returns its exit code, or null when the deadline came first.
 */
export async function followCommand(
  command: StartedCommand,
  output: Output,
  stop: Stop,
  tuning: WinRmTuning,
  input?: CommandInput,
): Promise<number | null> {
  let inputClosed = false;
  if (input !== undefined) {
    await feed(command, input, stop, tuning);
    inputClosed = true;
  }
  let patienceMs = tuning.firstReceiveMs;
  while (stop.remainingMs() > 0) {
    const waitMs = Math.max(graceMs, Math.min(patienceMs, stop.remainingMs()));
    const received = await command.shell.receive(command.commandId, waitMs, stop.signal);
    patienceMs = tuning.operationTimeoutMs;
    if (received === null) {
      if (!inputClosed) await closeInput(command, stop);
      inputClosed = true;
      continue;
    }
    for (const { stream, bytes } of received.output) output.add(stream, bytes);
    if (received.done) {
      if (received.exitCode === null)
        throw new MessageRefused('the command ended without exit code');
      return received.exitCode;
    }
  }
  return null;
}

/**
 * A command that reads standard input would wait for ever, since the host leaves it open. It is closed only for one
 * that is silent for a while: for the many that never look, that spares a request.
 */
async function closeInput({ shell, commandId }: StartedCommand, stop: Stop): Promise<void> {
  try {
    await shell.send(commandId, new Uint8Array(0), true, stop.signal);
  } catch (error) {
    if (!(error instanceof WsManFaultError)) throw error;
  }
}

/**
 * Sends all input. A process that ended early makes the host refuse the rest: that is no error here, its exit code
 * says more.
 */
async function feed(
  command: StartedCommand,
  input: CommandInput,
  stop: Stop,
  tuning: WinRmTuning,
): Promise<void> {
  for await (const { bytes, last } of input) {
    if (!(await sendPatiently(command, bytes, last, stop, tuning))) return;
  }
}

/**
 * A Send that times out has been taken all the same; then the next one may meet fault 170, which passes by itself.
 *
 * @returns false when the command takes no input any more.
 */
async function sendPatiently(
  { shell, commandId }: StartedCommand,
  bytes: Uint8Array,
  last: boolean,
  stop: Stop,
  tuning: WinRmTuning,
): Promise<boolean> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      await shell.send(commandId, bytes, last, stop.signal);
      return true;
    } catch (error) {
      if (hasFaultCode(error, [faultCodes.timedOut])) return true;
      const busy = hasFaultCode(error, [faultCodes.busy]) && attempt < tuning.busyRetries;
      if (!busy && error instanceof WsManFaultError) return false;
      if (!busy) throw error;
      await pause(tuning.busyPauseMs, stop.signal);
    }
  }
}
