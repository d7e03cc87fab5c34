import type { ServiceFacts } from '../../contracts/facts';
import type { FallbackDefinition } from '../../contracts/hotfix';
import type { Session } from '../session';
import { planRestart } from './service-plan';
import type { Patience } from './patience';
import type { ServiceTable } from './services';
import { lookAtServices, runningDependents, startServices, stopServices } from './services';

export type RestartDefinition = Pick<FallbackDefinition, 'watchdogs' | 'root'>;

/** What a restart starts from; kept by the caller, so that one that was cut is continued and not begun anew. */
export interface RestartBaseline {
  /** Lower-case service name to the process that is to go; 0 when it does not run. */
  readonly processes: { readonly [name: string]: number };
  /** Running services outside the definition that must stop with its root. */
  readonly dependents: readonly string[];
}

export interface RestartedServices {
  readonly services: readonly {
    readonly name: string;
    readonly processBefore: number;
    readonly processAfter: number;
  }[];
  readonly problems: readonly string[];
}

/** @param ran services of the definition that ran before anything was done to the host */
export async function restartBaseline(
  session: Session,
  ran: readonly ServiceFacts[],
  definition: RestartDefinition,
  patience: Patience,
): Promise<RestartBaseline> {
  const names = ran.map(({ name }) => name);
  const all =
    definition.root === null ? [] : await runningDependents(session, definition.root, patience);
  const known = new Set(names.map((name) => name.toLowerCase()));
  const dependents = all.filter((name) => !known.has(name.toLowerCase()));
  const table = await lookAtServices(session, patience);
  return {
    dependents,
    processes: Object.fromEntries(
      [...names, ...dependents].map((name) => [name.toLowerCase(), processOf(table, name)]),
    ),
  };
}

/**
 * Stops what still runs in its old process, starts what ran, and proves it by new process ids. What already runs in a
 * new process is left alone, so that a cut restart can be continued.
 */
export async function restartServices(
  session: Session,
  ran: readonly ServiceFacts[],
  definition: RestartDefinition,
  baseline: RestartBaseline,
  patience: Patience,
): Promise<RestartedServices> {
  const plan = planRestart(ran, baseline.dependents, definition);
  const before = (name: string): number => baseline.processes[name.toLowerCase()] ?? 0;
  const problems: string[] = [];
  for (const stage of plan.stopStages) {
    const table = await lookAtServices(session, patience);
    const old = stage.filter((name) => {
      const process = processOf(table, name);
      return process !== 0 && process === before(name);
    });
    problems.push(...(await stopServices(session, old, patience)));
  }
  // Whatever did not stop: what did must run again.
  for (const [index, stage] of plan.startStages.entries()) {
    const failed = await startServices(session, stage, patience);
    problems.push(...failed);
    const rest = plan.startStages.slice(index + 1).flat();
    if (failed.length > 0 && rest.length > 0 && isRootStage(stage, definition)) {
      // Each of them would start the root again and wait for it in vain, one after the other.
      problems.push(`${rest.length} services that depend on ${stage.join()} were not started`);
      return {
        services: await proofOf(session, plan.startStages.flat(), before, patience),
        problems,
      };
    }
  }
  const services = await proofOf(session, plan.startStages.flat(), before, patience);
  return { services, problems: [...problems, ...unproven(services, problems)] };
}

const isRootStage = (stage: readonly string[], { root }: RestartDefinition): boolean =>
  stage.length === 1 && stage[0]?.toLowerCase() === root?.toLowerCase();

async function proofOf(
  session: Session,
  names: readonly string[],
  before: (name: string) => number,
  patience: Patience,
): Promise<RestartedServices['services']> {
  const table = await lookAtServices(session, patience);
  return names.map((name) => ({
    name,
    processBefore: before(name),
    processAfter: processOf(table, name),
  }));
}

/** What does not run or runs in its old process, unless that was said already. */
function unproven(services: RestartedServices['services'], said: readonly string[]): string[] {
  return services.flatMap(({ name, processBefore, processAfter }) => {
    if (said.some((problem) => problem.startsWith(`${name} `))) return [];
    if (processAfter === 0) return [`${name} does not run`];
    return processAfter === processBefore ? [`${name} still runs in process ${processAfter}`] : [];
  });
}

function processOf(table: ServiceTable, name: string): number {
  return table.get(name.toLowerCase())?.processId ?? 0;
}
