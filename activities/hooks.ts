import { Failure } from '../contracts/failures';
import type { HookInput, HookResult } from '../contracts/steps';
import { decodeOutput } from '../remote/windows/decode';
import type { ActivityDependencies } from './dependencies';
import { commandOf } from './hook/command';
import { reportOf } from './hook/report';
import { connectionOf } from './host-line';
import { inSession } from './step';

const outputTailLength = 1000;
const maxOutputBytes = 1024 * 1024;

/**
 * Runs the plan's own command, on the host or on the management host that it names. Its author makes it fit to be
 * repeated: a worker that was cut cannot know whether it ran. What was found before draining comes with the input, so
 * that a repetition sees the same.
 *
 * @param reports whether what it prints may be a report; nothing is asked of a hook that restores
 */
export const createHook =
  (deps: ActivityDependencies, reports: boolean) =>
  async (input: HookInput): Promise<HookResult> => {
    const { timeoutMs, on: place = input.hostId } = input.hook;
    const { address } = await connectionOf(deps, input);
    const command = commandOf(input, address);
    const ran = await inSession(deps, { ...input, hostId: place }, (session, signal) =>
      session.run(command, { timeoutMs, signal, maxOutputBytes }),
    );
    const { exitCode, timedOut, durationMs } = ran;
    if (timedOut || exitCode === null) {
      throw new Failure(
        'command-timeout',
        `${place}: the hook did not end within ${timeoutMs} ms`,
        {
          facts: { host: place, timeoutMs },
        },
      );
    }
    const printed = decodeOutput(ran.stdout);
    const output = `${printed}${decodeOutput(ran.stderr)}`.trim();
    const where = { host: place, isTruncated: ran.truncated };
    const report = reports ? reportOf(printed, where) : null;
    return {
      exitCode,
      outputTail: output.slice(-outputTailLength),
      ...(report === null ? {} : { report }),
      durationMs,
    };
  };
