import { z } from 'zod';

import {
  type HostId,
  hostIdPattern,
  type PreviewHash,
  previewHashPattern,
  type RolloutId,
  rolloutIdPattern,
} from './ids';
import { planHosts } from './names';
import { advised } from './parsed.schema';

/** Ids as they cross a process boundary. */

const id = <T extends string>(pattern: RegExp, what: string) =>
  z.custom<T>((value) => typeof value === 'string' && pattern.test(value), {
    error: advised(`is no ${what}`, `give a ${what}`),
  });

export const hostIdField = id<HostId>(hostIdPattern, 'host id');
export const rolloutIdField = id<RolloutId>(rolloutIdPattern, 'rollout id');
export const previewHashField = id<PreviewHash>(previewHashPattern, 'preview hash');

export const hostIds = z
  .array(hostIdField)
  .max(planHosts)
  .refine((hosts) => new Set(hosts).size === hosts.length, {
    error: advised('names a host twice', 'name each host once'),
  });
