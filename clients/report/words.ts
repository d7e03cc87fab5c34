import type { RolloutAction } from '../../contracts/plan';

/** What stands before the hotfix in a heading; a rollout that brings it needs no word for that. */
export const actionPrefix = (action: RolloutAction = 'fix'): string =>
  action === 'fix' ? '' : `${action} `;

/** What a rollout does, as a sentence without its subject. */
export const actionSentences: { readonly [action in RolloutAction]: string } = {
  fix: 'brings the hotfix',
  mitigate: 'only mitigates: the workaround is carried out, the hotfix stays owed',
  rollback: 'rolls back: the hotfix is removed from the hosts that have it',
};

/** `1:05`, `1:02:05`; negative spans (a clock step between two machines) show as 0:00. */
export function clockSpan(ms: number): string {
  const total = Math.max(0, Math.floor(ms / 1000));
  const seconds = String(total % 60).padStart(2, '0');
  const minutes = Math.floor(total / 60) % 60;
  const hours = Math.floor(total / 3600);
  return hours > 0
    ? `${String(hours)}:${String(minutes).padStart(2, '0')}:${seconds}`
    : `${String(minutes)}:${seconds}`;
}

export const plural = (count: number, word: string): string =>
  `${String(count)} ${word}${count === 1 ? '' : 's'}`;

const briefLength = 300;

/** A reason where there is little room: what a fallback did, in its order, is for reports. */
export const brief = (sentence: string): string =>
  sentence.length <= briefLength ? sentence : `${sentence.slice(0, briefLength - 1)}…`;

/** The second of the instant, in UTC, without the noise of the ISO form. */
export const utcTime = (iso: string): string => iso.slice(0, 19).replace('T', ' ');

export const utcMoment = (iso: string): string => `${utcTime(iso)} UTC`;
