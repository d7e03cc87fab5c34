import type { StandingPlan } from '../../contracts/standing';
import { calendarWords } from '../../domain/calendar';
import { approvalWords, isApproved } from '../../domain/standing';
import { localTime } from '../moments';
import { plural } from '../report/words';
import type { KeptStanding } from '../standing/create-standing';

/** What was done with a standing plan, and what others have to do now. */

export function createdWords(plan: StandingPlan, { replaced }: KeptStanding): string {
  const { name, hash, policy, requester } = plan;
  return [
    `${replaced ? 'replaced' : 'created'} standing plan ${name}: ${calendarWords(plan.calendar)}`,
    ...(replaced ? ['its earlier approvals are void; one that was paused still is'] : []),
    `at most ${plural(plan.maxHosts, 'host')} in each window, until ${localTime(plan.expiresAt)}`,
    `it does nothing without ${plural(policy.minApprovals, 'approval')} by others than ${requester.name}`,
    ...(policy.identity === 'authenticated'
      ? [
          'authenticated ones: what this command line sends is only asserted and does not count',
          `hash of what is approved: ${hash}`,
        ]
      : [
          'send them this; the hash stands for plan, hotfix, package, choice of hosts, and these limits:',
          `  rollout window approve ${name} --hash ${hash} --reason "..."`,
        ]),
  ].join('\n');
}

export function approvedWords(plan: StandingPlan): string {
  const goesOn = isApproved(plan) ? ': its next window is carried out' : '';
  return `${plan.name}: ${approvalWords(plan)}${goesOn}`;
}

export const pausedWords = (name: string): string =>
  `${name}: paused; no further window opens until it is resumed`;
export const resumedWords = (name: string): string =>
  `${name}: resumed; a window that is open already is left out`;
export const deletedWords = (name: string): string => `${name}: deleted`;
