import type { HostId } from '../../../contracts/ids';
import type { Outcome } from '../../../contracts/outcome';
import type { AssessedHost, OperatorRequest } from '../../../contracts/rollout';
import type { CountOrPercent } from '../../../contracts/plan';
import type { RolloutCommand, RolloutPlan } from '../../../domain/rollout';
import type { SimulationStep } from '../../../domain/simulator';

/**
 * Looks at a rollout from outside: it sees events and commands only, keeps its own account of who is down, and shares no
 * code with the decisions that it judges.
 */
export interface Observer {
  /** In work; neither only watched nor waiting for their slots. */
  readonly inFlight: Set<HostId>;
  readonly down: Set<HostId>;
  readonly watched: Set<HostId>;
  /** Found with the symptom again, in the order in which they asked for their slots. */
  readonly waiting: Set<HostId>;
  /** Of starts since the rollout began. */
  readonly startedInWave: Map<HostId, number>;
  /** Waves of which a host ended as the rollout wants it. */
  readonly passedWaves: Set<number>;
  readonly outcomes: Map<HostId, Outcome>;
  /** State of the package, of hosts that were asked. */
  readonly packages: Map<HostId, AssessedHost['package']>;
  /** In work only to be restored. */
  readonly restoring: Set<HostId>;
  /** In flight and waiting for slots of other rollouts; nothing has been done to them. */
  readonly awaiting: Set<HostId>;
  /** As the plan has them, and as people changed them since. */
  readonly limits: Limits;
  paused: boolean;
  /** Aborted, rejected, or stopped by a gate. */
  aborted: boolean;
  /** A person ended the waits of what is in flight. */
  waitsEnded: boolean;
  errors: () => number;
  inARow: () => number;
  see: (step: SimulationStep) => void;
  /** To be called per `giveSlots`, in order. */
  give: (id: HostId) => void;
  /** To be called per `startHost`, in order. */
  start: (command: StartHost, wave: number) => void;
}

export type StartHost = Extract<RolloutCommand, { type: 'startHost' }>;

interface Limits {
  maxConcurrency: number;
  maxErrors: CountOrPercent;
  maxConsecutiveErrors: number | null;
}

export const successOf = (action: RolloutPlan['action'] = 'fix'): Outcome =>
  (({ fix: 'fixed', mitigate: 'mitigated', rollback: 'rolled-back' }) as const)[action];

export const badEnds: readonly Outcome[] = ['failed', 'unreachable', 'mitigated', 'rolled-back'];
const retried = {
  failed: new Set(badEnds),
  'not-started': new Set<Outcome>(['not-started']),
  all: new Set<Outcome>([...badEnds, 'not-started']),
};

