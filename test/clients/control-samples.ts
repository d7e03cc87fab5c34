import type { HostId } from '../../contracts/ids';
import { reason } from '../../contracts/reason';
import type {
  ApprovalStatus,
  GateStatus,
  OperationRecord,
  WindowStatus,
} from '../../contracts/rollout';

/** Pieces of the status of a change that is controlled; tests say only what they are about. */
export const anApproval = (changes: Partial<ApprovalStatus> = {}): ApprovalStatus => ({
  policy: { minApprovals: 2, ttlMs: 604_800_000, identity: 'asserted' },
  requester: { name: 'kim', source: 'os-user' },
  given: [
    {
      by: { name: 'lee', source: 'given' },
      at: '2026-05-01T20:00:30.000Z',
      reason: 'reviewed in CAB',
    },
  ],
  expiresAt: '2026-05-08T20:00:00.000Z',
  words: '1 of 2 approvals (lee)',
  ...changes,
});

export const aWindow = (changes: Partial<WindowStatus> = {}): WindowStatus => ({
  opening: {
    window: 'saturday',
    from: Date.parse('2026-05-02T20:00:00.000Z'),
    until: Date.parse('2026-05-03T02:00:00.000Z'),
    cutoffAt: Date.parse('2026-05-03T01:15:00.000Z'),
  },
  isOpen: false,
  hostMs: 1_800_000,
  words: 'a host needs 30 min, the floor of the plan',
  ...changes,
});

export const aGate = (changes: Partial<GateStatus> = {}): GateStatus => ({
  gate: 'mail-flow',
  hostId: null,
  wave: 2,
  standing: 'no-answer',
  reason: reason('gate-error', 'the query could not be asked 5 times in a row'),
  ...changes,
});

export const anOperation = (changes: Partial<OperationRecord> = {}): OperationRecord => ({
  at: '2026-05-01T20:05:00.000Z',
  operation: 'hold',
  author: 'lee',
  source: 'given',
  reason: 'the owner is on the phone',
  hostId: 'ex02' as HostId,
  ...changes,
});
