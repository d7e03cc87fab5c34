import type { ApprovalPolicy, Identity } from '../../contracts/identity';
import type { RolloutId } from '../../contracts/ids';
import type { Preview } from '../../contracts/preview';
import { localTime, roughSpan } from '../moments';
import { plural } from '../report/words';

export interface Started {
  readonly rolloutId: RolloutId;
  readonly preview: Preview;
  readonly requester: Identity;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** What was started, and what others have to do now. */
export function startedWords(started: Started, timeZone?: string): string {
  const { rolloutId, preview } = started;
  const { approvals, calendar } = preview.content;
  return [
    `started ${rolloutId}`,
    ...(approvals === undefined ? [] : approvalLines(started, approvals, timeZone)),
    ...(calendar === undefined
      ? []
      : ['it changes hosts only when the windows of its plan are open']),
    `watch it with: rollout watch ${rolloutId}`,
  ].join('\n');
}

function approvalLines(
  { rolloutId, preview, requester, now }: Started,
  { minApprovals, ttlMs, identity }: ApprovalPolicy,
  timeZone?: string,
): string[] {
  const until = localTime(new Date(now + ttlMs).toISOString(), timeZone);
  const waits = `it waits for ${plural(minApprovals, 'approval')} by others than ${requester.name}`;
  const ends = `not begun by ${until} (in ${roughSpan(ttlMs)}), it counts as denied`;
  if (identity === 'authenticated') {
    return [
      `${waits}, authenticated ones: what this command line sends is only asserted and does not count`,
      ends,
      `hash of what is approved: ${preview.hash}`,
    ];
  }
  return [
    waits,
    ends,
    'send them this; the hash stands for exactly what would run:',
    `  rollout approve ${rolloutId} --hash ${preview.hash} --reason "..."`,
  ];
}
