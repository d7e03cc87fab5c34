import type { HostId } from '../../contracts/ids';
import type { RolloutState } from '../rollout';
import type { Run } from './forecast-run';

export interface MostDown {
  readonly set: string;
  /** Hosts of the plan that were out of service at once, those included that were found so. */
  readonly hosts: number;
  /** As many may be. */
  readonly maxUnavailable: number;
}

/** Over all runs. */
export const downOf = ({ plan }: RolloutState, runs: readonly Run[]): MostDown[] =>
  plan.sets.map(({ name, maxUnavailable, members }) => {
    const ids = new Set(members.map((member) => plan.hosts[member]));
    const perRun = runs.map(({ changed, state }) => {
      const spans = changed.filter(({ hostId }) => ids.has(hostId));
      const inWork = new Set<HostId | undefined>(spans.map(({ hostId }) => hostId));
      const down = members.filter(
        (member) => state.hosts[member]?.down === true && !inWork.has(plan.hosts[member]),
      );
      return mostAtOnce(spans) + down.length;
    });
    return { set: name, hosts: Math.max(0, ...perRun), maxUnavailable };
  });

const mostAtOnce = (spans: readonly { readonly at: number; readonly backAt: number }[]): number => {
  // At the same moment the one that comes back does so first: it gave its slot to the next.
  const changes = spans
    .flatMap(({ at, backAt }) => [
      { at, by: 1 },
      { at: backAt, by: -1 },
    ])
    .toSorted((a, b) => a.at - b.at || a.by - b.by);
  let now = 0;
  let most = 0;
  for (const { by } of changes) {
    now += by;
    most = Math.max(most, now);
  }
  return most;
};
