import type { AppPoolFacts } from '../../contracts/facts';
import { Failure } from '../../contracts/failures';
import type { RunOptions, Session } from '../session';
import { appPoolQuestions, appPoolsOf, ifIis } from './app-pools';
import { ask, requireAnyAnswer } from './composite';
import { signalOnly } from './patience';
import type { Patience } from './patience';
import { quoteArgument } from './quoting';

export interface RecycledPool {
  readonly name: string;
  readonly workersBefore: readonly number[];
  readonly workersAfter: readonly number[];
}

/**
 * W3SVC kills a worker that does not drain within shutdownTimeLimit, 90 s by default; this is well beyond it.
 * @default 3 min
 */
const drainTimeoutMs = 180_000;
const lookEveryMs = 3000;

/**
 * Recycles the workers of pools and waits until none of the old processes is left. A pool whose workers are gone
 * already, e.g. because its service was restarted, is only looked at.
 *
 * @param before pools with the workers that are to go
 */
export async function recyclePools(
  session: Session,
  before: readonly AppPoolFacts[],
  patience: Patience,
): Promise<{ readonly pools: readonly RecycledPool[]; readonly problems: readonly string[] }> {
  if (before.length === 0) return { pools: [], problems: [] };
  const problems: string[] = [];
  const deadline = patience.now() + (patience.stageTimeoutMs ?? drainTimeoutMs);
  let now = await lookAtPools(session, patience);
  const stale = before.filter((pool) => oldWorkers(pool, now).length > 0);
  problems.push(...(await recycle(session, stale, patience)));
  for (;;) {
    now = await lookAtPools(session, patience);
    const left = before.filter((pool) => oldWorkers(pool, now).length > 0);
    if (left.length === 0 || patience.now() >= deadline) {
      problems.push(...left.map((pool) => stillThere(pool, oldWorkers(pool, now))));
      break;
    }
    await patience.pause(lookEveryMs);
  }
  return {
    pools: before.map(({ name, workers }) => ({
      name,
      workersBefore: workers,
      workersAfter: workersOf(now, name),
    })),
    problems,
  };
}

/** @throws Failure `unexpected-output` when the pools cannot be told. */
export async function lookAtPools(
  session: Session,
  options: Pick<RunOptions, 'signal'>,
): Promise<readonly AppPoolFacts[]> {
  const sections = await ask(session, appPoolQuestions, signalOnly(options));
  requireAnyAnswer(sections);
  const pools = appPoolsOf(sections);
  if (!pools.known) throw new Failure('unexpected-output', pools.why);
  return pools.value;
}

async function recycle(
  session: Session,
  pools: readonly AppPoolFacts[],
  patience: Patience,
): Promise<string[]> {
  if (pools.length === 0) return [];
  const questions = pools.map(({ name }, index) => ({
    name: `recycle-${index}`,
    command: ifIis(`recycle apppool ${quoteArgument(`/apppool.name:${name}`)}`),
  }));
  const sections = await ask(session, questions, signalOnly(patience));
  requireAnyAnswer(sections);
  return pools.flatMap(({ name }, index) => {
    const section = sections.of(`recycle-${index}`);
    return section.succeeded
      ? []
      : [`pool ${name} was not recycled: ${section.text.trim().slice(0, 100)}`];
  });
}

function workersOf(pools: readonly AppPoolFacts[], name: string): readonly number[] {
  return pools.find((pool) => pool.name === name)?.workers ?? [];
}

function oldWorkers(before: AppPoolFacts, now: readonly AppPoolFacts[]): number[] {
  return workersOf(now, before.name).filter((pid) => before.workers.includes(pid));
}

function stillThere({ name }: AppPoolFacts, pids: readonly number[]): string {
  return `pool ${name} still has worker ${pids.join(', ')}`;
}
