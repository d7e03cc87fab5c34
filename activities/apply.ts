import type { ApplyInput, ApplyResult } from '../contracts/steps';
import type { LookAtInstallation } from '../remote/windows/installation-look';
import { cabinetsScript, installerScript } from '../remote/windows/installer-script';
import type { ActivityDependencies } from './dependencies';
import type { ServicingEnd } from './servicing-move';
import { carryOut } from './servicing-task';
import type { ServicingProgress } from './servicing-task';
import { onHost } from './step';

/**
 * Installs the package through a task of the local system.
 *
 * @param look as of `ServicingWork`
 */
export const createApply =
  (deps: ActivityDependencies, look?: LookAtInstallation) =>
  (input: ApplyInput): Promise<ApplyResult> =>
    onHost<ServicingProgress, ApplyResult>(deps, input, async (step) => {
      const startedAt = deps.now();
      const { by, ...ended } = await carryOut(deps, step, {
        target: input,
        hotfix: input.hotfix,
        goal: 'installed',
        identities: input.identities ?? [],
        folder: input.staged.folder,
        attempt: input.attempt,
        scriptFor: (open) => scriptOf(input, open),
        look,
      });
      return { how: howOf(by, ended.package), ...ended, durationMs: deps.now() - startedAt };
    });

function howOf(by: ServicingEnd['by'], { state }: ServicingEnd['package']): ApplyResult['how'] {
  if (by === 'own') return 'installed';
  if (by === 'other') return 'watched';
  return state === 'install-pending' ? 'found-pending' : 'found-installed';
}

/** An attempt after a reboot installs what the one before it did not get to. */
function scriptOf(
  { staged, cabinets, identities = [], attempt }: ApplyInput,
  open: readonly string[],
): string {
  if (cabinets === undefined) {
    return installerScript(staged.path.slice(staged.path.lastIndexOf('\\') + 1), attempt);
  }
  const isTold = identities.length === cabinets.length;
  const left = cabinets.filter((_, index) => !isTold || open.includes(identities[index] ?? ''));
  return cabinetsScript(staged.folder, left, attempt);
}
