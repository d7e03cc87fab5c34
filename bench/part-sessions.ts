import { readFile } from 'node:fs/promises';
import type { LabEndpoint } from '../lab/types';
import { serve } from './parts';
import { ownWeight } from './process-weight';
import type { Weight } from './process-weight';
import { isSsh, sessionWays } from './session-ways';
import type { SessionWay } from './session-ways';
import { ownUsage } from './usage';

/** What many sessions of one process took. */
export interface SessionCosts {
  readonly count: number;
  /** Milliseconds until each was open, all of them being opened at once; ascending. */
  readonly openMs: readonly number[];
  /** CPU of this side for opening them. */
  readonly openCpuMs: number;
  readonly before: Weight;
  readonly open: Weight;
  /** Milliseconds until each had its answer, all of them being asked at once; empty for bare connections. */
  readonly askMs: readonly number[];
  readonly asked: Weight;
  readonly closeMs: number;
  readonly closed: Weight;
  /** After all of it once more: what grows from one time to the next is a leak. */
  readonly closedAgain: Weight;
}

/** Opens, asks and closes sessions with all hosts at once, as one worker. Says: what it took. */
async function run(file: string, name: string): Promise<void> {
  const way = sessionWays.find((one) => one.name === name);
  if (way === undefined) throw new Error(`no such way: ${name}`);
  const all = JSON.parse(await readFile(file, 'utf8')) as readonly LabEndpoint[];
  const endpoints = all.filter((one) => way.transports.includes(isSsh(one) ? 'ssh' : 'winrm'));
  await warmUp(way, endpoints);

  const before = await ownWeight();
  const cpuBefore = ownUsage().cpuMs;
  const opening = await timed(endpoints, (endpoint) => way.open(endpoint));
  const openCpuMs = ownUsage().cpuMs - cpuBefore;
  const open = await ownWeight();
  const sessions = opening.results;
  const canAsk = sessions.every(({ ask }) => ask !== undefined);
  const asking = await timed(canAsk ? sessions : [], async ({ ask }) => ask?.());
  const asked = await ownWeight();
  const closing = await timed(sessions, (session) => session.close());
  sessions.length = 0;
  const costs: SessionCosts = {
    count: endpoints.length,
    openMs: opening.ms,
    openCpuMs,
    before,
    open,
    askMs: asking.ms,
    asked,
    closeMs: closing.ms.at(-1) ?? 0,
    closed: await ownWeight(),
    closedAgain: await again(way, endpoints),
  };
  await serve(costs, () => Promise.resolve());
}

/** Code that is loaded and compiled once, tables and caches belong to no session. */
async function warmUp(way: SessionWay, endpoints: readonly LabEndpoint[]): Promise<void> {
  const some = endpoints.filter((_, index) => index % Math.ceil(endpoints.length / 40) === 0);
  // oxlint-disable-next-line no-await-in-loop -- rounds
  for (let round = 0; round < 3; round += 1) await openAskClose(way, some);
}

async function openAskClose(way: SessionWay, endpoints: readonly LabEndpoint[]): Promise<void> {
  const { results } = await timed(endpoints, way.open);
  await timed(results, async ({ ask }) => ask?.());
  await timed(results, (session) => session.close());
}

async function again(way: SessionWay, endpoints: readonly LabEndpoint[]): Promise<Weight> {
  await openAskClose(way, endpoints);
  return ownWeight();
}

/** All at once; how long each took from the common start, ascending. */
async function timed<A, R>(
  items: readonly A[],
  work: (item: A) => Promise<R>,
): Promise<{ readonly results: R[]; readonly ms: readonly number[] }> {
  const begun = performance.now();
  const ms: number[] = [];
  const results = await Promise.all(
    items.map(async (item) => {
      const result = await work(item);
      ms.push(performance.now() - begun);
      return result;
    }),
  );
  return { results, ms };
}

const [file = '', name = ''] = process.argv.slice(2);
void run(file, name);
