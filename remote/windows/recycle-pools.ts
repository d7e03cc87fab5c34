import type { AppPoolFacts } from '../../contracts/facts';
import { Failure } from '../../contracts/failures';
import type { RunOptions, Session } from '../session';
import { appPoolQuestions, appPoolsOf, ifIis } from './app-pools';
import { ask, requireAnyAnswer } from './composite';
import { signalOnly } from './patience';
import type { Patience } from './patience';
import { askInLines } from './question-lines';
import { quoteArgument } from './quoting';

export interface RecycledPool {
  readonly name: string;
  readonly workersBefore: readonly number[];
  readonly workersAfter: readonly number[];
}

/** W3SVC kills a worker that does not drain within shutdownTimeLimit, by default after 00:01:30. */
const usualDrainMs = 90_000;
/** How long the old workers are waited for beyond that: the killing comes late on a host that has no time. */
const beyondMs = 90_000;
const lookEveryMs = 3000;

/**
 * Recycles the workers of pools and waits until none of the old processes is left, well beyond the time that the pools
 * give their workers. A pool whose workers are gone already, e.g. because its service was restarted, is only looked at.
 *
 * @param before pools with the workers that are to go
 * @param note told what was done, one sentence without its full stop
 * @throws Failure of the connection; `unexpected-output` when the pools cannot be told
 */
export async function recyclePools(
  session: Session,
  before: readonly AppPoolFacts[],
  patience: Patience,
  note: (what: string) => void = () => undefined,
): Promise<{ readonly pools: readonly RecycledPool[]; readonly problems: readonly string[] }> {
  if (before.length === 0) return { pools: [], problems: [] };
  const problems: string[] = [];
  let now = await lookAtPools(session, patience);
  const stale = before.filter((pool) => oldWorkers(pool, now).length > 0);
  const drainMs = patience.stageTimeoutMs ?? (await drainTime(session, stale, patience)) + beyondMs;
  if (stale.length > 0) note(`recycled ${stale.map(({ name }) => name).join(', ')}`);
  problems.push(...(await recycle(session, stale, patience)));
  const deadline = patience.now() + drainMs;
  for (;;) {
    now = await lookAtPools(session, patience);
    const left = before.filter((pool) => oldWorkers(pool, now).length > 0);
    if (left.length === 0) note('saw that no old worker process is left');
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

/** The longest time that one of the pools gives its workers, in milliseconds; the usual one where it does not tell. */
async function drainTime(
  session: Session,
  pools: readonly AppPoolFacts[],
  patience: Patience,
): Promise<number> {
  if (pools.length === 0) return 0;
  const limit = '/text:processModel.shutdownTimeLimit';
  const questions = pools.map(({ name }, index) => ({
    name: `limit-${index}`,
    command: ifIis(`list apppool ${quoteArgument(`/apppool.name:${name}`)} ${limit}`),
  }));
  const { of } = await askInLines(session, questions, signalOnly(patience));
  return Math.max(...questions.map(({ name }) => timeSpanMs(of(name).text)));
}

/** `00:01:30`, with days in front as `1.00:00:00`; IIS allows up to 30 days, of which nobody waits more than half an hour. */
function timeSpanMs(text: string): number {
  const match = /^(?:(\d+)\.)?(\d\d):(\d\d):(\d\d)$/.exec(text.trim());
  if (match === null) return usualDrainMs;
  const [days = 0, hours = 0, minutes = 0, seconds = 0] = match
    .slice(1)
    .map((part) => Number(part ?? 0));
  const span = (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000;
  return Math.min(span, longestDrainMs);
}

const longestDrainMs = 1_800_000;

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
  const { of } = await askInLines(session, questions, signalOnly(patience));
  return pools.flatMap(({ name }, index) => {
    const section = of(`recycle-${index}`);
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
