import type { GatePhase } from '../../../contracts/gate';
import { hostId, previewHash, type HostId } from '../../../contracts/ids';
import type { ApprovalPolicy } from '../../../contracts/identity';
import type { RolloutAction, RolloutPolicy } from '../../../contracts/plan';
import { reason } from '../../../contracts/reason';
import type { ChangeControl, OperatorRequest } from '../../../contracts/rollout';
import type { AvailabilitySet } from '../../../contracts/fleet';
import type { CalendarReading, Interval, Opening } from '../../../contracts/window';
import type { RolloutCommand, RolloutPlan } from '../../../domain/rollout';
import { day, hour, planOf, scenario, type Scenario, type Seen } from './scenario';

export const hash = previewHash('a'.repeat(64));

/** Nothing is controlled; what a test is about is named by it. */
export const uncontrolled: ChangeControl = {
  requester: 'os-user',
  approvals: null,
  calendar: null,
  order: [],
  gates: [],
  notify: [],
  fleetFile: null,
  firing: null,
};

export const approvals = (changes: Partial<ApprovalPolicy> = {}): ApprovalPolicy => ({
  minApprovals: 2,
  ttlMs: 7 * day,
  identity: 'asserted',
  ...changes,
});

/** What it says is told by the test's openings; a rollout only knows whether there is one. */
export const someCalendar: NonNullable<ChangeControl['calendar']> = { windows: [], blackouts: [] };

export interface ControlledPlan {
  readonly policy?: Partial<RolloutPolicy>;
  readonly sets?: readonly AvailabilitySet[];
  readonly action?: RolloutAction;
  readonly control: Partial<ChangeControl>;
}

export const controlledPlan = (
  hosts: readonly HostId[] | number,
  { policy = {}, sets = [], action, control }: ControlledPlan,
): RolloutPlan => ({
  ...planOf(hosts, policy, sets, action),
  requestedBy: 'ada',
  previewHash: hash,
  control: { ...uncontrolled, ...control },
});

export const opening = (fromMs: number, lengthMs: number, cutoffMs = 0): Opening => ({
  from: fromMs,
  until: fromMs + lengthMs,
  cutoffAt: fromMs + lengthMs - cutoffMs,
  window: 'night',
});

/** The world beside the hosts, to be changed by a test as it goes. */
export interface Outside {
  openings: readonly Opening[];
  blackouts: readonly Interval[];
  /** How far the calendar can be read. */
  knownUntil: number;
  unreadable: boolean;
  changed: readonly { readonly hostId: HostId; readonly why: string }[];
  /** How hosts are found when they are looked at; others are affected. */
  seen: { readonly [host: string]: Seen };
  /** Says nothing until the test does. */
  silent: boolean;
}

export interface Controlled extends Scenario {
  readonly outside: Outside;
  /** Answers a gate that was asked; the oldest question of it. */
  gate: (name: string, phase: GatePhase) => void;
  /** Commands of this kind since the start. */
  all: <T extends RolloutCommand['type']>(type: T) => Extract<RolloutCommand, { type: T }>[];
  phase: () => string;
  places: () => { [host: string]: string };
}

const isQuestion = ({ type }: RolloutCommand): boolean =>
  type === 'readCalendar' || type === 'readFleet' || type === 'assess';

