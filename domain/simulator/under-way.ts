import type { HostId } from '../../contracts/ids';
import { hostsInFlight, type RolloutCommand, type RolloutState } from '../rollout';
import type { Attempt, World } from './world';

const day = 86_400_000;

/** Commands whose answers a rollout waits for, hosts aside. */
export const underWay = (state: RolloutState, now: number): RolloutCommand[] => {
  const { plan, control } = state;
  const commands: RolloutCommand[] = state.openRounds.map((round) => ({
    type: 'assess',
    round,
    hosts: plan.hosts.filter((_, index) => state.hosts[index]?.asked === round),
  }));
  if (control === undefined) return commands;
  if (control.calendar.askedAt !== null)
    commands.push({ type: 'readCalendar', from: now, until: now + 62 * day });
  if (control.fleet.askedAt !== null) commands.push({ type: 'readFleet', hosts: [] });
  if (control.stagedAhead === 'asked') commands.push({ type: 'stageAhead', hosts: [], until: now });
  for (const { run, gate, host, is } of control.gates)
    if (is === 'asked') {
      const hostId = host === undefined ? null : (plan.hosts[host] ?? null);
      commands.push({ type: 'askGate', run, gate, hostId });
    }
  return commands;
};

export interface Rest {
  readonly hostId: HostId;
  readonly attempt: Attempt;
  /** Whether its workflow is known to be there. */
  readonly isThere: boolean;
}

/**
 * How the hosts in flight go on. One that is only watched has nothing before it but its end; one that waits for slots of
 * other rollouts gets them.
 */
export const restOf = (state: RolloutState, world: World, now: number): Rest[] => {
  const inFlight = new Set(hostsInFlight(state));
  return state.plan.hosts.flatMap((hostId, index) => {
    const host = state.hosts[index];
    if (host === undefined || !inFlight.has(hostId)) return [];
    const { startedMs, watched, turn, awaits } = host;
    const sinceMs = startedMs === undefined ? 0 : now - state.startedAt - startedMs;
    const attempt = world.rest?.(hostId, sinceMs) ?? world.attempt(hostId, 1);
    const { watched: quiet, ...work } = attempt;
    const isBack = watched === true || turn !== undefined;
    const rest = isBack ? { ...work, durationMs: quiet?.forMs ?? 0 } : attempt;
    const isWaiting = (awaits ?? 0) > 0;
    return {
      hostId,
      attempt: isWaiting ? { ...rest, awaits: { stuck: false, forMs: 0 } } : rest,
      isThere: startedMs !== undefined,
    };
  });
};
