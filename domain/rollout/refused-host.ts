import type { HostId } from '../../contracts/ids';
import { reason, type Reason } from '../../contracts/reason';
import { successIn } from './action';
import { hostAt, indexOf } from './draft';
import type { Place, RolloutState } from './state';

export const stopping = (state: RolloutState, operation: string): Reason | null =>
  state.stopping === null
    ? null
    : reason(
        'already-stopping',
        `the rollout is stopping (${state.stopping.reason.message}): too late to ${operation}`,
      );

export const refusedHost = (
  state: RolloutState,
  hostId: HostId,
  operation: 'skip' | 'retry' | 'hold' | 'unhold',
  allowed: ReadonlySet<Place>,
): Reason | null => {
  const index = indexOf(state, hostId);
  if (index === undefined)
    return reason('not-in-plan', `${hostId} is not in this rollout; look up its name with status`);
  const place = hostAt(state, index).is;
  // What a rollout is there for is not done twice.
  const places = [...allowed].filter((each) => each !== successIn(state));
  if (places.includes(place)) return null;
  const advice = `${operation} is for hosts that are ${places.join(', ')}`;
  return reason(`cannot-${operation}`, `${hostId} is ${place}: ${advice}`, { hostId, place });
};
