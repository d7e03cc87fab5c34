import { createHash } from 'node:crypto';

import { Failure } from '../contracts/failures';
import type { ApplyInput, ApplyResult } from '../contracts/steps';
import { lookAtInstallation } from '../remote/windows/installation-look';
import type { InstallationView, LookAtInstallation } from '../remote/windows/installation-look';
import { attemptFiles, installerScript } from '../remote/windows/installer-script';
import { createTask, runTask, taskName } from '../remote/windows/scheduled-tasks';
import type { ApplyMove } from './apply-move';
import { nextMove } from './apply-move';
import type { ActivityDependencies } from './dependencies';
import { createGrowingPause } from './growing-pause';
import { isConnectionFailure } from './host-line';
import { onHost } from './step';
import type { Step } from './step';

/** What a try that was cut leaves to the next one. */
interface Progress {
  /** When the first try began, epoch milliseconds: the time limit is the installer's, not each try's. */
  readonly since: number;
  /** Task of somebody else that was seen running. */
  readonly watched: string | null;
}

/** How long the scheduler may show a task as never run although it was just told to run it. */
const graceMs = 30_000;

/**
 * Installs the package through a task of the local system, which goes on when worker or session are lost.
 *
 * @param look everything that decides whether something may be started is seen through it, before anything is
 */
export const createApply =
  (deps: ActivityDependencies, look: LookAtInstallation = lookAtInstallation) =>
  (input: ApplyInput): Promise<ApplyResult> =>
    onHost<Progress, ApplyResult>(deps, input, async (step) => {
      const startedAt = deps.now();
      const pauses = createGrowingPause(1000, 10_000);
      let progress = step.before ?? { since: startedAt, watched: null };
      let ranAt: number | null = null;
      // The first look is whole; while an installer runs the short ones do, and the last is whole again.
      let isWhole = true;
      for (;;) {
        step.report(progress);
        const view = await lookOnce(step, input, look, isWhole);
        const isStarting = ranAt !== null && deps.now() - ranAt < graceMs;
        const move = patientMove(view, progress, isStarting);
        if (typeof move === 'object') return { ...move, durationMs: deps.now() - startedAt };
        requireTime(deps, input, progress, view);
        progress = { ...progress, watched: othersTask(view) ?? progress.watched };
        isWhole = move === 'look-closer' || move === 'wait';
        if (move === 'create' || move === 'run') {
          await start(step, input, move);
          ranAt = deps.now();
          pauses.reset();
        }
        if (move !== 'look-closer') await step.pause(pauses.next());
      }
    });

/** A host that is away while an installer runs is watched on; a task that was just told to run is not told again. */
function patientMove(
  view: InstallationView | null,
  { watched }: Progress,
  isStarting: boolean,
): ApplyMove {
  if (view === null || (isStarting && view.own?.state === 'never-ran')) return 'watch';
  return nextMove(view, watched);
}

/** Null when the host was away while an installer ran: it goes on without us, and so does the watching. */
async function lookOnce(
  { line, signal }: Step<Progress>,
  { hotfix, staged, attempt }: ApplyInput,
  look: LookAtInstallation,
  withPackage: boolean,
): Promise<InstallationView | null> {
  const question = {
    hotfixId: hotfix.id,
    packageIdentity: hotfix.install.packageIdentity,
    folder: staged.folder,
    attempt,
    withPackage,
  };
  try {
    return await line.use((session) => look(session, question, { signal }));
  } catch (error) {
    if (!withPackage && isConnectionFailure(error)) return null;
    throw error;
  }
}

function othersTask(view: InstallationView | null): string | undefined {
  return view?.others.find(({ state }) => state === 'running')?.name;
}

function requireTime(
  deps: ActivityDependencies,
  { hotfix, hostId, attempt }: ApplyInput,
  { since }: Progress,
  view: InstallationView | null,
): void {
  const { timeoutMs } = hotfix.install;
  if (deps.now() - since < timeoutMs) return;
  const busy = othersTask(view) ?? view?.otherServicing ?? null;
  throw new Failure(
    'installer-timeout',
    `${hostId}: the installer did not end within ${timeoutMs} ms${busy === null ? '' : `; at work is ${busy}`}`,
    { facts: { host: hostId, timeoutMs, task: taskName(hotfix.id, attempt), busy } },
  );
}

/** Script, task, run: a retry after a cut at any of them finds what is there and goes on from it. */
async function start(
  { line, signal }: Step<Progress>,
  { hotfix, staged, attempt }: ApplyInput,
  move: Extract<ApplyMove, 'create' | 'run'>,
): Promise<void> {
  const name = taskName(hotfix.id, attempt);
  await line.use(async (session) => {
    if (move === 'create') {
      const { script } = attemptFiles(staged.folder, attempt);
      const packageName = staged.path.slice(staged.path.lastIndexOf('\\') + 1);
      const bytes = Buffer.from(installerScript(packageName, attempt), 'latin1');
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      await session.upload({ bytes, sha256 }, script, { signal });
      await createTask(session, name, script, { signal });
    }
    await runTask(session, name, { signal });
  });
}
