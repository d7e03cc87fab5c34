import { z } from 'zod';

import { absolutePath, changeControl, controlFields, fleetFileField } from './control.schema';
import { block, line, whole } from './fields.schema';
import { hostIdField, hostIds, previewHashField, rolloutIdField } from './id-fields.schema';
import { noticeIdPattern } from './ids';
import { identityName } from './identity.schema';
import { noticeEvents, type NotifyInput } from './notification';
import { noticeChannelField } from './notification.schema';
import { packageRef } from './package.schema';
import { advised, type Parsed, parseWith } from './parsed.schema';
import { availabilitySets, hostPolicy, rolloutAction, rolloutPolicy } from './preview.schema';
import { resolvedHotfix } from './resolved-hotfix.schema';
import type { AssessWorkflowInput, RolloutInput } from './rollout';
import type { AdmitInput, AssessInput, FindChangedInput, HostWorkflowInput } from './steps';

/** What workers are asked, checked again where it arrives. `valueOf` turns a refusal into a Failure `bad-request`. */

const admitInput = block({
  previewHash: previewHashField,
  hosts: hostIds,
  needsPackage: z.boolean(),
  asked: block({
    change: line(100),
    hotfix: resolvedHotfix,
    action: rolloutAction.exactOptional(),
    package: packageRef.nullable(),
    sets: availabilitySets,
    policy: rolloutPolicy,
    hostPolicy,
    ...controlFields,
  }).exactOptional(),
  fleetFile: fleetFileField.exactOptional(),
});

const findChangedInput = block({
  previewHash: previewHashField,
  fleetFile: absolutePath,
  hosts: hostIds,
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
  requestedBy: identityName,
  hotfix: resolvedHotfix,
  action: rolloutAction.exactOptional(),
  package: packageRef.nullable(),
  hosts: hostIds.min(1),
  sets: availabilitySets,
  policy: rolloutPolicy,
  hostPolicy,
  control: changeControl.exactOptional(),
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
  sets: z
    .array(block({ name: line(63), maxUnavailable: whole(1, 100_000) }))
    .max(1000)
    .refine((sets) => sets.every(({ name }, at) => at === 0 || (sets[at - 1]?.name ?? '') < name), {
      error: advised(
        'is not sorted by name',
        'sort it, each set once: else two hosts may deadlock',
      ),
    })
    .exactOptional(),
  owed: block({
    state: z
      .string()
      .regex(/^[A-Za-z0-9 ._:,=@/+-]{0,1000}$/)
      .nullable(),
    drainedBy: line(1000).nullable(),
  }).exactOptional(),
  restoreOnly: z.literal(true).exactOptional(),
});

const notifyInput = block({
  rolloutId: rolloutIdField,
  previewHash: previewHashField,
  change: line(100),
  hotfixId: line(60),
  phase: line(60),
  at: z.iso.datetime(),
  // It gets into headers.
  noticeId: z.string().regex(noticeIdPattern),
  notice: block({
    event: z.enum(noticeEvents),
    reason: block({
      code: line(100),
      message: z.string().max(20_000),
      facts: z
        .record(
          z.string().max(200),
          z.union([z.string().max(20_000), z.number(), z.boolean(), z.null()]),
        )
        .exactOptional(),
    }),
    hostId: hostIdField.exactOptional(),
  }),
  channel: noticeChannelField,
});

export const parseAdmitInput = (raw: unknown): Parsed<AdmitInput> => parseWith(admitInput, raw);
export const parseFindChangedInput = (raw: unknown): Parsed<FindChangedInput> =>
  parseWith(findChangedInput, raw);
export const parseAssessInput = (raw: unknown): Parsed<AssessInput> => parseWith(assessInput, raw);
export const parseAssessWorkflowInput = (raw: unknown): Parsed<AssessWorkflowInput> =>
  parseWith(assessWorkflowInput, raw);
export const parseRolloutInput = (raw: unknown): Parsed<RolloutInput> =>
  parseWith(rolloutInput, raw);
export const parseNotifyInput = (raw: unknown): Parsed<NotifyInput> => parseWith(notifyInput, raw);
export const parseHostWorkflowInput = (raw: unknown): Parsed<HostWorkflowInput> =>
  parseWith(hostWorkflowInput, raw);
