import { Failure } from '../contracts/failures';
import type { RebootInput, RebootResult } from '../contracts/steps';
import { isSameBoot } from '../domain/hotfix';
import { askForReboot, lookAtBoot } from '../remote/windows/boot';
import type { ActivityDependencies } from './dependencies';
import { inSession } from './step';

/**
 * Asks for a reboot only while the host is in the boot that was recorded: a try after one that was cut finds another
 * boot, or Windows itself says that a restart is under way.
 */
export const createReboot =
  (deps: ActivityDependencies) =>
  (input: RebootInput): Promise<RebootResult> =>
    inSession(deps, input, async (session, signal) => {
      const { boot } = await lookAtBoot(session, { signal });
      const isSame = boot.known ? isSameBoot(input.expected, boot.value) : null;
      if (isSame === null) {
        throw new Failure(
          'unexpected-output',
          `${input.hostId}: which boot the host is in cannot be told, so no reboot is asked for`,
          { facts: { host: input.hostId } },
        );
      }
      if (!isSame) return { how: 'already-rebooted', at: timeOf(deps) };
      return { how: await askForReboot(session, input.comment, { signal }), at: timeOf(deps) };
    });

function timeOf({ now }: Pick<ActivityDependencies, 'now'>): string {
  return new Date(now()).toISOString();
}
