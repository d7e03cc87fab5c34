import { z } from 'zod';

import { address, credentialRef } from './connection-fields.schema';
import { maxEnvelopeKb, servicePrincipal, winRmAuth } from './connection.schema';
import { previewControl } from './control.schema';
import { block, line, whole } from './fields.schema';
import { hostIdField, hostIds, previewHashField, rolloutIdField } from './id-fields.schema';
import { planHosts } from './names';
import { packageRef } from './package.schema';
import { advised, type Parsed, parseWith } from './parsed.schema';
import { resolvedHotfix } from './resolved-hotfix.schema';
import { hostKeys, maxJumpHosts, maxKnownHostsFiles } from './ssh-connection.schema';
import type { CountOrPercent } from './plan';
import type { Preview } from './preview';

/**
 * Resolved values as they cross a process boundary: everything is spelt out, nothing has a default. Anybody with
 * Temporal's own command line can start a workflow, so what arrives is checked as strictly as what people write.
 */

export { hostIdField, hostIds, previewHashField, rolloutIdField };

const year = 365 * 86_400_000;
const milliseconds = whole(0, year);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

export const availabilitySets = z
  .array(block({ name: line(63), maxUnavailable: whole(1, 100_000), hosts: hostIds }))
  .max(planHosts);

const countOrPercent = (min: number) =>
  z.union([
    z.int().min(min).max(100_000),
    z.custom<CountOrPercent>(
      (value) => typeof value === 'string' && /^([1-9]\d?|100)%$/.test(value),
    ),
  ]);

export const rolloutPolicy = block({
  scope: z.enum(['affected', 'applicable']),
  serial: z.array(countOrPercent(1)).min(1).max(1000),
  pause: z.union([block({ durationMs: milliseconds }), z.literal('until-resumed'), z.null()]),
  maxConcurrency: whole(1, 1000),
  maxErrors: countOrPercent(0),
  maxConsecutiveErrors: whole(0, 100_000).nullable(),
  maxUnassessed: countOrPercent(0),
  countMitigated: z.boolean(),
  onSuspect: z.enum(['hold', 'skip', 'treat-as-affected']),
  holdTimeoutMs: milliseconds,
  takenRetryMs: milliseconds,
  hostDurationMs: whole(1, year).exactOptional(),
  stageAhead: z.boolean().exactOptional(),
});

const hook = block({
  command: line(4000),
  timeoutMs: milliseconds,
  on: hostIdField.exactOptional(),
});

export const hostPolicy = block({
  reboot: block({ timeoutMs: milliseconds, maxReboots: whole(0, 10), maxOwn: whole(0, 10) }),
  fallback: block({
    when: z.array(z.enum(['apply', 'reboot', 'verify'])),
    endStuck: z.boolean().exactOptional(),
  }),
  pendingReboot: z.enum(['refuse', 'reboot-first']).exactOptional(),
  rollback: z.boolean().exactOptional(),
  hooks: block({
    priorState: hook.nullable().exactOptional(),
    drain: hook.nullable(),
    restore: hook.nullable(),
  }),
  unreachableAfterMs: milliseconds,
  settleMs: milliseconds.nullable(),
  observeMs: milliseconds.nullable(),
  quietForMs: milliseconds.nullable().exactOptional(),
});

export const rolloutAction = z.enum(['fix', 'mitigate', 'rollback']);

const sshEndpointFields = {
  address,
  port: whole(1, 65_535),
  credentialRef,
  hostKey: hostKeys.exactOptional(),
  knownHosts: z.array(line(4000)).min(1).max(maxKnownHostsFiles).exactOptional(),
  algorithms: z.literal('legacy').exactOptional(),
};

const provesItself = (endpoint: { hostKey?: unknown; knownHosts?: unknown }): boolean =>
  endpoint.hostKey !== undefined || endpoint.knownHosts !== undefined;

const unproved = {
  error: advised('has neither hostKey nor knownHosts', 'add one of them: no host key is guessed'),
};

const connection = z
  .discriminatedUnion('kind', [
    block({
      kind: z.literal('winrm'),
      address,
      port: whole(1, 65_535),
      scheme: z.enum(['https', 'http']),
      auth: winRmAuth,
      credentialRef,
      allowUnencrypted: z.boolean(),
      tls: z.literal('legacy').exactOptional(),
      servicePrincipal: servicePrincipal.exactOptional(),
      maxEnvelopeKb: maxEnvelopeKb.exactOptional(),
      caFile: line(4000).exactOptional(),
      certificateFingerprint: sha256.exactOptional(),
      site: line(255).exactOptional(),
    }),
    block({
      kind: z.literal('ssh'),
      ...sshEndpointFields,
      via: z
        .array(block(sshEndpointFields).refine(provesItself, unproved))
        .min(1)
        .max(maxJumpHosts)
        .exactOptional(),
      site: line(255).exactOptional(),
    }).refine(provesItself, unproved),
  ])
  .refine((value) => value.kind === 'ssh' || value.scheme === 'https' || maySpeakHttp(value), {
    error: advised('is plain http, which would send secrets readable for everybody', 'use https'),
  });

const maySpeakHttp = (value: { auth: string; allowUnencrypted: boolean }): boolean =>
  value.auth === 'basic' ? value.allowUnencrypted : value.auth !== 'certificate';

const previewHost = block({ hostId: hostIdField, connection });

const planLimit = z.union([
  block({ maxUnavailable: whole(1, 100_000) }),
  block({ minAvailable: whole(1, 100_000) }),
]);

const previewSchema = block({
  hash: previewHashField,
  content: block({
    change: line(100),
    hotfix: resolvedHotfix,
    action: rolloutAction.exactOptional(),
    package: packageRef.nullable(),
    hosts: z.array(previewHost).max(planHosts),
    sets: availabilitySets,
    policy: rolloutPolicy,
    hostPolicy,
    managementHosts: z.array(previewHost).min(1).max(planHosts).exactOptional(),
    planLimits: z.record(line(63), planLimit).exactOptional(),
    ...previewControl,
  }),
});

/** A preview as a worker reads it from the preview folder. */
export const parsePreview = (raw: unknown): Parsed<Preview> =>
  parseWith(previewSchema, raw) as Parsed<Preview>;
