import Table from 'cli-table3';
import { hostId } from '../contracts/ids';
import type { HostId } from '../contracts/ids';
import type { RolloutPolicy } from '../contracts/plan';
import { reason } from '../contracts/reason';
import type { Interval, Opening } from '../contracts/window';
import type { RolloutPlan } from '../domain/rollout';
import { simulate } from '../domain/simulator';
import type { World } from '../domain/simulator';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const runs = 20;

interface Fleet {
  readonly name: string;
  readonly hosts: number;
  readonly slots: number;
  /** Hosts that only one of may be down. 0: none. */
  readonly perSet: number;
  /** Length of a nightly window; null: hosts may be changed at any time. */
  readonly windowMs: number | null;
}

const fleets: readonly Fleet[] = [
  { name: 'at any time', hosts: 120, slots: 10, perSet: 0, windowMs: null },
  { name: 'at any time, sets of 4', hosts: 120, slots: 10, perSet: 4, windowMs: null },
  { name: 'nights of 4 h', hosts: 120, slots: 5, perSet: 0, windowMs: 4 * hour },
  { name: 'nights of 4 h, sets of 4', hosts: 120, slots: 5, perSet: 4, windowMs: 4 * hour },
];

/**
 * How much of its windows a rollout uses: the time for which windows were open until the last host was back, against what
 * no order of the hosts could fall below (all work shared by the slots, the longest host, the longest set). The decisions
 * are the engine's, the clock is simulated, the reboots are of random length.
 */
export function measureWindows(): string {
  const table = new Table({
    head: ['windows', 'hosts', 'slots', 'open until done', 'lower bound', 'ratio', 'windows used'],
    style: { head: [], border: [] },
    colAligns: ['left', 'right', 'right', 'right', 'right', 'right', 'right'],
  });
  for (const fleet of fleets) {
    const all = Array.from({ length: runs }, () => carriedOut(fleet));
    const mean = (of: (run: (typeof all)[number]) => number): number =>
      all.reduce((sum, run) => sum + of(run), 0) / runs;
    table.push([
      fleet.name,
      fleet.hosts,
      fleet.slots,
      `${(mean(({ openMs }) => openMs) / hour).toFixed(2)} h`,
      `${(mean(({ boundMs }) => boundMs) / hour).toFixed(2)} h`,
      mean(({ openMs, boundMs }) => openMs / boundMs).toFixed(3),
      mean(({ windows }) => windows).toFixed(1),
    ]);
  }
  return table.toString();
}

function carriedOut(fleet: Fleet): { openMs: number; boundMs: number; windows: number } {
  const hosts = Array.from({ length: fleet.hosts }, (_, index) => hostId(`h${index + 1}`));
  const durations = new Map(hosts.map((id) => [id, randomReboot()]));
  const plan = planOf(fleet, hosts);
  const { state } = simulate(plan, worldOf(fleet, durations), { keepSteps: false });
  if (state.result !== 'completed') throw new Error(`the rollout ended ${state.result ?? 'not'}`);
  const spans = state.hosts.map(({ startedMs = 0, finishedMs = 0 }) => ({
    from: startedMs,
    until: finishedMs,
  }));
  const end = Math.max(...spans.map(({ until }) => until));
  const nights = Math.floor(end / day) + 1;
  const used = new Set(spans.map(({ from }) => Math.floor(from / day))).size;
  return {
    openMs: fleet.windowMs === null ? end : (nights - 1) * fleet.windowMs + (end % day),
    boundMs: boundOf(plan, durations),
    windows: fleet.windowMs === null ? 1 : used,
  };
}

/** Mostly some ten minutes, now and then half an hour: updates that are configured at start take long. */
const randomReboot = (): number => (6 + 8 * Math.random() + 20 * Math.random() ** 6) * minute;

function planOf({ slots, perSet, windowMs }: Fleet, hosts: readonly HostId[]): RolloutPlan {
  const policy: RolloutPolicy = {
    scope: 'affected',
    serial: [hosts.length],
    pause: null,
    maxConcurrency: slots,
    maxErrors: 0,
    maxConsecutiveErrors: null,
    maxUnassessed: 0,
    countMitigated: true,
    onSuspect: 'hold',
    holdTimeoutMs: day,
    takenRetryMs: minute,
    hostDurationMs: 20 * minute,
  };
  const sets =
    perSet === 0
      ? []
      : Array.from({ length: hosts.length / perSet }, (_, set) => ({
          name: `set${set}`,
          maxUnavailable: 1,
          hosts: hosts.slice(set * perSet, (set + 1) * perSet),
        }));
  const calendar = windowMs === null ? null : { windows: [], blackouts: [] };
  const control = {
    requester: 'os-user' as const,
    approvals: null,
    calendar,
    order: [],
    gates: [],
    notify: [],
    fleetFile: null,
    firing: null,
  };
  return { hosts, sets, policy, requestedBy: 'bench', control };
}

function worldOf({ windowMs }: Fleet, durations: ReadonlyMap<HostId, number>): World {
  const nights: Opening[] = Array.from({ length: windowMs === null ? 0 : 60 }, (_, night) => {
    const until = night * day + (windowMs ?? 0);
    return { from: night * day, until, cutoffAt: until, window: 'night' };
  });
  const within = ({ from, until }: Interval): Opening[] =>
    nights.filter((each) => each.from < until && each.until > from);
  return {
    assess: () => ({
      state: 'affected',
      applicable: 'yes',
      health: 'healthy',
      reason: reason('affected', 'affected'),
    }),
    attempt: (id) => ({ durationMs: durations.get(id) ?? minute, outcome: 'fixed' }),
    calendar: (span) => ({ openings: within(span), blackouts: [], until: span.until }),
    assessmentMs: 0,
    startMs: 0,
  };
}

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

function boundOf({ sets, policy }: RolloutPlan, durations: ReadonlyMap<HostId, number>): number {
  const all = [...durations.values()];
  const chains = sets.map(
    ({ hosts, maxUnavailable }) => sum(hosts.map((id) => durations.get(id) ?? 0)) / maxUnavailable,
  );
  return Math.max(sum(all) / policy.maxConcurrency, ...all, ...chains);
}
