import type { HostId, PreviewHash, RolloutId } from '../../contracts/ids';
import { reason } from '../../contracts/reason';
import type { HostStatus, RolloutStatus } from '../../contracts/rollout';

/** A status with sensible values everywhere; tests say only what they are about. */
export const aStatus = (changes: Partial<RolloutStatus> = {}): RolloutStatus => ({
  rolloutId: 'chg1' as RolloutId,
  change: 'CHG0031337',
  hotfixId: 'KB3004383',
  previewHash: 'a'.repeat(64) as PreviewHash,
  requestedBy: 'kim',
  phase: 'progressing',
  result: null,
  reason: reason('wave', 'wave 1 is under way'),
  startedAt: '2026-05-01T20:00:00.000Z',
  finishedAt: null,
  nextLookAt: null,
  wave: 1,
  toBeChanged: 2,
  budget: {
    maxErrors: 3,
    errors: 0,
    maxConsecutiveErrors: null,
    consecutiveErrors: 0,
    words: 'stops at the 4th failure',
  },
  hosts: [],
  assessments: [],
  operations: [],
  ...changes,
});

export const aHost = (name: string, changes: Partial<HostStatus> = {}): HostStatus => ({
  hostId: name as HostId,
  wave: 1,
  standing: 'queued',
  state: 'affected',
  outcome: null,
  reason: null,
  runId: null,
  attempts: 0,
  startedAt: null,
  finishedAt: null,
  ...changes,
});

export const doneHost = (
  name: string,
  outcome: NonNullable<HostStatus['outcome']>,
  changes: Partial<HostStatus> = {},
): HostStatus =>
  aHost(name, {
    standing: 'done',
    outcome,
    reason: reason(outcome, `${name} ended ${outcome}`),
    runId: `run-${name}`,
    attempts: 1,
    startedAt: '2026-05-01T20:00:10.000Z',
    finishedAt: '2026-05-01T20:01:15.000Z',
    ...changes,
  });
