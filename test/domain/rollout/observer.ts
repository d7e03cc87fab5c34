import type { HostId } from '../../../contracts/ids';
import type { Outcome } from '../../../contracts/outcome';
import type { RolloutPlan } from '../../../domain/rollout';
import type { SimulationStep } from '../../../domain/simulator';

/**
 * Watches a rollout from outside: it sees events and commands only, keeps its own account of who is down, and shares no
 * code with the decisions that it judges.
 */
export interface Observer {
  readonly inFlight: Set<HostId>;
  readonly down: Set<HostId>;
  /** Of starts since the rollout began. */
  readonly startedInWave: Map<HostId, number>;
  readonly fixedWaves: Set<number>;
  readonly outcomes: Map<HostId, Outcome>;
  paused: boolean;
  aborted: boolean;
  errors: () => number;
  inARow: () => number;
  see: (step: SimulationStep) => void;
  /** To be called per `startHost`, in order. */
  start: (id: HostId, wave: number) => void;
}

export const createObserver = (plan: RolloutPlan): Observer => {
  const health = new Map<HostId, 'unhealthy' | 'well'>();
  const lastAsked = new Map<HostId, number>();
  let ended: { id: HostId; outcome: Outcome }[] = [];
  const isError = (outcome: Outcome): boolean =>
    outcome === 'failed' ||
    outcome === 'unreachable' ||
    (outcome === 'mitigated' && plan.policy.countMitigated);

  const finished = (event: Extract<SimulationStep['event'], { type: 'hostFinished' }>): void => {
    const { hostId: id, outcome } = event;
    self.inFlight.delete(id);
    ended.push({ id, outcome });
    self.outcomes.set(id, outcome);
    if (outcome === 'fixed') self.fixedWaves.add(self.startedInWave.get(id) ?? 0);
    const isDown =
      outcome === 'failed' ||
      outcome === 'unreachable' ||
      !event.available ||
      (outcome !== 'fixed' && health.get(id) === 'unhealthy');
    if (isDown) self.down.add(id);
    else self.down.delete(id);
  };

  const self: Observer = {
    inFlight: new Set(),
    down: new Set(),
    startedInWave: new Map(),
    fixedWaves: new Set(),
    outcomes: new Map(),
    paused: false,
    aborted: false,
    errors: () => ended.filter((each) => isError(each.outcome)).length,
    inARow: () =>
      ended.reduce(
        (row, { outcome }) => (outcome === 'fixed' ? 0 : row + (isError(outcome) ? 1 : 0)),
        0,
      ),
    see: ({ event, commands }) => {
      if (event.type === 'hostTaken') self.inFlight.delete(event.hostId);
      if (event.type === 'hostFinished') finished(event);
      if (event.type === 'assessed')
        for (const { hostId: id, state, health: seen } of event.hosts) {
          if (lastAsked.get(id) !== event.round) continue;
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
    start: (id, wave) => {
      self.inFlight.add(id);
      self.startedInWave.set(id, wave);
    },
  };
  return self;
};
