import { z } from 'zod';

import { absolutePath } from './control.schema';
import { block, line, text, whole } from './fields.schema';
import { previewHashField, rolloutIdField } from './id-fields.schema';
import { standingNamePattern } from './ids';
import { approvalPolicyField, identityName, identitySource } from './identity.schema';
import { planHosts } from './names';
import { advised, type Parsed, parseWith } from './parsed.schema';
import { calendarField } from './resolved-calendar.schema';
import type { PrepareStandingInput, StandingContent, StandingPlan } from './standing';

/** Standing plans as they come back from a schedule, which anybody with Temporal's own tools can write. */

const identity = block({ name: identityName, source: identitySource });

const why = z.string().min(1).max(20_000);

const approval = block({
  by: identity,
  at: z.iso.datetime(),
  reason: why,
  hash: previewHashField,
});

const digest = z.string().regex(/^[0-9a-f]{12}$/);

const parts = block({
  change: digest,
  hotfix: digest,
  package: digest,
  hosts: digest,
  policy: digest,
  hostPolicy: digest,
  availabilitySets: digest,
  approvals: digest,
  calendar: digest,
  order: digest,
  gates: digest,
  notify: digest,
  fleetFile: digest,
  maxHosts: digest,
  expiresAt: digest,
} satisfies { [part in keyof StandingContent]: typeof digest });

/** Without a window it would be open at any time, which is the opposite of what a scheduled plan means. */
const windows = calendarField.refine(({ windows: list }) => list.length > 0, {
  error: advised(
    'has no window',
    'add window: to the plan: a scheduled plan without one is closed',
  ),
});

const standingPlan = block({
  name: text(standingNamePattern, 'write letters, digits, dots and hyphens, at most 63'),
  planFile: absolutePath,
  fleetFile: absolutePath,
  change: line(100),
  hotfixId: line(60),
  hash: previewHashField,
  parts,
  maxHosts: whole(1, planHosts),
  expiresAt: z.iso.datetime(),
  calendar: windows,
  policy: approvalPolicyField.pick({ minApprovals: true, identity: true }),
  requester: identity,
  requestedAt: z.iso.datetime(),
  reason: why,
  approvals: z.array(approval).max(100),
});

const prepareStandingInput = block({ plan: standingPlan, rolloutId: rolloutIdField });

export const parseStandingPlan = (raw: unknown): Parsed<StandingPlan> =>
  parseWith(standingPlan, raw);
export const parsePrepareStandingInput = (raw: unknown): Parsed<PrepareStandingInput> =>
  parseWith(prepareStandingInput, raw);
