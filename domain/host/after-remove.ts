import type { Hotfix } from '../../contracts/hotfix';
import type { HostPolicy } from '../../contracts/plan';
import type { Reason } from '../../contracts/reason';
import { reason } from '../../contracts/reason';
import type { RemoveResult } from '../../contracts/steps';
import type { ExitCodeJudgement } from '../hotfix';
import { meaningOf } from '../hotfix';
import { isRebootNext, rebootIfLeft } from './after-servicing';
import type { Trouble } from './host-end';

/** What follows from an attempt to remove. */
export type AfterRemove =
  | { readonly next: 'verify'; readonly reason: Reason }
  | { readonly next: 'reboot'; readonly reason: Reason; readonly removeAgain: boolean }
  | { readonly next: 'give-up'; readonly trouble: Trouble };

/** CBS_E_INVALID_PACKAGE, said of an identity that the host does not know; perhaps because it is gone. */
const unknownPackage = 0x800f_0805;

export function afterRemove(
  result: RemoveResult,
  { reboots }: { readonly reboots: number },
  hotfix: Hotfix,
  policy: Pick<HostPolicy, 'reboot'>,
): AfterRemove {
  const decided = byPackage(result, hotfix) ?? byExitCode(result, hotfix);
  return decided.next === 'reboot' ? rebootIfLeft(decided, reboots, policy) : decided;
}

/** What servicing says of the package counts more than what the exit code says. */
function byPackage(
  { package: found, how, exitCode }: RemoveResult,
  hotfix: Hotfix,
): AfterRemove | null {
  if (found.state === 'uninstall-pending') {
    const message = 'The package is gone as soon as the host has rebooted.';
    return reboot(reason('uninstall-pending', message, { how }));
  }
  if (found.state !== 'absent' && found.state !== 'staged') return null;
  const seen = reason('package-gone', 'The package is not installed any more.', { how });
  if (how === 'found-absent') return { next: 'verify', reason: seen };
  // One that was only pending is taken back at once, but its files may have been replaced already.
  const asks = exitCode !== null && asksForReboot(meaningOf(exitCode, hotfix));
  return asks || hotfix.install.reboot === 'required'
    ? reboot(seen)
    : { next: 'verify', reason: seen };
}

function byExitCode({ exitCode, package: found, how }: RemoveResult, hotfix: Hotfix): AfterRemove {
  if (exitCode === null) {
    const message = `What the removal ended with is not known; the package is ${found.state}.`;
    return giveUp(reason('removal-result-unknown', message, { how }));
  }
  const judged = meaningOf(exitCode, hotfix);
  const { meaning, reason: why } = judged;
  if (endsRemoving(judged, exitCode, hotfix)) return { next: 'verify', reason: why };
  if (meaning === 'retry-after-reboot') return reboot(why, true);
  if (asksForReboot(judged)) return reboot(why);
  if (!isRebootNext(judged)) return giveUp(why);
  const message = `The removal says that it is done, and the package is ${found.state} all the same.`;
  return giveUp(reason('package-still-there', message, { how, exitCode }));
}

/** "Not installed" (WU_S_ALREADY_UNINSTALLED) and "not applicable" are what a removal is to come to; the look decides. */
function endsRemoving(
  { meaning, verifyDecides }: ExitCodeJudgement,
  exitCode: number,
  { install }: Hotfix,
): boolean {
  const isUnknown =
    exitCode === unknownPackage && install.exitCodes[String(exitCode)] === undefined;
  return verifyDecides || isUnknown || meaning === 'not-applicable' || meaning === 'already-there';
}

const asksForReboot = ({ meaning }: ExitCodeJudgement): boolean =>
  meaning === 'reboot-needed' || meaning === 'rebooting';

const reboot = (why: Reason, removeAgain = false): Extract<AfterRemove, { next: 'reboot' }> => ({
  next: 'reboot',
  reason: why,
  removeAgain,
});

const giveUp = (why: Reason): AfterRemove => ({
  next: 'give-up',
  trouble: { cause: 'apply', reason: why, reachable: true },
});
