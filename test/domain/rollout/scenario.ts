import type { AvailabilitySet } from '../../../contracts/fleet';
import { hostId, type HostId } from '../../../contracts/ids';
import type { AffectedState, Health, Outcome, Verdict } from '../../../contracts/outcome';
import type { RolloutAction, RolloutPolicy } from '../../../contracts/plan';
import { reason } from '../../../contracts/reason';
import type { AssessedHost, OperatorAnswer, OperatorRequest } from '../../../contracts/rollout';
import {
  begin,
  decide,
  refusal,
  type RolloutCommand,
  type RolloutEvent,
  type RolloutPlan,
  type RolloutState,
} from '../../../domain/rollout';
import { statusesOf } from '../../../domain/rollout';

export const minute = 60_000;
export const hour = 60 * minute;
export const day = 24 * hour;

export const policy: RolloutPolicy = {
  scope: 'affected',
  serial: [1, '20%'],
  pause: null,
  maxConcurrency: 25,
  maxErrors: 0,
  maxConsecutiveErrors: null,
  maxUnassessed: '5%',
  countMitigated: true,
  onSuspect: 'hold',
  holdTimeoutMs: day,
  takenRetryMs: minute,
};

export const names = (count: number, prefix = 'ex'): HostId[] =>
  Array.from({ length: count }, (_, index) => hostId(`${prefix}${index + 1}`));

export const planOf = (
  hosts: readonly HostId[] | number,
  changes: Partial<RolloutPolicy> = {},
  sets: readonly AvailabilitySet[] = [],
  action?: RolloutAction,
): RolloutPlan => ({
  hosts: typeof hosts === 'number' ? names(hosts) : hosts,
  sets,
  policy: { ...policy, ...changes },
  ...(action === undefined ? {} : { action }),
});

export const setOf = (
  name: string,
  maxUnavailable: number,
  ...hosts: string[]
): AvailabilitySet => ({
  name,
  maxUnavailable,
  hosts: hosts.map((text) => hostId(text)),
});

export interface Seen {
  readonly state: AffectedState | null;
  readonly applicable?: Verdict['applicable'];
  readonly health?: Health;
  readonly package?: AssessedHost['package'];
}

export const assessedAs = (id: HostId, seen: Seen): AssessedHost => ({
  hostId: id,
  state: seen.state,
  applicable: seen.applicable ?? (seen.state === 'not-applicable' ? 'no' : 'yes'),
  health: seen.health ?? 'healthy',
  ...(seen.package === undefined ? {} : { package: seen.package }),
  reason: reason(seen.state ?? 'host-unreachable', `${id} is ${seen.state ?? 'silent'}`),
});

/** A rollout in the words of its tests: what happens is said, what was commanded is read. */
export interface Scenario {
  readonly plan: RolloutPlan;
  state: () => RolloutState;
  /** Every command since the last call. */
  commands: () => RolloutCommand[];
  /** Hosts started since the last call of `started` or `commands`. */
  started: () => string[];
  send: (event: RolloutEvent) => void;
  /** Admits, and answers the first assessment; hosts that are not named are affected. */
  assess: (seen?: { readonly [host: string]: Seen }) => void;
  /** Answers the last assessment that was commanded. */
  answer: (seen: { readonly [host: string]: Seen }) => void;
  finish: (host: string, outcome?: Outcome, available?: boolean) => void;
  taken: (host: string) => void;
  watched: (host: string) => void;
  wantsSlots: (host: string) => void;
  /** Hosts that were given their slots again since the last call of `given`, `started` or `commands`. */
  given: () => string[];
  pass: (ms: number) => void;
  ask: (operation: Asked, host?: string) => OperatorAnswer | undefined;
  refuses: (operation: Asked, host?: string) => string | null;
  now: () => number;
  /** Any request, also one that would be refused: `decide` is asked without the validator before it. */
  request: (request: OperatorRequest, updateId?: string) => OperatorAnswer | undefined;
  /** Code of what a validator says; null when it is let through. */
  refusesRequest: (request: OperatorRequest) => string | null;
  host: (host: string) => ReturnType<typeof statusesOf>[number];
  outcomes: () => { [host: string]: Outcome | null };
  reasons: () => string[];
  forget: () => void;
}

