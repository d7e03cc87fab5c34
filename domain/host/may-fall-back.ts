import type { HostFacts } from '../../contracts/facts';
import type { HostPolicy } from '../../contracts/plan';
import type { Reason } from '../../contracts/reason';
import { reason } from '../../contracts/reason';
import type { FallbackInput } from '../../contracts/steps';
import type { Trouble } from './host-end';

/** Whether the fallback is carried out, with what ran before the change; if not, why not. */
export type FallbackPermission =
  | { readonly may: true; readonly before: FallbackInput['before'] }
  | { readonly may: false; readonly reason: Reason };

export function mayFallBack(
  trouble: Trouble,
  policy: Pick<HostPolicy, 'fallback'>,
  before: Pick<HostFacts, 'services' | 'appPools'>,
): FallbackPermission {
  if (!policy.fallback.when.includes(trouble.cause)) {
    return no('fallback-not-wanted', `the plan wants no fallback after ${trouble.cause}`);
  }
  if (!trouble.reachable) return no('fallback-impossible', 'the host cannot be reached');
  return whatRan(before);
}

/** The same for a host on which nothing went wrong, and of which only the workaround is asked. */
export function mayMitigate(facts: Pick<HostFacts, 'services' | 'appPools'>): FallbackPermission {
  return whatRan(facts);
}

function whatRan({
  services,
  appPools,
}: Pick<HostFacts, 'services' | 'appPools'>): FallbackPermission {
  // Unknown blocks: starting what nobody knows to have run could start what somebody had stopped on purpose.
  if (!services.known) return no('fallback-impossible', `what ran is not known: ${services.why}`);
  if (!appPools.known) return no('fallback-impossible', `what ran is not known: ${appPools.why}`);
  return { may: true, before: { services: services.value, appPools: appPools.value } };
}

const no = (code: string, why: string): FallbackPermission => ({
  may: false,
  reason: reason(code, why),
});
