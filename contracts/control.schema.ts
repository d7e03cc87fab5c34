import { z } from 'zod';

import { block, line, whole } from './fields.schema';
import { gateFields } from './resolved-gate.schema';
import { hostIds } from './id-fields.schema';
import { approvalPolicyField, identitySource } from './identity.schema';
import { planHosts } from './names';
import { noticeChannels } from './notification';
import { noticeChannelField } from './notification.schema';
import { advised } from './parsed.schema';
import { calendarField } from './resolved-calendar.schema';

/** How a change is controlled, as it crosses a process boundary. */

const orderRule = block({
  hosts: hostIds.min(1),
  after: hostIds.min(1).exactOptional(),
  notWhile: hostIds.min(1).exactOptional(),
}).refine(({ after, notWhile }) => after !== undefined || notWhile !== undefined, {
  error: advised('orders nothing', 'give after or notWhile'),
});

const order = z.array(orderRule).max(planHosts);

const notify = z
  .array(noticeChannelField)
  .max(noticeChannels)
  .refine((channels) => new Set(channels.map(({ name }) => name)).size === channels.length, {
    error: advised('has two channels of the same name', 'name each of its own'),
  });

/** Of a preview: what a plan has none of is missing. */
export const previewControl = {
  approvals: approvalPolicyField.exactOptional(),
  calendar: calendarField.exactOptional(),
  order: order.exactOptional(),
  gates: gateFields.exactOptional(),
  notify: notify.exactOptional(),
};

/** Absolute, on either kind of system. */
export const absolutePath = line(4000).refine((path) => /^(\/|[A-Za-z]:[\\/]|\\\\)/.test(path), {
  error: advised('is no absolute path', 'give it in full: workers run in folders of their own'),
});

export const fleetFileField = absolutePath.nullable();

/** Of a rollout that is started, and of what is compared with its preview: everything is there. */
export const controlFields = {
  approvals: approvalPolicyField.nullable(),
  calendar: calendarField.nullable(),
  order,
  gates: gateFields,
  notify,
};

export const changeControl = block({
  ...controlFields,
  requester: identitySource,
  fleetFile: fleetFileField,
  firing: block({ maxHosts: whole(1, planHosts) }).nullable(),
});
