import type { RolloutAction } from '../../contracts/plan';
import { reason } from '../../contracts/reason';
import type { HostId } from '../../contracts/ids';
import type { AssessedHost } from '../../contracts/rollout';
import { successOf } from '../rollout';
import type { World } from '../simulator';

const notAssessed = reason('not-assessed', 'there is no verdict for this host');

export interface AllWell {
  readonly action: RolloutAction | undefined;
  readonly durationOf: (hostId: HostId) => number;
  readonly assessmentMs: number;
  /** How long a host is watched before it ends. */
  readonly quietForMs: number;
}

/** The world as the verdicts have it, in which every host that is changed ends as the rollout wants it. */
export const allWell = (
  verdicts: readonly AssessedHost[],
  { action, durationOf, assessmentMs, quietForMs }: AllWell,
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
    attempt: (hostId) => ({
      durationMs: durationOf(hostId),
      outcome: successOf(action),
      ...(quietForMs === 0 ? {} : { watched: { forMs: quietForMs } }),
    }),
    assessmentMs,
    startMs: 0,
  };
};
