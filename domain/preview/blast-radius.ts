import { percentile } from '../rollout';
import { runOf, type Course } from './forecast-run';
import { runsWithin } from './run-count';
import { thin } from './thin';

/** How many hosts are changed by a package that breaks hosts, before the rollout stops. */
export interface BlastRadius {
  readonly p50: number;
  /** In the worst run. */
  readonly most: number;
  /** Part of the runs, from 0 to 1, in which the budget stopped it. */
  readonly stopped: number;
}

/** Up to so many errors a rollout is simulated whole: it ends long before all hosts had their turn. */
const fewErrors = 40;

export const blastRadius = (
  course: Course,
  failing: number,
  { runs: wanted, seed }: { readonly runs: number; readonly seed: number },
): BlastRadius => {
  const { maxErrors } = course.from.plan.policy;
  const isShort = typeof maxErrors === 'number' && maxErrors <= fewErrors;
  const thinned = isShort ? { state: course.from, oneIn: 1 } : thin(course.from, () => true);
  const { state, oneIn } = thinned ?? { state: course.from, oneIn: 1 };
  const hosts = state.plan.hosts.length;
  const runs = runsWithin(1000, Math.min(hosts, isShort ? 400 : hosts), Math.min(wanted, 100));
  const all = Array.from({ length: runs }, (_, run) =>
    runOf({ ...course, from: state, failing }, seed * 7919 + run),
  );
  const counts = all.map(({ changed }) => Math.round(changed.length * oneIn));
  return {
    p50: percentile(counts, 50),
    most: Math.max(...counts),
    stopped: all.filter((run) => run.state.result === 'stopped-by-budget').length / runs,
  };
};
