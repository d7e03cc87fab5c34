import { reason } from '../../contracts/reason';
import type { StepFailure, WatchResult } from '../../contracts/steps';
import type { HostEnd, Trouble } from './host-end';
import { isOutOfReach } from './host-end';

/** What follows from one look at a host that is only watched. */
export type AfterWatch =
  | { readonly next: 'go-on' }
  | { readonly next: 'end'; readonly end: HostEnd }
  | { readonly next: 'trouble'; readonly trouble: Trouble };

type Looked =
  | { readonly ok: true; readonly value: WatchResult }
  | { readonly ok: false; readonly failure: StepFailure };

const minuteMs = 60_000;
/** Between two looks; Exchange says a thing once in 15 minutes, so that more looks would not see more. */
const lookEveryMs = 5 * minuteMs;
const maxLooks = 12;

/** Pauses before each look; they add up to the time that a host has to stay quiet. */
export function pausesOfWatch(quietForMs: number): number[] {
  const looks = Math.min(maxLooks, Math.max(1, Math.floor(quietForMs / lookEveryMs)));
  const pause = Math.ceil(quietForMs / looks);
  return Array.from({ length: looks }, () => pause);
}

/**
 * A symptom is trouble at once. What a look could not tell the next one tells, for the log keeps what is written; only
 * of the last one it is held against the host, because unknown blocks.
 *
 * @param quiet how the host ends when all was quiet
 */
export function afterWatch(looked: Looked, quiet: HostEnd, isLast: boolean): AfterWatch {
  if (looked.ok && (looked.value.symptoms ?? 0) > 0) return symptomBack(looked.value);
  if (!isLast) return { next: 'go-on' };
  if (!looked.ok) {
    const end = endUnwatched(looked.failure.message);
    return { next: 'end', end: { ...end, available: !isOutOfReach(looked.failure) } };
  }
  if (looked.value.symptoms === null) {
    return { next: 'end', end: endUnwatched(looked.value.why ?? 'the log told nothing') };
  }
  const message = `${quiet.reason.message} The symptom did not come back.`;
  return {
    next: 'end',
    end: { ...quiet, reason: reason(quiet.reason.code, message, quiet.reason.facts) },
  };
}

function symptomBack({ symptoms, firstAt }: WatchResult): AfterWatch {
  const message = `The symptom was logged ${symptoms ?? 0} times after the hotfix was in, first ${firstAt ?? 'at an unknown time'}.`;
  return {
    next: 'trouble',
    trouble: {
      cause: 'verify',
      reason: reason('symptom-while-watched', message, { symptoms, firstAt }),
      reachable: true,
    },
  };
}

/** The hotfix is in and was verified, but whether the symptom came back could not be told. The host serves. */
export const endUnwatched = (why: string): HostEnd => ({
  outcome: 'failed',
  reason: reason(
    'watch-unknown',
    `The hotfix is in, but whether the symptom came back could not be told: ${why}. Look at the host's event log.`,
  ),
  available: true,
});
