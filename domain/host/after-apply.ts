import type { Hotfix } from '../../contracts/hotfix';
import type { HostPolicy } from '../../contracts/plan';
import type { Reason } from '../../contracts/reason';
import { reason } from '../../contracts/reason';
import type { ApplyResult } from '../../contracts/steps';
import type { ExitCodeJudgement } from '../hotfix';
import { meaningOf } from '../hotfix';
import { isRebootNext, rebootIfLeft } from './after-servicing';
import type { Trouble } from './host-end';

/** What follows from an attempt to install. */
export type AfterApply =
  | { readonly next: 'verify'; readonly reason: Reason }
  | { readonly next: 'reboot'; readonly reason: Reason; readonly applyAgain: boolean }
  | { readonly next: 'apply-later'; readonly reason: Reason; readonly pauseMs: number }
  | { readonly next: 'give-up'; readonly trouble: Trouble };

export interface Attempts {
  /** Times that the package was applied, this one included. */
  readonly applies: number;
  /** Reboots that were asked for. */
  readonly reboots: number;
}

/** An installer that says "later" is asked so often, with pauses that double. */
const maxApplies = 3;
const firstPauseMs = 60_000;

export function afterApply(
  result: ApplyResult,
  attempts: Attempts,
  hotfix: Hotfix,
  policy: Pick<HostPolicy, 'reboot'>,
): AfterApply {
  const decided = byPackage(result, hotfix) ?? byExitCode(result, attempts, hotfix);
  return decided.next === 'reboot' ? rebootIfLeft(decided, attempts.reboots, policy) : decided;
}

/** What servicing says of the package counts more than what the installer's exit code says. */
function byPackage({ package: found, how }: ApplyResult, hotfix: Hotfix): AfterApply | null {
  if (found.state === 'install-pending') {
    const message = 'The package is installed as soon as the host has rebooted.';
    return reboot(reason('install-pending', message, { how }));
  }
  if (found.state !== 'installed' && found.state !== 'superseded') return null;
  // Found as it is to be: whether it has been in force since an earlier reboot is for the verification to say.
  const inForce = how === 'found-installed' || hotfix.install.reboot !== 'required';
  const seen = reason('package-installed', 'The package is installed.', { how });
  return inForce ? { next: 'verify', reason: seen } : reboot(seen);
}

function byExitCode(result: ApplyResult, attempts: Attempts, hotfix: Hotfix): AfterApply {
  if (result.exitCode === null) {
    const message = `What the installer ended with is not known; the package is ${result.package.state}.`;
    return giveUp('apply', reason('installer-result-unknown', message, { how: result.how }));
  }
  const judged = meaningOf(result.exitCode, hotfix);
  if (endsApplying(judged, hotfix)) return { next: 'verify', reason: judged.reason };
  return isRebootNext(judged) ? reboot(judged.reason) : tryAgain(judged, attempts);
}

const endsApplying = ({ meaning, verifyDecides }: ExitCodeJudgement, { install }: Hotfix) =>
  verifyDecides ||
  meaning === 'already-there' ||
  meaning === 'not-applicable' ||
  (meaning === 'done' && install.reboot !== 'required');

function tryAgain({ meaning, reason: why }: ExitCodeJudgement, { applies }: Attempts): AfterApply {
  if (meaning === 'needs-a-person' || applies >= maxApplies) return giveUp('apply', why);
  if (meaning === 'retry-after-reboot') return reboot(why, true);
  return { next: 'apply-later', reason: why, pauseMs: firstPauseMs * 2 ** (applies - 1) };
}

const reboot = (why: Reason, applyAgain = false): Extract<AfterApply, { next: 'reboot' }> => ({
  next: 'reboot',
  reason: why,
  applyAgain,
});

const giveUp = (cause: Trouble['cause'], why: Reason): AfterApply => ({
  next: 'give-up',
  trouble: { cause, reason: why, reachable: true },
});
