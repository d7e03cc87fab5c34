import type { AppPoolFacts } from '../contracts/facts';
import type { FallbackResult } from '../contracts/steps';
import type { RestartBaseline } from '../remote/windows/restart-baseline';

type Done = NonNullable<FallbackResult['done']>[number];

/** What a try that was cut leaves to the next one, so that nothing is done twice. */
export interface FallbackProgress {
  readonly startedAt: number;
  /** Index of the action that is at work; those before it are done. */
  readonly at: number;
  /** What the action at work started from: which processes were to go. */
  readonly restart?: RestartBaseline;
  readonly pools?: readonly AppPoolFacts[];
  /** Services that were stopped on purpose and stay so. */
  readonly down: readonly string[];
  readonly services: FallbackResult['services'];
  readonly appPools: FallbackResult['appPools'];
  readonly done: readonly Done[];
  /** How many entries `done` had when the action at work began. */
  readonly doneBefore: number;
  readonly problems: readonly string[];
  /** Newest record of the log when everything was done, and the time. */
  readonly watch?: { readonly after: number; readonly since: number };
}

/** What was left before rules were data, when the only actions were a restart and, after it, recycled pools. */
interface EarlierProgress {
  readonly services: RestartBaseline;
  readonly pools: readonly AppPoolFacts[];
}

export interface FallbackLog {
  readonly now: () => FallbackProgress;
  readonly change: (changes: Partial<FallbackProgress>) => void;
  /** One sentence without its full stop; what an earlier try of the same action said already is not said again. */
  readonly note: (what: string) => void;
  /** The action at work is over, whatever it came to. */
  readonly next: (problems: readonly string[]) => void;
}

const doneLimit = 60;
const sentenceLimit = 400;
const problemsLimit = 60;

/** @param report keeps the progress for the next try */
export function createFallbackLog(
  before: FallbackProgress | EarlierProgress | null,
  report: (progress: FallbackProgress) => void,
  clock: () => number,
): FallbackLog {
  let progress = begun(before, clock());
  const change = (changes: Partial<FallbackProgress>): void => {
    progress = { ...progress, ...changes };
    report(progress);
  };
  const note = (text: string): void => {
    const what = cut(text);
    if (progress.done.slice(progress.doneBefore).some((entry) => entry.what === what)) return;
    change({ done: added(progress.done, { at: new Date(clock()).toISOString(), what }) });
  };
  return {
    now: () => progress,
    change,
    note,
    next: (problems) => {
      const { restart: _, pools: __, ...kept } = progress;
      progress = {
        ...kept,
        at: kept.at + 1,
        doneBefore: kept.done.length,
        problems: [...kept.problems, ...problems.map(cut)].slice(0, problemsLimit),
      };
      report(progress);
    },
  };
}

function begun(before: FallbackProgress | EarlierProgress | null, at: number): FallbackProgress {
  const fresh: FallbackProgress = {
    startedAt: at,
    at: 0,
    down: [],
    services: [],
    appPools: [],
    done: [],
    doneBefore: 0,
    problems: [],
  };
  if (before === null) return fresh;
  return 'done' in before ? before : { ...fresh, restart: before.services, pools: before.pools };
}

/** The last entry says how many are missing. */
function added(done: readonly Done[], entry: Done): readonly Done[] {
  if (done.length < doneLimit) return [...done, entry];
  const more = /^and (\d+) more$/.exec(done.at(-1)?.what ?? '')?.[1];
  const count = more === undefined ? 2 : Number(more) + 1;
  return [...done.slice(0, doneLimit - 1), { at: entry.at, what: `and ${count} more` }];
}

const cut = (text: string): string =>
  text.length <= sentenceLimit ? text : `${text.slice(0, sentenceLimit - 1)}…`;
