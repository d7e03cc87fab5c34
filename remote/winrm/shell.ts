import type { WinRmTuning } from './config';
import { hasFaultCode } from './errors';
import { faultCodes } from './wire/fault';
import {
  buildCommand,
  buildCreate,
  buildDelete,
  buildReceive,
  buildSend,
  buildTerminate,
} from './wire/shell-requests';
import {
  parseCommandResponse,
  parseCreateResponse,
  parseReceiveResponse,
} from './wire/shell-responses';
import type { Received } from './wire/shell-responses';
import type { WsMan } from './wsman';

/** One cmd shell on the host; it holds a slot of the user's quota there until it is deleted. */
export interface Shell {
  readonly commandsStarted: () => number;
  /** Id of the command. */
  start(commandLine: string, signal?: AbortSignal): Promise<string>;
  /** Null when nothing happened within the operation timeout. */
  receive(
    commandId: string,
    operationTimeoutMs: number,
    signal?: AbortSignal,
  ): Promise<Received | null>;
  send(commandId: string, bytes: Uint8Array, end: boolean, signal?: AbortSignal): Promise<void>;
  /** Gives up after `cleanupMs` without a word. */
  terminate(commandId: string): Promise<void>;
  /** Gives up after `cleanupMs` without a word: the host frees an idle shell by itself. */
  delete(): Promise<void>;
}

const utf8CodePage = 65001;

/** Deliberately without a signal: cut off, a shell might have been made that nobody would delete. */
export async function createShell(wsman: WsMan, tuning: WinRmTuning): Promise<Shell> {
  const shell = { codePage: utf8CodePage, idleTimeoutMs: tuning.shellIdleMs };
  const shellId = await wsman.invoke((header) => buildCreate(header, shell), parseCreateResponse);
  let commandsStarted = 0;
  return {
    commandsStarted: () => commandsStarted,
    start: (commandLine, signal) => {
      commandsStarted += 1;
      return wsman.invoke(
        (header) => buildCommand(header, shellId, commandLine),
        parseCommandResponse,
        optional(signal),
      );
    },
    receive: (commandId, operationTimeoutMs, signal) =>
      wsman
        .invoke(
          (header) => buildReceive(header, shellId, commandId),
          (body) => parseReceiveResponse(body, commandId),
          { operationTimeoutMs, ...optional(signal) },
        )
        .catch(nullOnTimeout),
    send: (commandId, bytes, end, signal) =>
      wsman.invoke(
        (header) => buildSend(header, { shellId, commandId }, bytes, end),
        ignoreBody,
        optional(signal),
      ),
    terminate: (commandId) =>
      quietly((signal) =>
        wsman.invoke((header) => buildTerminate(header, shellId, commandId), ignoreBody, {
          signal,
        }),
      ),
    delete: () =>
      quietly((signal) =>
        wsman.invoke((header) => buildDelete(header, shellId), ignoreBody, { signal }),
      ),
  };

  async function quietly(act: (signal: AbortSignal) => Promise<void>): Promise<void> {
    const stop = new AbortController();
    const timer = setTimeout(
      () => stop.abort(new Error('cleanup took too long')),
      tuning.cleanupMs,
    );
    await act(stop.signal).catch(() => undefined);
    clearTimeout(timer);
  }
}

function optional(signal?: AbortSignal): { signal?: AbortSignal } {
  return signal ? { signal } : {};
}

function nullOnTimeout(error: unknown): null {
  if (hasFaultCode(error, [faultCodes.timedOut])) return null;
  throw error;
}

function ignoreBody(): void {
  // Send, Signal and Delete say all they have to say by not being a fault.
}
