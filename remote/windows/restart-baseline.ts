import type { ServiceFacts } from '../../contracts/facts';
import type { FallbackDefinition } from '../../contracts/hotfix';
import type { Session } from '../session';
import type { Patience } from './patience';
import { isServiceOf } from './probe-names';
import type { Dependents } from './service-dependents';
import { lookAtDependents, needs } from './service-dependents';
import type { ServiceTable } from './service-table';
import { lookAtServices, serviceIn, sharersOf } from './service-table';

export type RestartDefinition = Pick<
  FallbackDefinition,
  'services' | 'watchdogs' | 'root' | 'stopTimeoutMs' | 'startTimeoutMs'
>;

/** What a restart starts from; kept by the caller, so that one that was cut is continued and not begun anew. */
export interface RestartBaseline {
  /** Lower-case service name to the process that is to go; 0 when it does not run. */
  readonly processes: { readonly [name: string]: number };
  /** Running services outside the definition that must stop with what they need. */
  readonly dependents: readonly string[];
  /** All that is restarted, as it was; missing in what earlier releases kept. */
  readonly services?: readonly ServiceFacts[];
  /** Missing in what earlier releases kept. */
  readonly neededBy?: Dependents;
  /** Lower-case service name to the others in its process, which may go on when it has stopped. */
  readonly sharing?: { readonly [name: string]: readonly string[] };
  /** Services that are not touched, each with why. */
  readonly leftAlone?: readonly { readonly name: string; readonly why: string }[];
  /** Services that were seen stopped since, so that they run anew whatever process they run in. */
  readonly stopped?: readonly string[];
}

/**
 * What is restarted: the services of the definition that ran before anything was done to the host, those that run now,
 * and what runs and needs one of them.
 *
 * @param ran services of the definition that ran before anything was done to the host
 * @param down services that were stopped on purpose and stay so
 * @throws Failure of the connection; `unexpected-output` when the host lists no services
 */
export async function restartBaseline(
  session: Session,
  ran: readonly ServiceFacts[],
  definition: RestartDefinition,
  patience: Patience,
  down: readonly string[] = [],
): Promise<RestartBaseline> {
  const isOurs = isServiceOf(definition);
  const kept = new Set(down.map((name) => name.toLowerCase()));
  const table = await lookAtServices(session, patience);
  const running = [...table.values()].filter(({ name, state }) => isOurs(name) && isUp(state));
  const chosen = byName([...ran.map((one) => asItIs(table, one)), ...running]).filter(
    ({ name }) => !kept.has(name.toLowerCase()),
  );
  const names = chosen.map(({ name }) => name);
  const { dependents: neededBy } = await lookAtDependents(session, names, patience);
  const own = new Set(names.map((name) => name.toLowerCase()));
  const others = byName(
    Object.values(neededBy)
      .flat()
      .flatMap((name) => table.get(name.toLowerCase()) ?? []),
  ).filter(({ name }) => !own.has(name.toLowerCase()));
  const all = [...chosen, ...others];
  const leftAlone = untouchable(all, neededBy);
  const isLeft = ({ name }: ServiceFacts): boolean => leftAlone.some((one) => one.name === name);
  const services = all
    .filter((one) => !isLeft(one))
    .toSorted((a, b) => Number(b.startMode === 'auto') - Number(a.startMode === 'auto'));
  return {
    processes: Object.fromEntries(
      services.map(({ name, processId }) => [name.toLowerCase(), processId]),
    ),
    dependents: others.filter((one) => !isLeft(one)).map(({ name }) => name),
    services,
    neededBy,
    sharing: sharingOf(table, services),
    leftAlone,
  };
}

const isUp = (state: ServiceFacts['state']): boolean => state !== 'stopped' && state !== 'unknown';

/** One that is gone is kept, so that it is missed when it does not start. */
function asItIs(table: ServiceTable, one: ServiceFacts): ServiceFacts {
  return table.get(one.name.toLowerCase()) ?? { ...one, ...serviceIn(table, one.name) };
}

function byName(services: readonly ServiceFacts[]): ServiceFacts[] {
  return [...new Map(services.map((one) => [one.name.toLowerCase(), one])).values()];
}

/**
 * A service that runs although it is disabled could not be started again (1058), so it is not stopped, nor is what it
 * needs: to change its start mode is nobody's business here.
 */
function untouchable(
  services: readonly ServiceFacts[],
  neededBy: Dependents,
): { name: string; why: string }[] {
  const disabled = services.filter(
    ({ startMode, state }) => startMode === 'disabled' && isUp(state),
  );
  return services.flatMap(({ name }) => {
    if (disabled.some((one) => one.name === name)) {
      return [{ name, why: 'it runs although it is disabled, and could not be started again' }];
    }
    const user = disabled.find((one) => needs(neededBy, one.name, name));
    return user === undefined
      ? []
      : [{ name, why: `${user.name}, which needs it and is disabled, could not be started again` }];
  });
}

function sharingOf(
  table: ServiceTable,
  services: readonly ServiceFacts[],
): NonNullable<RestartBaseline['sharing']> {
  return Object.fromEntries(
    services.flatMap(({ name }) => {
      const others = sharersOf(table, name);
      return others.length === 0 ? [] : [[name.toLowerCase(), others]];
    }),
  );
}
