import { z } from 'zod';

import { block, line, whole } from './fields.schema';
import { identitySources } from './identity';

/** Who and how many, as it crosses a process boundary. */

export const identitySource = z.enum(identitySources);

/** Author or requester, by name. */
export const identityName = line(200);

export const approvalPolicyField = block({
  minApprovals: whole(1, 10),
  ttlMs: whole(1000, 365 * 86_400_000),
  identity: z.enum(['asserted', 'authenticated']),
});
