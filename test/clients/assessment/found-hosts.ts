import type { HostFacts } from '../../../contracts/facts';
import type { Hotfix } from '../../../contracts/hotfix';
import { hostId } from '../../../contracts/ids';
import type { HostAssessment } from '../../../contracts/steps';
import { judge, trimFacts } from '../../../domain/hotfix';
import { kb3004383 } from '../../domain/hotfix/host-facts';

type Reached = Extract<HostAssessment, { readonly reached: true }>;

/** A host as an assessment gives it: judged, its facts cut to those that decided. */
export const found = (name: string, facts: HostFacts, hotfix: Hotfix = kb3004383): Reached => ({
  hostId: hostId(name),
  reached: true,
  verdict: judge(facts, hotfix),
  facts: trimFacts(facts, hotfix),
});

export const unreached = (name: string, message = 'nobody answers'): HostAssessment => ({
  hostId: hostId(name),
  reached: false,
  failure: { code: 'host-unreachable', message, advice: 'switch it on' },
});
