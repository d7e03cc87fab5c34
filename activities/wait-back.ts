import type { BootIdentity } from '../contracts/facts';
import type { WaitBackInput, WaitBackResult } from '../contracts/steps';
import type { BootSight } from './boot-watch';
import { createBootWatch } from './boot-watch';
import type { ActivityDependencies } from './dependencies';
import { createGrowingPause } from './growing-pause';
import { onHost } from './step';
import type { Step } from './step';

/** What a try that was cut leaves to the next one. Times in epoch milliseconds. */
interface Progress {
  /** Boot that the host was last seen in. */
  readonly boot: BootIdentity;
  /** Boots seen since the expected one ended. */
  readonly reboots: number;
  /** Since when the host is waited for in this boot. */
  readonly since: number;
  readonly awaySince: number | null;
  /** Down time of the boots that are over. */
  readonly downMs: number | null;
}

const connectTimeoutMs = 10_000;
/** As Ansible's reboot has it: a host is not asked less often than that, nor much more often. */
const longestPauseMs = 12_000;

/**
 * Waits until the host is in another boot and stays in it: Windows itself may restart again a minute after it came
 * back, to finish an update. Only a look that finds the same boot before and after the settling time, with servicing
 * at rest, is believed.
 */
export const createWaitBack =
  (deps: ActivityDependencies) =>
  (input: WaitBackInput): Promise<WaitBackResult> =>
    onHost<Progress, WaitBackResult>(
      deps,
      input,
      async (step) => {
        const look = createBootWatch(step);
        let progress: Progress = step.before ?? {
          boot: input.expected,
          reboots: 0,
          since: deps.now(),
          awaySince: null,
          downMs: null,
        };
        for (;;) {
          const arrival = await awaitBoot(deps, input, step, look, progress);
          if ('back' in arrival) return arrival;
          progress = arrival;
          if (progress.reboots - 1 > input.maxOwn) return keepsRebooting(progress, input);
          const settled = await settle(deps, input, step, look, progress);
          if ('back' in settled) return settled;
          progress = settled;
        }
      },
      // A look at the boot needs no shell where WMI answers.
      { connectTimeoutMs, shell: 'when-needed' },
    );

type Look = (than: BootIdentity) => Promise<BootSight>;
type Ended = Extract<WaitBackResult, { back: boolean }>;

/** Until the host is in another boot than the one it was last seen in; at once when it was seen in one already. */
async function awaitBoot(
  deps: ActivityDependencies,
  input: WaitBackInput,
  step: Step<Progress>,
  look: Look,
  from: Progress,
): Promise<Progress | Ended> {
  const pauses = createGrowingPause(1000, longestPauseMs);
  let progress = from;
  // Away after it was back: it may be the same boot again, when only the way to it was cut.
  const isFurther = progress.reboots > 0;
  for (;;) {
    step.report(progress);
    const sight = await look(progress.boot);
    if (sight.seen === 'other') return arrived(deps, progress, sight.boot);
    if (sight.seen === 'same' && isFurther) return { ...progress, awaySince: null };
    if (sight.seen === 'same') progress = { ...progress, awaySince: null };
    if (sight.seen === 'away') {
      progress = { ...progress, awaySince: progress.awaySince ?? deps.now() };
    }
    if (deps.now() - progress.since >= input.timeoutMs) return overdue(sight, input);
    await step.pause(pauses.next());
  }
}

function arrived(deps: ActivityDependencies, progress: Progress, boot: BootIdentity): Progress {
  const awayMs = progress.awaySince === null ? 0 : deps.now() - progress.awaySince;
  return {
    boot,
    reboots: progress.reboots + 1,
    since: deps.now(),
    awaySince: null,
    downMs: (progress.downMs ?? 0) + awayMs,
  };
}

/** Leaves the host alone, then looks again; a result when it is still in this boot and at rest. */
async function settle(
  deps: ActivityDependencies,
  input: WaitBackInput,
  step: Step<Progress>,
  look: Look,
  from: Progress,
): Promise<Progress | Ended> {
  const pauses = createGrowingPause(2000, longestPauseMs);
  step.report(from);
  // No session is held open meanwhile: it would not see a restart, only be cut by it.
  await step.line.close();
  await step.wait(input.settleMs);
  for (;;) {
    const sight = await look(from.boot);
    if (sight.seen === 'other') return arrived(deps, from, sight.boot);
    if (sight.seen === 'away') return { ...from, since: deps.now(), awaySince: deps.now() };
    const { boot, reboots, downMs } = from;
    if (sight.seen === 'same' && !sight.isWorking) {
      return { back: true, boot, reboots, downMs: downMs ?? 0, asked: sight.asked };
    }
    if (deps.now() - from.since >= input.timeoutMs + input.settleMs) {
      return {
        back: false,
        code: 'never-came-back',
        message: `${input.hostId} is up again, but its servicing did not come to rest within ${input.timeoutMs} ms`,
      };
    }
    step.report(from);
    await step.pause(pauses.next());
  }
}

function overdue(
  sight: Exclude<BootSight, { readonly seen: 'other' }>,
  { hostId, timeoutMs }: WaitBackInput,
): Ended {
  const after = `${timeoutMs} ms after the reboot was asked for`;
  if (sight.seen === 'same') {
    const message = `${hostId} is still in the boot that was to end, ${after}`;
    return { back: false, code: 'never-went', message };
  }
  const message =
    sight.seen === 'away'
      ? `${hostId} did not come back, ${after}: ${sight.why}`
      : `${hostId} answers, but does not tell its boot, ${after}`;
  return { back: false, code: 'never-came-back', message: message.slice(0, 500) };
}

function keepsRebooting({ reboots }: Progress, { hostId, maxOwn }: WaitBackInput): Ended {
  return {
    back: false,
    code: 'keeps-rebooting',
    message: `${hostId} was seen in ${reboots} boots since it was asked for one; ${maxOwn} of its own are waited out`,
  };
}
