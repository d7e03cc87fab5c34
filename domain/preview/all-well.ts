import { reason } from '../../contracts/reason';
import type { HostId } from '../../contracts/ids';
import type { AssessedHost } from '../../contracts/rollout';
import type { World } from '../simulator';

const notAssessed = reason('not-assessed', 'there is no verdict for this host');

/** The world as the verdicts have it, in which every host that is changed ends fixed. */
export const allWell = (
  verdicts: readonly AssessedHost[],
  durationOf: (hostId: HostId) => number,
  assessmentMs: number,
): World => {
  const byId = new Map(verdicts.map((verdict) => [verdict.hostId, verdict]));
  return {
    assess: (hostId) =>
      byId.get(hostId) ?? {
        state: null,
        applicable: 'unknown',
        health: 'unknown',
        reason: notAssessed,
      },
    attempt: (hostId) => ({ durationMs: durationOf(hostId), outcome: 'fixed' }),
    assessmentMs,
    startMs: 0,
  };
};
