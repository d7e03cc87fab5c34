import type { PackageFacts } from '../contracts/facts';
import { Failure } from '../contracts/failures';
import type { ApplyResult } from '../contracts/steps';
import type { InstallationView } from '../remote/windows/installation-look';

/** What an apply does next, or what it has come to. */
export type ApplyMove =
  /** The installer runs, whoever started it. */
  | 'watch'
  /** Something else is at work in servicing: dism would be refused. */
  | 'wait'
  /** The look was too short to decide. */
  | 'look-closer'
  /** The task is there and was never started. */
  | 'run'
  | 'create'
  | Omit<ApplyResult, 'durationMs'>;

/**
 * The order of the rules is what makes an install happen once:
 * 1. while any task of this hotfix runs, nothing is started and nothing is believed;
 * 2. what this attempt left behind is its result;
 * 3. a package that is there needs no installer;
 * 4. while other servicing works, nothing is started;
 * 5. only then the task is run, or created if there is none.
 *
 * @param watched task of somebody else that was seen running before
 */
export function nextMove(view: InstallationView, watched: string | null): ApplyMove {
  if (isRunning(view)) return 'watch';
  if (view.package === null) return 'look-closer';
  if (!view.package.known) return withoutPackage(view.otherServicing, view.package.why);
  const found = view.package.value;
  if (isOver(view)) return endedOwn(view, found);
  if (isThere(found)) return foundThere(view, found, watched);
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
function withoutPackage(otherServicing: string | null, why: string): ApplyMove {
  if (otherServicing !== null) return 'wait';
  throw new Failure('unexpected-output', `the state of the package is not known: ${why}`);
}

/** A task that was cut, e.g. by a reboot, left no result: its code is the task's, what it did is told by the package. */
function endedOwn({ own, result, logTail }: InstallationView, found: PackageFacts): ApplyMove {
  const exitCode = result ?? own?.lastResult ?? null;
  return { how: 'installed', exitCode, package: found, task: own?.name ?? null, logTail };
}

function isThere({ state }: PackageFacts): boolean {
  return state === 'installed' || state === 'install-pending' || state === 'superseded';
}

function foundThere(
  { others, logTail }: InstallationView,
  found: PackageFacts,
  watched: string | null,
): ApplyMove {
  const ended = others.filter(({ state }) => state === 'ended');
  const by = ended.find(({ name }) => name === watched) ?? ended[0];
  const how = found.state === 'install-pending' ? 'found-pending' : 'found-installed';
  return {
    how: watched === null ? how : 'watched',
    exitCode: by?.lastResult ?? null,
    package: found,
    task: by?.name ?? watched,
    logTail,
  };
}