/** What was asked before changes were controlled. */
export type Asked = 'pause' | 'resume' | 'abort' | 'skip' | 'retry';

export const requestOf = (operation: Asked, host?: string): OperatorRequest =>
  operation === 'skip' || operation === 'retry'
    ? { operation, author: 'ada', reason: 'tested', hostId: hostId(host ?? 'none') }
    : { operation, author: 'ada', reason: 'tested' };

export const scenario = (plan: RolloutPlan, startAt = 1_000_000): Scenario => {
  let state = begin(plan, startAt);
  let now = startAt;
  let updates = 0;
  let pending: RolloutCommand[] = [];
  let said: string[] = [];
  let lastAsked: Extract<RolloutCommand, { type: 'assess' }> | undefined;

  const send = (event: RolloutEvent): OperatorAnswer | undefined => {
    const decision = decide(state, event, now);
    state = decision.state;
    pending.push(...decision.commands);
    said = decision.reasons.map((each) => each.message);
    for (const command of decision.commands) if (command.type === 'assess') lastAsked = command;
    return decision.answer;
  };
  const take = (): RolloutCommand[] => {
    const taken = pending;
    pending = [];
    return taken;
  };
  const self: Scenario = {
    plan,
    state: () => state,
    commands: take,
    started: () =>
      take().flatMap((command) => (command.type === 'startHost' ? [String(command.hostId)] : [])),
    send: (event) => void send(event),
    assess: (seen = {}) => {
      send({ type: 'admitted' });
      self.answer(seen);
    },
    answer: (seen) => {
      if (lastAsked === undefined) throw new Error('no assessment was commanded');
      const hosts = lastAsked.hosts.map((id) => assessedAs(id, seen[id] ?? { state: 'affected' }));
      send({ type: 'assessed', round: lastAsked.round, hosts });
    },
    finish: (host, outcome = 'fixed', available = true) => {
      const id = hostId(host);
      const why = reason(outcome, `ended ${outcome}`);
      send({ type: 'hostStarted', hostId: id, runId: `run-of-${host}` });
      send({ type: 'hostFinished', hostId: id, outcome, reason: why, available });
    },
    taken: (host) => void send({ type: 'hostTaken', hostId: hostId(host), by: null }),
    watched: (host) => void send({ type: 'hostWatched', hostId: hostId(host) }),
    wantsSlots: (host) => void send({ type: 'slotsWanted', hostId: hostId(host) }),
    given: () =>
      take().flatMap((command) => (command.type === 'giveSlots' ? [String(command.hostId)] : [])),
    pass: (ms) => {
      const until = now + ms;
      while (state.nextLookAt !== null && state.nextLookAt <= until) {
        now = state.nextLookAt;
        send({ type: 'timerFired' });
      }
      now = until;
    },
    ask: (operation, host) => self.request(requestOf(operation, host)),
    refuses: (operation, host) => self.refusesRequest(requestOf(operation, host)),
    now: () => now,
    request: (request, updateId = `update-${(updates += 1)}`) =>
      send({ type: 'operator', request, updateId }),
    refusesRequest: (request) => refusal(state, request, now)?.code ?? null,
    host: (host) => {
      const found = statusesOf(state).find((each) => each.hostId === host);
      if (found === undefined) throw new Error(`no host ${host}`);
      return found;
    },
    outcomes: () =>
      Object.fromEntries(statusesOf(state).map((each) => [each.hostId, each.outcome])),
    reasons: () => said,
    forget: () => void take(),
  };
  return self;
};
