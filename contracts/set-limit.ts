import type { SetLimit } from './plan';

/** Members of a set that may be down at once; below 1 when it is too small for its `minAvailable`. */
export const maxUnavailableOf = (limit: SetLimit, members: number): number =>
  'minAvailable' in limit ? members - limit.minAvailable : limit.maxUnavailable;
