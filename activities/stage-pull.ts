import { Failure } from '../contracts/failures';
import { lookAtPull, createPull, removePull, runPull, takePulled } from '../remote/windows/pull';
import type { Pull, PullView } from '../remote/windows/pull';
import { pullFailure } from '../remote/windows/pull-failure';
import type { ActivityDependencies } from './dependencies';
import { createGrowingPause } from './growing-pause';
import { isConnectionFailure } from './host-line';
import type { Step } from './step';

/** What a try of the staging leaves to the next one. */
export interface StageProgress {
  readonly sent: number | null;
  readonly total: number | null;
  /** When the host was first told to pull, epoch milliseconds. */
  readonly pullingSince?: number;
}

/** Below the time that the activity has, so that it can still say why. @default 90 min */
const limitMs = 90 * 60_000;
/** How long the scheduler may show a task as never run although it was just told to run it. */
const graceMs = 30_000;
/** Runs that were cut on the host, by a reboot or a person, before somebody has to look. */
const maxRuns = 3;

/** What is done next; or what a run came to, when it is over. */
type Move = 'watch' | 'run' | 'create' | Over;

interface Over {
  readonly code: number;
  readonly log: string;
}

/**
 * Lets the host get the package by itself, through a task of the local system that goes on when worker or session are
 * lost. A pull that is under way is watched, not started again.
 *
 * @returns bytes of the package
 */
export async function pullPackage(
  deps: ActivityDependencies,
  step: Step<StageProgress>,
  pull: Pull,
): Promise<number> {
  const pauses = createGrowingPause(1000, 10_000);
  const pullingSince = step.before?.pullingSince ?? deps.now();
  const starts = { count: 0, lastAt: -Infinity };
  let isWatched = false;
  for (;;) {
    const view = await lookOnce(step, pull, isWatched);
    const move = nextMove(view, deps.now() - starts.lastAt < graceMs);
    step.report({ sent: view?.received ?? null, total: null, pullingSince });
    if (typeof move === 'object') return take(step, pull, move);
    if (deps.now() - pullingSince > limitMs) throw tooLong(pull);
    isWatched = move === 'watch';
    if (!isWatched) {
      if (starts.count === maxRuns) throw cutTooOften(pull);
      await start(step, pull, move);
      starts.count += 1;
      starts.lastAt = deps.now();
      pauses.reset();
    }
    await step.pause(pauses.next());
  }
}

/** A result is the last thing that is written. A task that ended without one was cut: it is run anew. */
function nextMove(view: PullView | null, isStarting: boolean): Move {
  if (view === null) return 'watch';
  const { task, result, log } = view;
  if (result !== null) return { code: result, log };
  if (task === null || task.state === 'ended') return 'create';
  if (task.state === 'running') return 'watch';
  return isStarting ? 'watch' : 'run';
}

/** Null when the host was away while it pulled: it goes on without us, and so does the watching. */
async function lookOnce(
  { line, signal }: Step<StageProgress>,
  pull: Pull,
  isWatched: boolean,
): Promise<PullView | null> {
  try {
    return await line.use((session) => lookAtPull(session, pull, { signal }));
  } catch (error) {
    if (isWatched && isConnectionFailure(error)) return null;
    throw error;
  }
}

async function start({ line, signal }: Step<StageProgress>, pull: Pull, move: Move): Promise<void> {
  await line.use(async (session) => {
    if (move === 'create') await createPull(session, pull, { signal });
    await runPull(session, pull, { signal });
  });
}

/** Whatever came of it, the next try begins anew: task and files of this one are gone. */
async function take(
  { line, signal }: Step<StageProgress>,
  pull: Pull,
  { code, log }: Over,
): Promise<number> {
  return line.use(async (session) => {
    const end = async (): Promise<number> => {
      if (code === 0) return takePulled(session, pull, { signal });
      throw pullFailure({ url: pull.url, code, log });
    };
    try {
      const bytes = await end();
      await removePull(session, pull, { signal });
      return bytes;
    } catch (error) {
      if (!isConnectionFailure(error)) await removePull(session, pull, { signal });
      throw error;
    }
  });
}

function tooLong({ url }: Pull): Failure {
  const what = `the host did not get ${url} within ${limitMs / 60_000} minutes; it goes on`;
  return new Failure('url-unreachable', what, { facts: { url, reason: 'slow' } });
}

function cutTooOften({ url }: Pull): Failure {
  const what = `the task that gets ${url} was ended ${maxRuns} times on the host`;
  return new Failure('url-unreachable', what, {
    facts: { url, reason: 'cut' },
    advice: 'see in the task scheduler and the logs of the host what ends it',
  });
}
