import { z } from 'zod';

import { block, line, whole } from './fields.schema';
import { packageRef } from './package.schema';
import { type Parsed, parseWith } from './parsed.schema';
import {
  availabilitySets,
  hostIdField,
  hostIds,
  hostPolicy,
  previewHashField,
  rolloutAction,
  rolloutIdField,
  rolloutPolicy,
} from './preview.schema';
import { resolvedHotfix } from './resolved-hotfix.schema';
import type { AssessWorkflowInput, RolloutInput } from './rollout';
import type { AdmitInput, AssessInput, HostWorkflowInput } from './steps';

/** What workers are asked, checked again where it arrives. `valueOf` turns a refusal into a Failure `bad-request`. */

const admitInput = block({
  previewHash: previewHashField,
  hosts: hostIds,
  needsPackage: z.boolean(),
});

const assessInput = block({
  owner: line(200),
  previewHash: previewHashField,
  hosts: hostIds.max(25),
  hotfix: resolvedHotfix,
});

const assessWorkflowInput = block({
  owner: line(200),
  previewHash: previewHashField,
  hotfix: resolvedHotfix,
  hosts: hostIds,
  parallel: whole(1, 1000).exactOptional(),
});

const rolloutInput = block({
  rolloutId: rolloutIdField,
  previewHash: previewHashField,
  change: line(100),
  requestedBy: line(200),
  hotfix: resolvedHotfix,
  action: rolloutAction.exactOptional(),
  package: packageRef.nullable(),
  hosts: hostIds.min(1),
  sets: availabilitySets,
  policy: rolloutPolicy,
  hostPolicy,
  historyEvents: whole(1, 50_000).exactOptional(),
});

const hostWorkflowInput = block({
  rolloutId: rolloutIdField,
  hostId: hostIdField,
  previewHash: previewHashField,
  change: line(100),
  hotfix: resolvedHotfix,
  action: rolloutAction.exactOptional(),
  package: packageRef.nullable(),
  policy: hostPolicy,
  scope: z.enum(['affected', 'applicable']),
  treatAsAffected: z.boolean(),
});

export const parseAdmitInput = (raw: unknown): Parsed<AdmitInput> => parseWith(admitInput, raw);
export const parseAssessInput = (raw: unknown): Parsed<AssessInput> => parseWith(assessInput, raw);
export const parseAssessWorkflowInput = (raw: unknown): Parsed<AssessWorkflowInput> =>
  parseWith(assessWorkflowInput, raw);
export const parseRolloutInput = (raw: unknown): Parsed<RolloutInput> =>
  parseWith(rolloutInput, raw);
export const parseHostWorkflowInput = (raw: unknown): Parsed<HostWorkflowInput> =>
  parseWith(hostWorkflowInput, raw);
