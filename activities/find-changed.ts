import { valueOf } from '../contracts/parsed.schema';
import { parseFindChangedInput } from '../contracts/requests.schema';
import type { ChangedHost, FindChangedInput } from '../contracts/steps';
import { compareWithFleet } from '../domain/preview';
import type { ActivityDependencies } from './dependencies';

/**
 * Hosts of which the fleet says something else now than the preview froze. The preview is read as well, so that one that
 * was altered since stops everything.
 */
export const createFindChanged =
  (deps: Pick<ActivityDependencies, 'previews' | 'readFleet'>) =>
  async (raw: FindChangedInput): Promise<readonly ChangedHost[]> => {
    const { previewHash, fleetFile, hosts } = valueOf(parseFindChangedInput(raw), 'the request');
    const { content } = await deps.previews.read(previewHash);
    const whyChanged = compareWithFleet(content, await deps.readFleet(fleetFile));
    return hosts.flatMap((hostId) => {
      const why = whyChanged(hostId);
      return why === null ? [] : [{ hostId, why }];
    });
  };
