import { Failure } from '../contracts/failures';
import type { HookInput, HookResult } from '../contracts/steps';
import { decodeOutput } from '../remote/windows/decode';
import type { ActivityDependencies } from './dependencies';
import { inSession } from './step';

const outputTailLength = 1000;

/**
 * Runs the plan's own command on the host. Its author makes it fit to be repeated: a worker that was cut cannot know
 * whether it ran.
 */
export const createHook =
  (deps: ActivityDependencies) =>
  async (input: HookInput): Promise<HookResult> => {
    const { command, timeoutMs } = input.hook;
    const { exitCode, stdout, stderr, timedOut, durationMs } = await inSession(
      deps,
      input,
      (session, signal) => session.run(command, { timeoutMs, signal, maxOutputBytes: 256 * 1024 }),
    );
    if (timedOut || exitCode === null) {
      throw new Failure(
        'command-timeout',
        `${input.hostId}: the hook did not end within ${timeoutMs} ms`,
        { facts: { host: input.hostId, timeoutMs } },
      );
    }
    const output = `${decodeOutput(stdout)}${decodeOutput(stderr)}`.trim();
    return { exitCode, outputTail: output.slice(-outputTailLength), durationMs };
  };
