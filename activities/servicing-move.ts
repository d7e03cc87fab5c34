import type { PackageFacts } from '../contracts/facts';
import { Failure } from '../contracts/failures';
import type { InstallationView } from '../remote/windows/installation-look';
import { isReached } from '../remote/windows/package-goal';
import type { PackageGoal } from '../remote/windows/package-goal';

/** What is done next to bring a hotfix or to take it away, or what it has come to. */
export type ServicingMove =
  /** A task of the hotfix runs, whoever started it. */
  | 'watch'
  /** Something else is at work in servicing: dism would be refused. */
  | 'wait'
  /** The look was too short to decide. */
  | 'look-closer'
  /** The task is there and was never started. */
  | 'run'
  | 'create'
  | ServicingEnd;

export interface ServicingEnd {
  /** Whether this attempt's own task ran, somebody else's was watched, or nothing had to be done. */
  readonly by: 'own' | 'other' | 'nobody';
  /** Unsigned 32-bit; null when nothing ran or its own code could not be had. */
  readonly exitCode: number | null;
  readonly package: PackageFacts;
  readonly task: string | null;
  readonly logTail: string;
}

export interface ServicingState {
  readonly goal: PackageGoal;
  /** Whether a task does the same as this one: one that takes a hotfix away says nothing of one that brings it. */
  readonly isAlike: (taskName: string) => boolean;
  /** Task of somebody else that was seen running before, alike or not. */
  readonly watched: string | null;
}

/**
 * The order of the rules is what makes a change happen once:
 * 1. while any task of this hotfix runs, nothing is started and nothing is believed;
 * 2. what this attempt left behind is its result;
 * 3. a package that is where it is to be needs no task;
 * 4. while other servicing works, nothing is started;
 * 5. only then the task is run, or created if there is none.
 */
export function nextMove(view: InstallationView, state: ServicingState): ServicingMove {
  if (isRunning(view)) return 'watch';
  if (view.package === null) return 'look-closer';
  if (!view.package.known) return withoutPackage(view.otherServicing, view.package.why);
  const found = view.package.value;
  if (isOver(view)) return endedOwn(view, found);
  if (isReached(state.goal, found.state)) return foundDone(view, found, state);
  if (view.otherServicing !== null) return 'wait';
  return view.own?.state === 'never-ran' ? 'run' : 'create';
}

/** A result is the last thing that is written: the task that has one is as good as ended. */
function isOver({ own, result }: InstallationView): boolean {
  return result !== null || own?.state === 'ended';
}

function isRunning(view: InstallationView): boolean {
  const ownRuns = view.own?.state === 'running' && !isOver(view);
  return ownRuns || view.others.some(({ state }) => state === 'running');
}

/** dism cannot always be asked while servicing works; afterwards it can. */
function withoutPackage(otherServicing: string | null, why: string): ServicingMove {
  if (otherServicing !== null) return 'wait';
  throw new Failure('unexpected-output', `the state of the package is not known: ${why}`);
}

/** A task that was cut, e.g. by a reboot, left no result: its code is the task's, what it did is told by the package. */
function endedOwn({ own, result, logTail }: InstallationView, found: PackageFacts): ServicingEnd {
  const exitCode = result ?? own?.lastResult ?? null;
  return { by: 'own', exitCode, package: found, task: own?.name ?? null, logTail };
}

function foundDone(
  { others, logTail }: InstallationView,
  found: PackageFacts,
  { watched, isAlike }: ServicingState,
): ServicingEnd {
  const isWatched = watched !== null && isAlike(watched);
  const ended = others.filter(({ name, state }) => state === 'ended' && isAlike(name));
  const task = ended.find(({ name }) => name === watched) ?? ended[0];
  return {
    by: isWatched ? 'other' : 'nobody',
    exitCode: task?.lastResult ?? null,
    package: found,
    task: task?.name ?? (isWatched ? watched : null),
    logTail,
  };
}
