import { Failure } from '../contracts/failures';
import type { RemoveInput, RemoveResult } from '../contracts/steps';
import type { LookAtInstallation } from '../remote/windows/installation-look';
import { removalScript } from '../remote/windows/installer-script';
import { removalAttempt } from '../remote/windows/scheduled-tasks';
import { removalFolder } from '../remote/windows/staging';
import type { ActivityDependencies } from './dependencies';
import type { ServicingEnd } from './servicing-move';
import { carryOut } from './servicing-task';
import type { ServicingProgress } from './servicing-task';
import { onHost } from './step';

/**
 * Takes the hotfix away through a task of the local system. An installer of the same hotfix that runs is watched to its
 * end first.
 *
 * @param look as of `ServicingWork`
 */
export const createRemove =
  (deps: ActivityDependencies, look?: LookAtInstallation) =>
  (input: RemoveInput): Promise<RemoveResult> =>
    onHost<ServicingProgress, RemoveResult>(deps, input, async (step) => {
      requireOwn(input);
      const startedAt = deps.now();
      const { id } = input.hotfix;
      const { signal } = step;
      const folder = await step.line.use((session) => removalFolder(session, id, { signal }));
      const attempt = removalAttempt(input.attempt);
      const { by, ...ended } = await carryOut(deps, step, {
        target: input,
        hotfix: input.hotfix,
        goal: 'removed',
        identities: input.identities,
        folder,
        attempt,
        scriptFor: (open) => removalScript(open, attempt),
        look,
      });
      const how = howOf(by, ended.package);
      return { how, ...ended, folder, durationMs: deps.now() - startedAt };
    });

/** What one release of the hotfix brought is all that may go: nothing else on the host is this rollout's. */
function requireOwn({ hostId, identities, hotfix }: RemoveInput): void {
  const own = hotfix.install.packageIdentity.toLowerCase();
  const other = identities.find((identity) => !identity.toLowerCase().startsWith(own));
  if (other === undefined) return;
  throw new Failure('bad-request', `${hostId}: ${other} is not a package of ${hotfix.id}`, {
    facts: { host: hostId, identity: other },
  });
}

function howOf(by: ServicingEnd['by'], { state }: ServicingEnd['package']): RemoveResult['how'] {
  if (by === 'own') return 'removed';
  if (by === 'other') return 'watched';
  return state === 'uninstall-pending' ? 'found-pending' : 'found-absent';
}
