import { Failure } from '../contracts/failures';
import type { StageInput, StageResult } from '../contracts/steps';
import { lookAtStaged } from '../remote/windows/staging';
import type { StagedLook } from '../remote/windows/staging';
import type { ActivityDependencies } from './dependencies';
import { pullPackage } from './stage-pull';
import type { StageProgress } from './stage-pull';
import { onHost } from './step';

/**
 * A file with the right digest under its final name is whole, whoever put it there; nothing is sent then. A package
 * with a url is pulled by the host itself, any other is uploaded.
 */
export const createStage =
  (deps: ActivityDependencies) =>
  (input: StageInput): Promise<StageResult> =>
    onHost<StageProgress, StageResult>(deps, input, async (step) => {
      const { line, signal, report } = step;
      const startedAt = deps.now();
      const look = await line.use((session) =>
        lookAtStaged(session, input.hotfix.id, input.package, { signal }),
      );
      const { sha256, url } = input.package;
      const result = (
        how: StageResult['how'],
        bytes = 0,
        more: Pick<StageResult, 'way' | 'resumedFrom'> = {},
      ): StageResult => ({
        folder: look.folder,
        path: look.path,
        sha256,
        how,
        bytes,
        ...more,
        durationMs: deps.now() - startedAt,
      });
      if (look.sha256 === sha256) return result('already-there');
      // What an earlier try has brought lies on the drive already, and is part of what it needs.
      if (step.before === null) requireSpace(look, input);
      if (url !== undefined) {
        const { folder, path } = look;
        return result('pulled', await pullPackage(deps, step, { url, sha256, folder, path }));
      }
      const file = await deps.packages.find(input.package);
      const { bytes, way, resumedFrom } = await line.use((session) =>
        session.upload({ file, sha256 }, look.path, {
          signal,
          onProgress: (sent, total) => report({ sent, total }),
        }),
      );
      return result('uploaded', input.package.bytes ?? bytes, {
        ...(way !== undefined && { way }),
        ...(resumedFrom > 0 && { resumedFrom }),
      });
    });

function requireSpace({ freeBytes }: StagedLook, { hotfix, hostId }: StageInput): void {
  const needed = hotfix.install.freeBytes;
  if (!freeBytes.known) {
    throw new Failure('unexpected-output', `${hostId}: free space is not known: ${freeBytes.why}`, {
      facts: { host: hostId },
    });
  }
  if (freeBytes.value >= needed) return;
  throw new Failure(
    'disk-full',
    `${hostId}: the system drive has ${freeBytes.value} bytes left, the hotfix needs ${needed}`,
    { facts: { host: hostId, freeBytes: freeBytes.value, needed } },
  );
}
