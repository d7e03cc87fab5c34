import { canonicalJson } from '../../contracts/canonical-json';
import { type Reason, reason } from '../../contracts/reason';
import type { StandingContent, StandingFound, StandingPlan } from '../../contracts/standing';

const partWords: { readonly [part in keyof StandingContent]: string } = {
  change: 'change number',
  hotfix: 'hotfix definition',
  package: 'package',
  hosts: 'choice of hosts',
  policy: 'waves, budgets or limits',
  hostPolicy: 'what is done on a host',
  availabilitySets: 'availability sets',
  approvals: 'approvals',
  calendar: 'windows or blackouts',
  order: 'order',
  gates: 'gates',
  notify: 'notifications',
  fleetFile: 'fleet file',
  maxHosts: 'hosts per window',
  expiresAt: 'expiry',
};

/** What the files say otherwise than when the standing plan was created, in words; empty when they say the same. */
export function differencesOf(plan: StandingPlan, found: StandingFound): readonly string[] {
  const parts = (Object.keys(partWords) as (keyof StandingContent)[]).filter(
    (part) => plan.parts[part] !== found.parts[part],
  );
  // What a firing looks at before it reads the files has to be what the files say.
  if (isOther(plan.calendar, found.calendar)) parts.push('calendar');
  if (isOther(plan.policy, found.policy)) parts.push('approvals');
  const words = [...new Set(parts)].map((part) => partWords[part]);
  return words.length === 0 && plan.hash !== found.hash ? ['its hash'] : words;
}

const isOther = (one: unknown, other: unknown): boolean =>
  canonicalJson(one) !== canonicalJson(other);

/** Approvals name a hash: what has another one was approved by nobody. Null when nothing was changed. */
export function refusalOfChanged(plan: StandingPlan, found: StandingFound): Reason | null {
  const differences = differencesOf(plan, found);
  if (differences.length === 0) return null;
  const message = `changed since it was approved: ${differences.join(', ')}; put it back, or create it again with --replace and have it approved`;
  return reason('changed-since-approval', message, { approved: plan.hash, found: found.hash });
}