/** A rollout whose calendar, fleet and hosts answer at once, as the test's `outside` has them. */
export const controlled = (
  plan: RolloutPlan,
  world: Partial<Outside> = {},
  startAt = 0,
): Controlled => {
  const inner = scenario(plan, startAt);
  const log: RolloutCommand[] = [];
  const unread: RolloutCommand[] = [];
  const answeredRuns = new Set<number>();
  const outside: Outside = {
    openings: [],
    blackouts: [],
    knownUntil: Number.MAX_SAFE_INTEGER,
    unreadable: false,
    changed: [],
    seen: {},
    silent: false,
    ...world,
  };

  const reading = ({ from, until }: Interval): CalendarReading => ({
    openings: outside.openings.filter((each) => each.from < until && each.until > from),
    blackouts: outside.blackouts.filter((each) => each.from < until && each.until > from),
    until: Math.min(until, outside.knownUntil),
  });
  const answer = (command: RolloutCommand): void => {
    if (command.type === 'readCalendar')
      inner.send(
        outside.unreadable
          ? { type: 'calendarUnread', reason: reason('calendar-unreadable', 'holidays.ics') }
          : { type: 'calendarRead', reading: reading(command) },
      );
    if (command.type === 'readFleet') inner.send({ type: 'fleetRead', changed: outside.changed });
    if (command.type === 'assess') inner.answer(outside.seen);
  };
  const settle = (): void => {
    for (let news = inner.commands(); news.length > 0; news = inner.commands()) {
      log.push(...news);
      unread.push(...news);
      if (!outside.silent) for (const command of news.filter(isQuestion)) answer(command);
    }
  };
  const then =
    <A extends unknown[], R>(act: (...given: A) => R) =>
    (...given: A): R => {
      const said = act(...given);
      settle();
      return said;
    };
  const take = (): RolloutCommand[] => unread.splice(0);

  return {
    ...inner,
    outside,
    commands: take,
    started: () =>
      take().flatMap((each) => (each.type === 'startHost' ? [String(each.hostId)] : [])),
    given: () => take().flatMap((each) => (each.type === 'giveSlots' ? [String(each.hostId)] : [])),
    forget: () => void take(),
    send: then(inner.send),
    assess: then(() => inner.send({ type: 'admitted' })),
    answer: then(inner.answer),
    finish: then(inner.finish),
    taken: then(inner.taken),
    watched: then(inner.watched),
    wantsSlots: then(inner.wantsSlots),
    ask: then(inner.ask),
    request: then(inner.request),
    pass: (ms) => {
      const until = inner.now() + ms;
      for (;;) {
        const { nextLookAt } = inner.state();
        if (nextLookAt === null || nextLookAt > until) break;
        inner.pass(nextLookAt - inner.now());
        settle();
      }
      inner.pass(until - inner.now());
    },
    gate: (name, phase) => {
      const asked = log.find(
        (each) => each.type === 'askGate' && each.gate === name && !answeredRuns.has(each.run),
      );
      if (asked?.type !== 'askGate') throw new Error(`gate ${name} was not asked`);
      answeredRuns.add(asked.run);
      const why = reason(`gate-${phase}`, `${name} says ${phase}`);
      then(inner.send)({
        type: 'gateAnswered',
        run: asked.run,
        answer: { phase, reason: why, measurements: [] },
      });
    },
    all: (type) =>
      log.filter(
        (each): each is Extract<RolloutCommand, { type: typeof type }> => each.type === type,
      ),
    phase: () => inner.state().phase,
    places: () =>
      Object.fromEntries(
        inner.state().hosts.map((host, index) => [String(plan.hosts[index]), host.is]),
      ),
  };
};

/** A request as a person makes it from the command line. */
export const by = (author: string) => {
  const who = { author, reason: 'tested' };
  return {
    approve: (of = hash, source?: 'given' | 'os-user' | 'authenticated'): OperatorRequest => ({
      operation: 'approve',
      hash: of,
      ...who,
      ...(source === undefined ? {} : { source }),
    }),
    plainly: (operation: 'pause' | 'resume' | 'abort' | 'reject' | 'revoke' | 'abort-now') =>
      ({ operation, ...who }) satisfies OperatorRequest,
    host: (operation: 'skip' | 'retry' | 'hold' | 'unhold', host: string) =>
      ({ operation, hostId: hostId(host), ...who }) satisfies OperatorRequest,
    limits: (given: {
      readonly maxConcurrency?: number;
      readonly maxErrors?: number | `${number}%`;
      readonly maxConsecutiveErrors?: number | null;
    }): OperatorRequest =>
      given.maxConcurrency === undefined
        ? { operation: 'set-budget', ...given, ...who }
        : { operation: 'set-concurrency', maxConcurrency: given.maxConcurrency, ...who },
    windowUntil: (at: number | string) =>
      ({
        operation: 'set-window',
        until: typeof at === 'string' ? at : new Date(at).toISOString(),
        ...who,
      }) satisfies OperatorRequest,
    retryAll: (which: 'failed' | 'not-started' | 'all') =>
      ({ operation: 'retry-all', which, ...who }) satisfies OperatorRequest,
    askGate: (gate: string) => ({ operation: 'ask-gate', gate, ...who }) satisfies OperatorRequest,
  };
};

/** Nights of eight hours, a day apart. */
export const nights = (count: number, firstAt = 0): Opening[] =>
  Array.from({ length: count }, (_, night) => opening(firstAt + night * day, 8 * hour));
