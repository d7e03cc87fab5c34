import { Context } from '@temporalio/activity';
import type { StepTarget } from '../contracts/steps';
import type { Session } from '../remote/session';
import type { ActivityDependencies } from './dependencies';
import type { HostLine, LineOptions } from './host-line';
import { createHostLine } from './host-line';

/** What a step has of the activity that carries it. */
export interface Step<D> {
  readonly line: HostLine;
  /** Aborted on cancellation and when the worker shuts down; ends commands and pauses. */
  readonly signal: AbortSignal;
  /** What an earlier try of this activity reported last; null in the first one. */
  readonly before: D | null;
  /** Kept for the next try, should this one be cut. */
  readonly report: (details: D) => void;
  /** Waits between two looks, scaled by the worker's pace. */
  readonly pause: (ms: number) => Promise<void>;
  /** Waits as long as it says. */
  readonly wait: (ms: number) => Promise<void>;
}

/** Several times within the shortest heartbeat time-out (30 s), for one of them may be late. */
const heartbeatEveryMs = 5000;

/**
 * Carries out one step on one host. Heartbeats go out the whole time, also while a command runs, because cancellation
 * and the end of a worker reach an activity only through them. The session is closed whatever happens; what runs on the
 * host as a task goes on.
 */
export async function onHost<D, T>(
  deps: ActivityDependencies,
  target: StepTarget,
  work: (step: Step<D>) => Promise<T>,
  way?: LineOptions,
): Promise<T> {
  const context = Context.current();
  const signal = context.cancellationSignal;
  let details = (context.info.heartbeatDetails ?? null) as D | null;
  const before = details;
  const beat = (): void => context.heartbeat(details);
  const timer = setInterval(beat, heartbeatEveryMs);
  const line = createHostLine(deps, target, signal, way);
  const rest = async (ms: number): Promise<void> => {
    await line.makeRoom();
    await context.sleep(ms);
  };
  try {
    return await work({
      line,
      signal,
      before,
      report(next) {
        details = next;
        beat();
      },
      pause: (ms) => rest(Math.max(1, ms * deps.pace)),
      wait: rest,
    });
  } catch (error) {
    // What a cut command rejects with says nothing: the cancellation itself does.
    if (signal.aborted) await context.cancelled;
    throw error;
  } finally {
    clearInterval(timer);
    await line.close();
  }
}

/** For steps that need one session and remember nothing. */
export function inSession<T>(
  deps: ActivityDependencies,
  target: StepTarget,
  work: (session: Session, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  return onHost<null, T>(deps, target, ({ line, signal }) =>
    line.use((session) => work(session, signal)),
  );
}
