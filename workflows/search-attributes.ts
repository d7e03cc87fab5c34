import { defineSearchAttributeKey } from '@temporalio/common';
import type { SearchAttributePair } from '@temporalio/common';
import { upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';
import type { HostId } from '../contracts/ids';
import { searchAttributes } from '../contracts/names';
import type { RolloutPhase } from '../contracts/outcome';
import type { RolloutInput } from '../contracts/rollout';

/** Never secrets: search attributes are stored in the clear, whatever codec is switched on. */
const keys = {
  rolloutId: defineSearchAttributeKey(searchAttributes.rolloutId, 'KEYWORD'),
  hotfix: defineSearchAttributeKey(searchAttributes.hotfix, 'KEYWORD'),
  rolloutPhase: defineSearchAttributeKey(searchAttributes.rolloutPhase, 'KEYWORD'),
  hostId: defineSearchAttributeKey(searchAttributes.hostId, 'KEYWORD'),
} as const;

const common = ({ rolloutId, hotfix }: RolloutInput): SearchAttributePair[] => [
  { key: keys.rolloutId, value: rolloutId },
  { key: keys.hotfix, value: hotfix.id },
];

export const hostAttributes = (input: RolloutInput, hostId: HostId): SearchAttributePair[] => [
  ...common(input),
  { key: keys.hostId, value: hostId },
];

export const assessmentAttributes = common;

/**
 * Shows the phase to lists of rollouts; asking every rollout would cost a query each. Tells whether it is another one
 * than before.
 */
export function createPhaseSign(input: RolloutInput): (phase: RolloutPhase) => boolean {
  let shown = workflowInfo().typedSearchAttributes.get(keys.rolloutPhase);
  return (phase) => {
    if (phase === shown) return false;
    shown = phase;
    upsertSearchAttributes([...common(input), { key: keys.rolloutPhase, value: phase }]);
    return true;
  };
}
