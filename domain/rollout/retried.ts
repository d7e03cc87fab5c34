import type { RetriedHosts } from '../../contracts/rollout';
import { successIn } from './action';
import type { Place, RolloutState } from './state';

const failed: readonly Place[] = ['failed', 'unreachable', 'mitigated', 'rolled-back'];
const notStarted: readonly Place[] = ['not-started'];

/** Ends of hosts that are tried again together; what the rollout is there for is not done twice. */
export const placesRetried = (
  state: Pick<RolloutState, 'plan'>,
  which: RetriedHosts,
): ReadonlySet<Place> => {
  const places = { failed, 'not-started': notStarted, all: [...failed, ...notStarted] }[which];
  return new Set(places.filter((place) => place !== successIn(state)));
};
