import type { Outcome } from '../../contracts/outcome';
import type { FallbackCause } from '../../contracts/plan';
import type { Reason } from '../../contracts/reason';
import { reason } from '../../contracts/reason';
import type { HookResult, StepFailure } from '../../contracts/steps';

/** How a host ends, apart from its evidence. */
export interface HostEnd {
  readonly outcome: Outcome;
  readonly reason: Reason;
  /** Whether the host is back in service, so that its sets have the slot back. */
  readonly available: boolean;
}

/** A change that went wrong: what the fallback is for. */
export interface Trouble {
  readonly cause: FallbackCause;
  readonly reason: Reason;
  /** Whether the host can still be asked for something. */
  readonly reachable: boolean;
}

/** A person or the rollout changed their mind while nothing had been done to the host. */
export const cancelledBeforeChange: HostEnd = {
  outcome: 'not-started',
  reason: reason('cancelled-before-change', 'cancelled before anything was done to the host'),
  available: true,
};

/** Nothing was asked but to restore what an earlier run had drained. */
export const onlyRestored: HostEnd = {
  outcome: 'skipped',
  reason: reason('only-restored', 'only what an earlier run had drained was restored'),
  available: true,
};

/** Characters of a hook's output that a reason carries; the evidence has more. */
const hookTailLimit = 200;

/** Codes that say that nobody could get to the host and log in, as against that it was asked and answered badly. */
const outOfReach: ReadonlySet<string> = new Set([
  'host-unreachable',
  'connection-lost',
  'connect-timeout',
  'command-timeout',
  'login-refused',
  'host-key-changed',
  'host-key-unknown',
  'host-key-revoked',
  'algorithms-too-weak',
  'certificate-invalid',
  'certificate-changed',
  'tls-too-old',
  'kdc-unreachable',
  'kerberos-no-ticket',
  'kerberos-unavailable',
  'client-certificate-refused',
  'unencrypted-refused',
  'protocol-error',
  'too-many-sessions',
  'hostile-reply',
]);

export const isOutOfReach = (failure: StepFailure): boolean => outOfReach.has(failure.code);

export const reasonOf = (failure: StepFailure, during: string): Reason =>
  reason(failure.code, `${during}: ${failure.message}`);

/** A hook that ran and did not say "done". */
export const reasonOfHook = (
  hook: 'prior-state' | 'drain' | 'restore',
  result: HookResult,
): Reason => {
  const tail = result.outputTail.trim();
  const said = tail === '' ? '' : ` It said: ${tail.slice(-hookTailLimit)}`;
  return reason(
    `${hook}-refused`,
    `The ${hook} hook ended with exit code ${result.exitCode}.${said}`,
    { exitCode: result.exitCode },
  );
};

/** The host could not be asked at its turn. A host that nobody gets to is not in service as far as anyone knows. */
export const endOfFailedCheck = (failure: StepFailure): HostEnd => ({
  outcome: isOutOfReach(failure) ? 'unreachable' : 'failed',
  reason: reasonOf(failure, 'check'),
  available: false,
});

/** A failure before anything was done to the host: it is as it was. */
export const endUntouched = (why: Reason): HostEnd => ({
  outcome: 'failed',
  reason: why,
  available: true,
});

/** The hook that takes the host out of service did not say "done"; `restored` is null when there is no hook to undo it. */
export const endOfFailedDrain = (why: Reason, restored: boolean | null): HostEnd => ({
  outcome: 'failed',
  reason: why,
  available: restored === true,
});

/** Trouble that no fallback was carried out for, and why not. */
export const endInTrouble = (trouble: Trouble, noFallback: Reason): HostEnd => ({
  outcome: 'failed',
  reason: reason(
    trouble.reason.code,
    `${trouble.reason.message} No fallback: ${noFallback.message}.`,
    { ...trouble.reason.facts, cause: trouble.cause, noFallback: noFallback.code },
  ),
  available: false,
});

/** Trouble after which the services were restarted: `ok` when that helped, with what was seen. */
export const endOfFallback = (
  trouble: Trouble,
  judged: { readonly ok: boolean; readonly reasons: readonly Reason[] },
): HostEnd => {
  const seen = judged.reasons.map(({ message }) => message).join(' ');
  const facts = { cause: trouble.cause, troubleCode: trouble.reason.code };
  return judged.ok
    ? {
        outcome: 'mitigated',
        reason: reason(
          'fallback-helped',
          `${trouble.reason.message} The fallback helped, the hotfix is still owed: ${seen}`,
          facts,
        ),
        available: true,
      }
    : {
        outcome: 'failed',
        reason: reason(
          'fallback-failed',
          `${trouble.reason.message} The fallback failed too: ${seen}`,
          facts,
        ),
        available: false,
      };
};

/** The host did not get back what draining took from it. The outcome stays; the slot stays taken, and it is said first. */
export const endNotRestored = (end: HostEnd, why: string): HostEnd => ({
  outcome: end.outcome,
  reason: reason('not-restored', `NOT BACK IN SERVICE: ${why} Before that: ${end.reason.message}`, {
    outcomeCode: end.reason.code,
  }),
  available: false,
});

/** The host stays as somebody else had it: out of service, so that its slot stays taken as well. */
export const endDrainedByOther = (end: HostEnd, who: string): HostEnd => ({
  outcome: end.outcome,
  reason: reason(
    'drained-by-other',
    `It stays out of service, as it was found: drained by ${who}. ${end.reason.message}`,
    { outcomeCode: end.reason.code, drainedBy: who },
  ),
  available: false,
});

/** A step of the change that failed, by what is known of the host then. */
export const troubleOfFailure = (
  cause: FallbackCause,
  failure: StepFailure,
  during: string,
): Trouble => ({
  cause,
  reason: reasonOf(failure, during),
  reachable: !isOutOfReach(failure),
});
