import type { FallbackAction } from '../contracts/hotfix';
import type { FallbackInput } from '../contracts/steps';
import type { Session } from '../remote/session';
import type { ActionWays, Problems } from '../remote/windows/actions/action-ways';
import { deleteRegistry } from '../remote/windows/actions/delete-registry';
import { runCommand } from '../remote/windows/actions/run-command';
import { setRegistry } from '../remote/windows/actions/set-registry';
import { stopService } from '../remote/windows/actions/stop-service';
import { namesOf } from '../remote/windows/probe-names';
import { lookAtPools, recyclePools } from '../remote/windows/recycle-pools';
import { restartBaseline } from '../remote/windows/restart-baseline';
import { restartServices } from '../remote/windows/restart-services';
import type { FallbackLog } from './fallback-progress';

interface Work {
  readonly session: Session;
  readonly input: FallbackInput;
  readonly ways: ActionWays;
  readonly log: FallbackLog;
}

/** Carries out one action, or goes on with it where an earlier try was cut; gives what did not work. */
export async function carryOut(action: FallbackAction, work: Work): Promise<Problems> {
  const { session, ways } = work;
  switch (action.kind) {
    case 'restart-services':
      return restart(work);
    case 'recycle-pools':
      return recycle(work);
    case 'set-registry':
      return setRegistry(session, action, ways);
    case 'delete-registry':
      return deleteRegistry(session, action, ways);
    case 'stop-service':
      return stop(action, work);
    case 'run-command':
      return runCommand(session, action, ways);
    default:
      return action satisfies never;
  }
}

async function stop(
  action: Extract<FallbackAction, { kind: 'stop-service' }>,
  { session, input, ways, log }: Work,
): Promise<Problems> {
  const { down: before } = log.now();
  const { down, problems } = await stopService(session, action, {
    ...ways,
    limits: input.hotfix.fallback,
    endStuck: input.endStuck ?? false,
    stopping: (names) => log.change({ down: [...new Set([...before, ...names])] }),
  });
  // Of a service that did not stop nothing stays down.
  const kept = down.length === 0 ? before : log.now().down;
  log.change({ down: [...new Set([...kept, ...down])] });
  return problems;
}

async function restart({ session, input, ways, log }: Work): Promise<Problems> {
  const { fallback: definition } = input.hotfix;
  const { patience, note } = ways;
  const { down, restart: kept } = log.now();
  const isDown = (name: string): boolean => down.some((one) => isSame(one, name));
  const ran = input.before.services.filter(
    ({ state, name }) => state === 'running' && !isDown(name),
  );
  const baseline = kept ?? (await restartBaseline(session, ran, definition, patience, down));
  log.change({ restart: baseline });
  const running = Object.values(baseline.processes).filter((pid) => pid !== 0).length;
  note(`recorded ${running} running services that are to be restarted`);
  const { services, problems } = await restartServices(session, ran, definition, baseline, {
    patience,
    note,
    endStuck: input.endStuck ?? false,
    keep: (next) => log.change({ restart: next }),
  });
  const others = log
    .now()
    .services.filter(({ name }) => !services.some((one) => isSame(one.name, name)));
  log.change({ services: [...others, ...services] });
  return problems;
}

async function recycle({ session, input, ways, log }: Work): Promise<Problems> {
  const { patience, note } = ways;
  const names = new Set(input.before.appPools.map(({ name }) => name));
  const { isOurPool } = namesOf(input.hotfix);
  // A host that had no pools is not asked for them: it may have no IIS.
  const found = names.size === 0 ? [] : await poolsNow(session, log, patience);
  const chosen = found.filter((pool) => names.has(pool.name) || isOurPool(pool));
  log.change({ pools: chosen });
  if (chosen.length === 0) note('saw that there is no application pool to recycle');
  const { pools, problems } = await recyclePools(session, chosen, patience, note);
  const others = log.now().appPools.filter(({ name }) => !pools.some((one) => one.name === name));
  log.change({ appPools: [...others, ...pools] });
  return problems;
}

async function poolsNow(session: Session, log: FallbackLog, patience: ActionWays['patience']) {
  return log.now().pools ?? lookAtPools(session, patience);
}

const isSame = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();
