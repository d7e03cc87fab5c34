import type { HostId } from '../../contracts/ids';
import type { Outcome } from '../../contracts/outcome';
import type { Reason } from '../../contracts/reason';
import type { RolloutCommand } from './messages';
import { keepReason, trimReasons } from './reasons-kept';
import { rosterOf } from './roster';
import { isFinal, type HostRecord, type KeptVerdict, type Place, type RolloutState } from './state';

/**
 * The next state while it is being made, private to one `decide`. Only the tables are copied; a host record is never
 * written to but replaced, since the previous state shares it.
 */
export type Draft = {
  -readonly [K in keyof Omit<RolloutState, 'hosts' | 'reasons' | 'plan'>]: RolloutState[K];
} & {
  readonly plan: RolloutState['plan'];
  hosts: HostRecord[];
  reasons: Reason[];
  /**
   * How many hosts stand where, are to be asked, are only watched, wait for their slots or are called back: kept as hosts move, so that
   * 5,000 need no counting.
   */
  readonly counts: Counts;
  readonly now: number;
  readonly commands: RolloutCommand[];
  /** What the rules said, for `Decision.reasons`. */
  readonly said: Reason[];
};

export type Counts = {
  [place in Place | 'wanted' | 'watched' | 'waiting' | 'awaiting' | 'recalled']: number;
};

const countHosts = (hosts: readonly HostRecord[]): Counts => {
  const counts: Counts = {
    unassessed: 0,
    queued: 0,
    running: 0,
    taken: 0,
    held: 0,
    fixed: 0,
    mitigated: 0,
    'rolled-back': 0,
    'not-affected': 0,
    'already-fixed': 0,
    'not-applicable': 0,
    failed: 0,
    unreachable: 0,
    skipped: 0,
    'not-started': 0,
    undecided: 0,
    wanted: 0,
    watched: 0,
    waiting: 0,
    awaiting: 0,
    recalled: 0,
  };
  for (const host of hosts) count(counts, host, 1);
  return counts;
};

/** By the table itself, which nobody writes to once its draft is closed: counting 5,000 hosts took half of a decision. */
const known = new WeakMap<readonly HostRecord[], Counts>();

const countsOf = (hosts: readonly HostRecord[]): Counts => ({
  ...(known.get(hosts) ?? countHosts(hosts)),
});

const count = (counts: Counts, host: HostRecord, by: 1 | -1): void => {
  counts[host.is] += by;
  if (host.wanted === true) counts.wanted += by;
  if (host.watched === true) counts.watched += by;
  if (host.turn !== undefined) counts.waiting += by;
  if ((host.awaits ?? 0) > 0) {
    counts.awaiting += by;
    if (host.recalled === true) counts.recalled += by;
  }
};

export const openDraft = (state: RolloutState, now: number): Draft => ({
  ...state,
  counts: countsOf(state.hosts),
  hosts: state.hosts.slice(),
  reasons: state.reasons.slice(),
  now,
  commands: [],
  said: [],
});

export const closeDraft = (draft: Draft): RolloutState => {
  trimReasons(draft);
  const { counts, now: _now, commands: _commands, said: _said, ...state } = draft;
  known.set(state.hosts, counts);
  return state;
};

type Changes = { readonly [K in keyof HostRecord]?: HostRecord[K] | undefined };

/**
 * `undefined` takes a field away: it must not stay as a key, which JSON would lose on the way to a new run. Fields are
 * copied rather than deleted: engines read an object slowly for ever once something was deleted from it.
 */
export const revise = (draft: Draft, index: number, changes: Changes): void => {
  const before = hostAt(draft, index);
  const merged: Changes = { ...before, ...changes };
  const next: { [name: string]: unknown } = {};
  for (const name of fieldNames) {
    const value = merged[name];
    if (value !== undefined) next[name] = value;
  }
  const after = next as unknown as HostRecord;
  count(draft.counts, before, -1);
  count(draft.counts, after, 1);
  draft.hosts[index] = after;
};

/** One order for all records, so that they share few shapes. The compiler refuses a list that misses a field. */
const fieldNames = Object.keys({
  is: 0,
  verdict: 0,
  reason: 0,
  wave: 0,
  runId: 0,
  attempts: 0,
  startedMs: 0,
  finishedMs: 0,
  down: 0,
  order: 0,
  heldMs: 0,
  takenMs: 0,
  retryMs: 0,
  wanted: 0,
  asked: 0,
  watched: 0,
  turn: 0,
  awaits: 0,
  awaitsMs: 0,
  recalled: 0,
  forced: 0,
  owed: 0,
} satisfies Record<keyof HostRecord, 0>) as (keyof HostRecord)[];

/** What only a host that waits, or is watched, has. */
export const nothingPending = {
  heldMs: undefined,
  takenMs: undefined,
  retryMs: undefined,
  wanted: undefined,
  asked: undefined,
  watched: undefined,
  turn: undefined,
  awaits: undefined,
  recalled: undefined,
} as const;

export const endHost = (draft: Draft, index: number, outcome: Outcome, why: Reason): void =>
  revise(draft, index, {
    ...nothingPending,
    awaitsMs: undefined,
    is: outcome,
    reason: keepReason(draft, why),
    finishedMs: draft.now - draft.startedAt,
  });

export const hostAt = (draft: Pick<RolloutState, 'hosts'>, index: number): HostRecord =>
  draft.hosts[index] ?? { is: 'unassessed' };

export const idAt = (draft: Pick<RolloutState, 'plan'>, index: number): HostId => {
  const id = draft.plan.hosts[index];
  if (id === undefined)
    throw new RangeError(`no host ${index} in a plan of ${draft.plan.hosts.length}`);
  return id;
};

export const indexOf = (state: Pick<RolloutState, 'plan'>, id: HostId): number | undefined =>
  rosterOf(state.plan).indexOf.get(id);

export const verdictOf = (
  state: Pick<RolloutState, 'verdicts'>,
  host: HostRecord,
): KeptVerdict | undefined =>
  host.verdict === undefined ? undefined : state.verdicts[host.verdict];

export const indicesWhere = (
  state: Pick<RolloutState, 'hosts'>,
  test: (host: HostRecord) => boolean,
): number[] => {
  const found: number[] = [];
  for (let index = 0; index < state.hosts.length; index += 1) {
    const host = state.hosts[index];
    if (host !== undefined && test(host)) found.push(index);
  }
  return found;
};

export const isRunning = (host: HostRecord): boolean => host.is === 'running';
/** In flight and neither only watched nor waiting for its slots. */
export const isInWork = (host: HostRecord): boolean =>
  host.is === 'running' && host.watched === undefined && host.turn === undefined;
/** These count against `maxConcurrency`. */
export const inWork = ({ counts }: Pick<Draft, 'counts'>): number =>
  counts.running - counts.watched - counts.waiting;
export const isOpen = (host: HostRecord): boolean => !isFinal(host.is);

/** Paused, stopping or waiting for a new run: hosts go on, but none is started and none is asked. */
export const isFree = (
  state: Pick<RolloutState, 'paused' | 'stopping' | 'moving' | 'admitted' | 'result'>,
): boolean =>
  state.admitted &&
  state.result === null &&
  state.paused === null &&
  state.stopping === null &&
  state.moving === null;