export const createObserver = (plan: RolloutPlan): Observer => {
  const health = new Map<HostId, 'unhealthy' | 'well'>();
  const lastAsked = new Map<HostId, number>();
  let ended: { id: HostId; outcome: Outcome }[] = [];
  const success = successOf(plan.action);
  const isError = (outcome: Outcome): boolean =>
    outcome !== success &&
    (outcome === 'failed' ||
      outcome === 'unreachable' ||
      outcome === 'rolled-back' ||
      (outcome === 'mitigated' && plan.policy.countMitigated));

  const finished = (event: Extract<SimulationStep['event'], { type: 'hostFinished' }>): void => {
    const { hostId: id, outcome } = event;
    for (const place of [self.inFlight, self.watched, self.waiting, self.restoring, self.awaiting])
      place.delete(id);
    ended.push({ id, outcome });
    // It may have been called back, and is begun again later.
    if (outcome !== 'not-started') self.outcomes.set(id, outcome);
    if (outcome === success) self.passedWaves.add(self.startedInWave.get(id) ?? 0);
    const isDown =
      outcome === 'failed' ||
      outcome === 'unreachable' ||
      !event.available ||
      (outcome !== success && health.get(id) === 'unhealthy');
    if (isDown) self.down.add(id);
    else self.down.delete(id);
  };

  const forget = (isMeant: (end: { id: HostId; outcome: Outcome }) => boolean): void => {
    for (const each of ended) if (isMeant(each)) self.outcomes.delete(each.id);
    ended = ended.filter((each) => !isMeant(each));
  };

  const asked = (request: OperatorRequest): void => {
    switch (request.operation) {
      case 'pause':
        self.paused = true;
        break;
      case 'resume':
        self.paused = false;
        break;
      case 'abort':
      case 'abort-now':
      case 'reject':
        self.aborted = true;
        self.paused = false;
        self.waitsEnded ||= request.operation === 'abort-now';
        break;
      case 'retry':
      case 'skip':
        forget(({ id }) => id === request.hostId);
        break;
      case 'retry-all':
        forget(({ outcome }) => retried[request.which].has(outcome) && outcome !== success);
        break;
      case 'set-concurrency':
        self.limits.maxConcurrency = request.maxConcurrency;
        break;
      case 'set-budget':
        self.limits.maxErrors = request.maxErrors ?? self.limits.maxErrors;
        if (request.maxConsecutiveErrors !== undefined)
          self.limits.maxConsecutiveErrors = request.maxConsecutiveErrors;
        break;
      case 'approve':
      case 'ask-gate':
      case 'hold':
      case 'release':
      case 'revoke':
      case 'set-window':
      case 'unhold':
      default:
        break;
    }
  };

  const self: Observer = {
    inFlight: new Set(),
    down: new Set(),
    watched: new Set(),
    waiting: new Set(),
    startedInWave: new Map(),
    passedWaves: new Set(),
    outcomes: new Map(),
    packages: new Map(),
    restoring: new Set(),
    awaiting: new Set(),
    limits: {
      maxConcurrency: plan.policy.maxConcurrency,
      maxErrors: plan.policy.maxErrors,
      maxConsecutiveErrors: plan.policy.maxConsecutiveErrors,
    },
    paused: false,
    aborted: false,
    waitsEnded: false,
    errors: () => ended.filter((each) => isError(each.outcome)).length,
    inARow: () =>
      ended.reduce(
        (row, { outcome }) => (outcome === success ? 0 : row + (isError(outcome) ? 1 : 0)),
        0,
      ),
    see: ({ event, commands }) => {
      if (event.type === 'hostTaken' || event.type === 'hostChanged')
        self.inFlight.delete(event.hostId);
      if (event.type === 'slotsAwaited') self.awaiting.add(event.hostId);
      if (event.type === 'slotsHeld') self.awaiting.delete(event.hostId);
      if (event.type === 'gateAnswered' && event.answer.phase === 'failed') self.aborted = true;
      if (event.type === 'hostFinished') finished(event);
      // Back in service, whatever was found before the change.
      if (event.type === 'hostWatched') {
        self.inFlight.delete(event.hostId);
        self.down.delete(event.hostId);
        self.watched.add(event.hostId);
      }
      if (event.type === 'slotsWanted') {
        self.watched.delete(event.hostId);
        self.waiting.add(event.hostId);
      }
      if (event.type === 'assessed')
        for (const { hostId: id, state, health: seen, package: found } of event.hosts) {
          if (lastAsked.get(id) !== event.round) continue;
          self.packages.set(id, state === null ? null : found);
          health.set(id, seen === 'unhealthy' ? 'unhealthy' : 'well');
          if (state === null || seen === 'unhealthy') self.down.add(id);
          else self.down.delete(id);
        }
      if (event.type === 'operator') asked(event.request);
      for (const command of commands)
        if (command.type === 'assess')
          for (const id of command.hosts) lastAsked.set(id, command.round);
    },
    give: (id) => {
      self.waiting.delete(id);
      self.inFlight.add(id);
    },
    start: ({ hostId: id, restoreOnly }, wave) => {
      self.inFlight.add(id);
      if (restoreOnly === true) self.restoring.add(id);
      else self.startedInWave.set(id, wave);
    },
  };
  return self;
};
