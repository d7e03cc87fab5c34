import { Failure } from '../contracts/failures';
import type { StageInput, StageResult } from '../contracts/steps';
import { lookAtStaged } from '../remote/windows/staging';
import type { StagedLook } from '../remote/windows/staging';
import type { ActivityDependencies } from './dependencies';
import { onHost } from './step';

interface Progress {
  readonly sent: number;
  readonly total: number;
}

/** A file with the right digest under its final name is whole, whoever put it there; nothing is sent then. */
export const createStage =
  (deps: ActivityDependencies) =>
  (input: StageInput): Promise<StageResult> =>
    onHost<Progress, StageResult>(deps, input, async ({ line, signal, report }) => {
      const startedAt = deps.now();
      const look = await line.use((session) =>
        lookAtStaged(session, input.hotfix.id, input.package, { signal }),
      );
      const { sha256, bytes } = input.package;
      const result = (how: StageResult['how']): StageResult => ({
        folder: look.folder,
        path: look.path,
        sha256,
        how,
        bytes: how === 'uploaded' ? bytes : 0,
        durationMs: deps.now() - startedAt,
      });
      if (look.sha256 === sha256) return result('already-there');
      requireSpace(look, input);
      const file = await deps.packages.find(input.package);
      await line.use((session) =>
        session.upload({ file, sha256 }, look.path, {
          signal,
          onProgress: (sent, total) => report({ sent, total }),
        }),
      );
      return result('uploaded');
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
