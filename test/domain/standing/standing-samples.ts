import { previewHash } from '../../../contracts/ids';
import type { Identity } from '../../../contracts/identity';
import type { StandingApproval, StandingParts, StandingPlan } from '../../../contracts/standing';

export const standingHash = previewHash('a'.repeat(64));
export const otherHash = previewHash('c'.repeat(64));

export const person = (name: string, source: Identity['source'] = 'given'): Identity => ({
  name,
  source,
});

export const approvalBy = (
  name: string,
  changes: Partial<StandingApproval> = {},
): StandingApproval => ({
  by: person(name),
  at: '2026-12-01T10:00:00.000Z',
  reason: 'read it',
  hash: standingHash,
  ...changes,
});

const digest = '0123456789ab';
const parts: StandingParts = {
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
};

/** Asked for by kim, holds until the end of 2026, wants two approvals. */
export const standingPlan = (changes: Partial<StandingPlan> = {}): StandingPlan => ({
  name: 'night',
  planFile: '/srv/plans/plan.yaml',
  fleetFile: '/srv/plans/fleet.yaml',
  maxHosts: 5,
  expiresAt: '2026-12-31T23:00:00.000Z',
  change: 'CHG0031337',
  hotfixId: 'KB3004383',
  hash: standingHash,
  parts,
  calendar: {
    windows: [
      {
        name: 'window',
        schedule: { kind: 'rrule', rule: 'FREQ=WEEKLY;BYDAY=SA', at: '22:00' },
        timeZone: 'Europe/Berlin',
        durationMs: 6 * 3_600_000,
        cutoffMs: 0,
      },
    ],
    blackouts: [],
  },
  policy: { minApprovals: 2, identity: 'asserted' },
  requester: person('kim'),
  requestedAt: '2026-11-30T09:00:00.000Z',
  reason: 'the nights',
  approvals: [],
  ...changes,
});
