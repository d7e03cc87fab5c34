import type { BootIdentity, HostFacts } from '../../contracts/facts';
import { reason } from '../../contracts/reason';
import type { RemovalJudgement } from '../hotfix';
import type { HostEnd, Trouble } from './host-end';

/** What a removal begins with, or why it cannot begin. */
export type Removal =
  { readonly identities: readonly string[]; readonly boot: BootIdentity } | Trouble;

/** Only what the host itself lists is removed, by its whole identity; and only from a boot that is known. */
export function beforeRemoval({ package: found, boot }: HostFacts): Removal {
  if (!found.known) return cannotBegin('package-unknown', `which package is there: ${found.why}`);
  if (!boot.known) return cannotBegin('boot-unknown', `which boot the host is in: ${boot.why}`);
  const { identity } = found.value;
  return { identities: identity === null ? [] : [identity], boot: boot.value };
}

const cannotBegin = (code: string, what: string): Trouble => ({
  cause: 'apply',
  reason: reason(code, `Nothing was removed, for it is not known ${what}.`),
  reachable: true,
});

/** A host is rolled back when the package is proved to be gone and everything runs that ran. */
export function afterRemovalProof({ result, reasons }: RemovalJudgement): HostEnd | Trouble {
  const why = reasons[0] ?? reason('no-reason', `The look says ${result} without a reason.`);
  if (result === 'gone') return { outcome: 'rolled-back', reason: why, available: true };
  return {
    cause: 'verify',
    reason: reason(`removal-${result}`, `After the removal: ${why.message}`, {
      deciding: why.code,
    }),
    reachable: true,
  };
}

export const endOfFailedRemoval = (trouble: Trouble): HostEnd => ({
  outcome: 'failed',
  reason: reason(trouble.reason.code, `The rollback failed: ${trouble.reason.message}`, {
    ...trouble.reason.facts,
    cause: trouble.cause,
  }),
  available: false,
});

/** The hotfix was taken away again because its verification failed: the host is as it was before. */
export const endOfUndoing = (trouble: Trouble, removed: HostEnd): HostEnd => ({
  ...removed,
  reason: reason(
    'rolled-back-after-verify',
    `${trouble.reason.message} The hotfix was removed again: ${removed.reason.message}`,
    { troubleCode: trouble.reason.code },
  ),
});

/** The fallback that follows is told both: why the hotfix had to go, and that it did not. */
export const troubleOfUndoing = (trouble: Trouble, removal: Trouble): Trouble => ({
  cause: trouble.cause,
  reason: reason(
    trouble.reason.code,
    `${trouble.reason.message} Removing it failed too: ${removal.reason.message}`,
    { ...trouble.reason.facts, removal: removal.reason.code },
  ),
  reachable: removal.reachable,
});
