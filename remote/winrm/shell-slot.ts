import type { WinRmTuning } from './config';
import { hasFaultCode, quotaCodes, shellGoneCodes } from './errors';
import { createShell } from './shell';
import type { Shell } from './shell';
import { orAborted, pause } from './stop';
import type { WsMan } from './wsman';

export interface StartedCommand {
  readonly shell: Shell;
  readonly commandId: string;
}

/** The one shell of a session: made when needed, replaced when used up or lost, deleted in the end. */
export interface ShellSlot {
  open(signal: AbortSignal): Promise<Shell>;
  start(commandLine: string, signal: AbortSignal): Promise<StartedCommand>;
  /** Deletes the shell with all that runs in it; also one whose making was still under way. Never throws. */
  drop(): Promise<void>;
}

export function createShellSlot(wsman: WsMan, tuning: WinRmTuning): ShellSlot {
  let current: Promise<Shell> | null = null;

  const drop = async (): Promise<void> => {
    const dropped = current;
    current = null;
    const shell = await dropped?.catch(() => null);
    await shell?.delete();
  };

  const open = async (signal: AbortSignal): Promise<Shell> => {
    if (current !== null) {
      const shell = await orAborted(current, signal);
      if (shell.commandsStarted() < tuning.commandsPerShell) return shell;
      await drop();
    }
    const making = createPatiently(wsman, tuning, signal);
    current = making;
    making.catch(() => {
      if (current === making) current = null;
    });
    return orAborted(making, signal);
  };

  /**
   * A refused Command has not run, so it may be sent again: into a new shell when the old one is gone, and after the
   * old one with its used-up operations was freed when the quota is full. Once; then it is somebody else's quota.
   */
  const start = async (commandLine: string, signal: AbortSignal): Promise<StartedCommand> => {
    const shell = await open(signal);
    try {
      return { shell, commandId: await shell.start(commandLine, signal) };
    } catch (error) {
      if (!hasFaultCode(error, [...shellGoneCodes, ...quotaCodes])) throw error;
    }
    await drop();
    const fresh = await open(signal);
    return { shell: fresh, commandId: await fresh.start(commandLine, signal) };
  };

  return { open, start, drop };
}

/**
 * A full quota passes: others' shells end, and a host frees the slot of a deleted shell a little later than it answers
 * the Delete.
 */
async function createPatiently(
  wsman: WsMan,
  tuning: WinRmTuning,
  signal: AbortSignal,
): Promise<Shell> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      // oxlint-disable-next-line no-await-in-loop -- the next try waits for the refusal of this one
      return await createShell(wsman, tuning);
    } catch (error) {
      if (!hasFaultCode(error, quotaCodes) || attempt >= tuning.quotaRetries) throw error;
      // oxlint-disable-next-line no-await-in-loop -- the pause between two tries
      await pause(tuning.quotaPauseMs, signal);
    }
  }
}
