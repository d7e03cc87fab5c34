import type { HostId } from '../../../contracts/ids';
import type { Outcome } from '../../../contracts/outcome';
import type { AssessedHost } from '../../../contracts/rollout';
import type { RolloutPlan } from '../../../domain/rollout';
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
  paused: boolean;
  aborted: boolean;
  errors: () => number;
  inARow: () => number;
  see: (step: SimulationStep) => void;
  /** To be called per `giveSlots`, in order. */
  give: (id: HostId) => void;
  /** To be called per `startHost`, in order. */
  start: (id: HostId, wave: number) => void;
}

export const createObserver = (plan: RolloutPlan): Observer => {
  const health = new Map<HostId, 'unhealthy' | 'well'>();
  const lastAsked = new Map<HostId, number>();
  let ended: { id: HostId; outcome: Outcome }[] = [];
  const success: Outcome = (
    { fix: 'fixed', mitigate: 'mitigated', rollback: 'rolled-back' } as const
  )[plan.action ?? 'fix'];
  const isError = (outcome: Outcome): boolean =>
    outcome !== success &&
    (outcome === 'failed' ||
      outcome === 'unreachable' ||
      outcome === 'rolled-back' ||
      (outcome === 'mitigated' && plan.policy.countMitigated));

  const finished = (event: Extract<SimulationStep['event'], { type: 'hostFinished' }>): void => {
    const { hostId: id, outcome } = event;
    for (const place of [self.inFlight, self.watched, self.waiting]) place.delete(id);
    ended.push({ id, outcome });
    self.outcomes.set(id, outcome);
    if (outcome === success) self.passedWaves.add(self.startedInWave.get(id) ?? 0);
    const isDown =
      outcome === 'failed' ||
      outcome === 'unreachable' ||
      !event.available ||
      (outcome !== success && health.get(id) === 'unhealthy');
    if (isDown) self.down.add(id);
    else self.down.delete(id);
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
    paused: false,
    aborted: false,
    errors: () => ended.filter((each) => isError(each.outcome)).length,
    inARow: () =>
      ended.reduce(
        (row, { outcome }) => (outcome === success ? 0 : row + (isError(outcome) ? 1 : 0)),
        0,
      ),
    see: ({ event, commands }) => {
      if (event.type === 'hostTaken') self.inFlight.delete(event.hostId);
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
      if (event.type === 'operator') {
        const { request } = event;
        if (request.operation === 'pause') self.paused = true;
        if (request.operation === 'resume') self.paused = false;
        if (request.operation === 'abort') {
          self.aborted = true;
          self.paused = false;
        }
        if (request.operation === 'retry') {
          ended = ended.filter((each) => each.id !== request.hostId);
          self.outcomes.delete(request.hostId);
        }
      }
      for (const command of commands)
        if (command.type === 'assess')
          for (const id of command.hosts) lastAsked.set(id, command.round);
    },
    give: (id) => {
      self.waiting.delete(id);
      self.inFlight.add(id);
    },
    start: (id, wave) => {
      self.inFlight.add(id);
      self.startedInWave.set(id, wave);
    },
  };
  return self;
};
