import type { FallbackAction, FallbackDefinition } from '../../../contracts/hotfix';
import type { Session } from '../../session';
import { quoteArgument } from '../quoting';
import { lookAtDependents } from '../service-dependents';
import { planRestart } from '../service-plan';
import type { ServiceTable } from '../service-table';
import { askWithServices, serviceIn } from '../service-table';
import { startServices, stopServices, whyNotStarted, whyNotStopped } from '../services';
import { endStuckServices } from '../stuck-services';
import type { ActionWays, Problems } from './action-ways';

export interface StopWays extends ActionWays {
  readonly limits: Pick<FallbackDefinition, 'stopTimeoutMs' | 'startTimeoutMs'>;
  /** Whether the process of a service that is stuck in stopping may be ended. */
  readonly endStuck: boolean;
  /** Told before anything stops what is going to stay down: a try that is cut in the middle could not tell later. */
  readonly stopping?: (names: readonly string[]) => void;
}

/**
 * Stops one service, what needs it first, and keeps it from starting again when the definition says so. It is disabled
 * before it is stopped, so that nothing that notices the stop brings it back. A service that is not there is stopped.
 *
 * @returns also the names of what stays down, for later actions that would start it again
 * @throws Failure of the connection; `unexpected-output` when the host lists no services
 */
export async function stopService(
  session: Session,
  action: Extract<FallbackAction, { kind: 'stop-service' }>,
  ways: StopWays,
): Promise<{ readonly down: readonly string[]; readonly problems: Problems }> {
  const { table, dependents } = await lookAtDependents(session, [action.name], ways.patience);
  const own = table.get(action.name.toLowerCase());
  if (own === undefined) {
    ways.note(`saw that there is no service ${action.name}`);
    return { down: [action.name], problems: [] };
  }
  const { name } = own;
  const problems = action.disable ? await disable(session, name, table, ways) : [];
  const needers = dependents[name.toLowerCase()] ?? [];
  if (own.state === 'stopped') {
    ways.note(`saw that ${name} is stopped`);
    return { down: [name], problems };
  }
  const all = [name, ...needers].map((one) => ({ name: one, ...serviceIn(table, one) }));
  ways.stopping?.([name, ...needers]);
  const { stopStages } = planRestart(all, dependents, { watchdogs: [], root: name });
  const failed = await stopInOrder(session, stopStages, ways);
  if (failed.length === 0) return { down: [name, ...needers], problems };
  const limits = { ...ways.patience, stageTimeoutMs: ways.limits.startTimeoutMs };
  const missed = await startServices(session, needers, limits);
  return { down: [], problems: [...problems, ...failed, ...missed.map(whyNotStarted)] };
}

async function disable(
  session: Session,
  name: string,
  before: ServiceTable,
  { patience, note }: StopWays,
): Promise<Problems> {
  const { startMode } = serviceIn(before, name);
  if (startMode === 'disabled') {
    note(`saw that ${name} is disabled`);
    return [];
  }
  note(`disabled ${name}; its start mode was ${startMode}`);
  // The blank behind the equals sign is part of sc's syntax.
  const command = `sc config ${quoteArgument(name)} start= disabled 2>&1`;
  const { table, of } = await askWithServices(session, [{ name: 'disable', command }], patience);
  const after = serviceIn(table, name).startMode;
  if (after === 'disabled') return [];
  const said = of('disable').text.trim().slice(0, 100);
  return [`${name} was to be disabled and its start mode is ${after} (sc says: ${said})`];
}

/** Ends with the first stage that does not stop: what is needed by a running service is refused to be stopped. */
async function stopInOrder(
  session: Session,
  stages: readonly (readonly string[])[],
  { patience, note, limits, endStuck }: StopWays,
): Promise<Problems> {
  for (const stage of stages) {
    const timed = { ...patience, stageTimeoutMs: limits.stopTimeoutMs };
    const late = await stopServices(session, stage, timed);
    const left =
      endStuck && late.length > 0 ? await endStuckServices(session, late, timed, note) : late;
    if (left.length > 0) return left.map(whyNotStopped);
    note(`stopped ${stage.join(', ')}`);
  }
  return [];
}
