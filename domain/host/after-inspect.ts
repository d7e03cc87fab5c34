import { type Reason, reason } from '../../contracts/reason';
import type { Hotfix } from '../../contracts/hotfix';
import type { CheckResult, InspectedPackage, InspectResult } from '../../contracts/steps';
import { findFix } from '../hotfix/fix-presence';
import type { HostEnd } from './host-end';
import { endUntouched } from './host-end';

/** What servicing's word on the package makes of the host. */
export type AfterInspect =
  | {
      readonly next: 'apply';
      /** Those that apply and are not there yet, in their order. */
      readonly cabinets: readonly string[];
      /** What each of them holds. */
      readonly identities: readonly string[];
    }
  /** `pending`: it works from the next boot on. */
  | { readonly next: 'already-there'; readonly pending: boolean; readonly reason: Reason }
  | { readonly next: 'end'; readonly end: HostEnd };

/**
 * Nothing is concluded from "does not apply" alone, which servicing says of a package that a later one replaced as it
 * does of one for another system: the files of the fix tell them apart, and where they cannot, a person has to.
 */
export function afterInspect(
  { packages }: InspectResult,
  { facts }: Pick<CheckResult, 'facts'>,
  hotfix: Hotfix,
): AfterInspect {
  const prefix = hotfix.install.packageIdentity;
  const own = packages.filter(({ identity }) => beginsWith(identity, prefix));
  if (own.length === 0) return untouched(otherPackage(packages, prefix));
  const unsaid = packages.find((one) => !isThere(one) && one.applicable === null);
  if (unsaid !== undefined) return untouched(applicabilityUnknown(unsaid));
  const open = packages.filter((one) => !isThere(one) && one.applicable === true);
  // Helpers alone, such as a servicing stack, are installed for the sake of the hotfix, never without it.
  if (!own.some((one) => isThere(one) || open.includes(one))) return notApplicable(facts, hotfix);
  if (open.length > 0) {
    return {
      next: 'apply',
      cabinets: open.map(({ cabinet }) => cabinet),
      identities: open.map(({ identity }) => identity),
    };
  }
  return alreadyThere(own.filter(isThere));
}

const beginsWith = (identity: string, prefix: string): boolean =>
  identity.toLowerCase().startsWith(prefix.toLowerCase());

/** One that the next boot takes away is not: it has to be installed again after that. */
const isThere = ({ state }: InspectedPackage): boolean =>
  state === 'installed' || state === 'install-pending' || state === 'superseded';

function alreadyThere(own: readonly InspectedPackage[]): AfterInspect {
  const pending = own.find(({ state }) => state === 'install-pending');
  const [first] = own;
  const identity = (pending ?? first)?.identity ?? '';
  const why =
    pending === undefined
      ? reason('package-already-there', `Servicing has ${identity} already.`, { identity })
      : reason('install-pending', `${identity} is installed as soon as the host has rebooted.`, {
          identity,
        });
  return { next: 'already-there', pending: pending !== undefined, reason: why };
}

function notApplicable(facts: CheckResult['facts'], hotfix: Hotfix): AfterInspect {
  const fix = findFix(facts, hotfix);
  const seen = { found: fix.reason.code };
  if (fix.state === 'pending') return { next: 'already-there', pending: true, reason: fix.reason };
  if (fix.state === 'in') {
    const message = `The package does not apply, for a later update has brought the fix. ${fix.reason.message}`;
    const why = reason('package-superseded', message, seen);
    return { next: 'end', end: { outcome: 'already-fixed', reason: why, available: true } };
  }
  // Without files to compare a package that was replaced looks like one for another system.
  if (fix.state === 'out' && hotfix.verification.files.length > 0) {
    const message = `Servicing says that the package does not apply to this host, and the fix is not there: the package is for another system. Nothing was changed.`;
    const why = reason('package-not-applicable', message, seen);
    return { next: 'end', end: { outcome: 'not-applicable', reason: why, available: true } };
  }
  const message = `Servicing says that the package does not apply, and whether that is because a later update replaced it is not known: ${fix.reason.message} Nothing was changed; look which updates the host has.`;
  return untouched(reason('not-applicable-unclear', message, seen));
}

const untouched = (why: Reason): AfterInspect => ({ next: 'end', end: endUntouched(why) });

function otherPackage(packages: readonly InspectedPackage[], wanted: string): Reason {
  const found = packages.map(({ identity }) => identity).join(', ');
  const message = `The package holds ${found === '' ? 'nothing' : found.slice(0, 300)}, and no ${wanted} as the hotfix has it. Nothing was changed; name the right package in the plan.`;
  return reason('other-package', message, { wanted, packages: packages.length });
}

function applicabilityUnknown({ identity, state }: InspectedPackage): Reason {
  const message = `Servicing does not say whether ${identity} applies to this host. Nothing was changed; ask dism /get-packageinfo on the host.`;
  return reason('applicability-unknown', message, { identity, state });
}
