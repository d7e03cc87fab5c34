import { createHash } from 'node:crypto';

import { Failure } from '../contracts/failures';
import type { Hotfix } from '../contracts/hotfix';
import type { StepTarget } from '../contracts/steps';
import type { Session } from '../remote/session';
import { lookAtInstallation } from '../remote/windows/installation-look';
import type { InstallationView, LookAtInstallation } from '../remote/windows/installation-look';
import { attemptFiles } from '../remote/windows/installer-script';
import type { PackageGoal } from '../remote/windows/package-goal';
import { createTask, isRemovalOf, runTask, taskName } from '../remote/windows/scheduled-tasks';
import type { ActivityDependencies } from './dependencies';
import { createGrowingPause } from './growing-pause';
import { isConnectionFailure } from './host-line';
import { nextMove } from './servicing-move';
import type { ServicingEnd, ServicingMove } from './servicing-move';
import type { Step } from './step';

/** A change by servicing, carried out by a task of the local system, which goes on when worker or session are lost. */
export interface ServicingWork {
  readonly target: StepTarget;
  readonly hotfix: Hotfix;
  readonly goal: PackageGoal;
  /** Whole identities that it is about; without any the hotfix's own package. */
  readonly identities: readonly string[];
  /** Folder on the host for script, log and result. */
  readonly folder: string;
  /** The task is `<hotfix>-<attempt>`. */
  readonly attempt: string;
  /** What the task runs to bring about what is still open. */
  readonly scriptFor: (open: readonly string[]) => string;
  /** Everything that decides whether something may be started is seen through it, before anything is. */
  readonly look?: LookAtInstallation | undefined;
}

/** What a try that was cut leaves to the next one. */
export interface ServicingProgress {
  /** When the first try began, epoch milliseconds: the time limit is the installer's, not each try's. */
  readonly since: number;
  /** Task of somebody else that was seen running. */
  readonly watched: string | null;
}

/** How long the scheduler may show a task as never run although it was just told to run it. */
const graceMs = 30_000;

/** @throws Failure `installer-timeout`, which leaves the task running; `task-refused`; `unexpected-output` */
export async function carryOut(
  deps: ActivityDependencies,
  step: Step<ServicingProgress>,
  work: ServicingWork,
): Promise<ServicingEnd> {
  const pauses = createGrowingPause(1000, 10_000);
  let progress = step.before ?? { since: deps.now(), watched: null };
  let ranAt: number | null = null;
  // The first look is whole; while a task runs the short ones do, and the last is whole again.
  let isWhole = true;
  for (;;) {
    step.report(progress);
    const view = await lookOnce(step, work, isWhole);
    const isStarting = ranAt !== null && deps.now() - ranAt < graceMs;
    const move = patientMove(view, work, progress, isStarting);
    if (typeof move === 'object') return move;
    requireTime(deps, work, progress, view);
    progress = { ...progress, watched: othersTask(view) ?? progress.watched };
    isWhole = move === 'look-closer' || move === 'wait';
    if (move === 'create' || move === 'run') {
      await step.line.use((session) => start(session, step.signal, work, move, view?.open ?? []));
      ranAt = deps.now();
      pauses.reset();
    }
    if (move !== 'look-closer') await step.pause(pauses.next());
  }
}

/** A host that is away while a task runs is watched on; a task that was just told to run is not told again. */
function patientMove(
  view: InstallationView | null,
  { goal, hotfix }: ServicingWork,
  { watched }: ServicingProgress,
  isStarting: boolean,
): ServicingMove {
  if (view === null || (isStarting && view.own?.state === 'never-ran')) return 'watch';
  const isRemoval = isRemovalOf(hotfix.id);
  const isAlike = (name: string): boolean => isRemoval(name) === (goal === 'removed');
  return nextMove(view, { goal, isAlike, watched });
}

/** Null when the host was away while a task ran: it goes on without us, and so does the watching. */
async function lookOnce(
  { line, signal }: Step<ServicingProgress>,
  { hotfix, goal, identities, folder, attempt, look = lookAtInstallation }: ServicingWork,
  withPackage: boolean,
): Promise<InstallationView | null> {
  const { packageIdentity } = hotfix.install;
  const wanted = { goal, packageIdentity, identities };
  const question = { hotfixId: hotfix.id, ...wanted, folder, attempt, withPackage };
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
  { target: { hostId }, hotfix, goal, attempt }: ServicingWork,
  { since }: ServicingProgress,
  view: InstallationView | null,
): void {
  const { timeoutMs } = hotfix.install;
  if (deps.now() - since < timeoutMs) return;
  const busy = othersTask(view) ?? view?.otherServicing ?? null;
  const what = goal === 'installed' ? 'installer' : 'removal';
  throw new Failure(
    'installer-timeout',
    `${hostId}: the ${what} did not end within ${timeoutMs} ms${busy === null ? '' : `; at work is ${busy}`}`,
    { facts: { host: hostId, timeoutMs, task: taskName(hotfix.id, attempt), busy } },
  );
}

/** Script, task, run: a retry after a cut at any of them finds what is there and goes on from it. */
async function start(
  session: Session,
  signal: AbortSignal,
  { hotfix, folder, attempt, scriptFor }: ServicingWork,
  move: Extract<ServicingMove, 'create' | 'run'>,
  open: readonly string[],
): Promise<void> {
  const name = taskName(hotfix.id, attempt);
  if (move === 'create') {
    const { script } = attemptFiles(folder, attempt);
    const bytes = Buffer.from(scriptFor(open), 'latin1');
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    await session.upload({ bytes, sha256 }, script, { signal });
    await createTask(session, name, script, { signal });
  }
  await runTask(session, name, { signal });
}
