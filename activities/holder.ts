import type { HostId, RolloutId } from '../contracts/ids';
import type { ActivityDependencies } from './dependencies';

export const createHolder =
  (deps: Pick<ActivityDependencies, 'holderOf'>) =>
  (hostId: HostId): Promise<RolloutId | null> =>
    deps.holderOf(hostId);
