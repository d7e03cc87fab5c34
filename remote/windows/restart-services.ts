import type { ServiceFacts } from '../../contracts/facts';
import type { Session } from '../session';
import type { Patience } from './patience';
import type { RestartBaseline, RestartDefinition } from './restart-baseline';
import { needs } from './service-dependents';
import type { RestartPlan } from './service-plan';
import { planRestart } from './service-plan';
import type { ServiceTable } from './service-table';
import { lookAtServices, serviceIn } from './service-table';
import type { LateService } from './services';
import { startServices, stopServices, whyNotStarted, whyNotStopped } from './services';
import { endStuckServices } from './stuck-services';

export interface RestartedServices {
  readonly services: readonly {
    readonly name: string;
    readonly processBefore: number;
    readonly processAfter: number;
  }[];
  readonly problems: readonly string[];
}

/** How a restart is carried out. */
export interface RestartWays {
  readonly patience: Patience;
  /** Whether the process of a service that is stuck in stopping may be ended. @default false */
  readonly endStuck?: boolean;
  /** Told what was done, one sentence without its full stop. */
  readonly note?: (what: string) => void;
  /** Given what the next try has to know. */
  readonly keep?: (baseline: RestartBaseline) => void;
}

/**
 * Stops what still runs in its old process, starts what ran, and proves it by new process ids. What already runs in a
 * new process is left alone, so that a cut restart can be continued. Whatever does not stop: what did is started again.
 *
 * @param ran services of the definition that ran before anything was done to the host
 * @throws Failure of the connection; `unexpected-output` when the host lists no services
 */
export async function restartServices(
  session: Session,
  ran: readonly ServiceFacts[],
  definition: RestartDefinition,
  baseline: RestartBaseline,
  ways: RestartWays,
): Promise<RestartedServices> {
  const services = baseline.services ?? earlierServices(ran, baseline);
  const plan = planRestart(services, baseline.neededBy ?? {}, definition);
  const restart: Restart = {
    session,
    plan,
    definition,
    ways,
    baseline,
    stopped: new Set(baseline.stopped),
    troubled: new Set(),
    stuck: new Set(),
    unusable: new Set(),
    problems: (baseline.leftAlone ?? []).map(
      ({ name, why }) => `${name} was not restarted: ${why}`,
    ),
  };
  await stopAll(restart);
  await startAll(restart);
  return proofOf(restart);
}

interface Restart {
  readonly session: Session;
  readonly plan: RestartPlan;
  readonly definition: RestartDefinition;
  readonly ways: RestartWays;
  readonly baseline: RestartBaseline;
  /** Lower-case names of services that were seen stopped. */
  readonly stopped: Set<string>;
  /** Lower-case names of services of which a problem tells already. */
  readonly troubled: Set<string>;
  /** Services that did not stop. */
  readonly stuck: Set<string>;
  /** Services on which no other can count: they do not run, or are about to stop for ever. */
  readonly unusable: Set<string>;
  readonly problems: string[];
}

/** What an earlier release kept says which services there are, not how they start or which needs which. */
function earlierServices(
  ran: readonly ServiceFacts[],
  { dependents }: RestartBaseline,
): Pick<ServiceFacts, 'name' | 'startMode'>[] {
  const known = new Set(ran.map(({ name }) => name.toLowerCase()));
  const others = dependents.filter((name) => !known.has(name.toLowerCase()));
  return [...ran, ...others.map((name) => ({ name, startMode: 'auto' as const }))];
}

async function stopAll(restart: Restart): Promise<void> {
  const { session, plan, definition, ways, baseline } = restart;
  const patience = { ...ways.patience, stageTimeoutMs: definition.stopTimeoutMs };
  const dependentsOf = (name: string) => baseline.neededBy?.[name.toLowerCase()] ?? [];
  for (const stage of plan.stopStages) {
    const table = await lookAtServices(session, patience);
    const old = stage.filter((name) => isOld(restart, table, name));
    const toStop = old.filter((name) => !isHeldUp(restart, name));
    const late = await stopServices(session, toStop, patience, dependentsOf);
    const left =
      late.length > 0 && ways.endStuck === true
        ? await endStuckServices(session, late, patience, ways.note ?? (() => undefined))
        : late;
    recordStopped(restart, toStop, left);
  }
}

function isOld({ baseline, stopped }: Restart, table: ServiceTable, name: string): boolean {
  const { processId } = serviceIn(table, name);
  const before = baseline.processes[name.toLowerCase()] ?? 0;
  return processId !== 0 && processId === before && !stopped.has(name.toLowerCase());
}

/** The service control manager would refuse (1051), after the whole time that a service has. */
function isHeldUp({ baseline, troubled, problems }: Restart, name: string): boolean {
  const dependents = baseline.neededBy?.[name.toLowerCase()] ?? [];
  const holder = dependents.find((one) => troubled.has(one.toLowerCase()));
  if (holder === undefined) return false;
  problems.push(`${name} was not stopped: ${holder}, which needs it, did not stop`);
  troubled.add(name.toLowerCase());
  return true;
}

function recordStopped(
  { ways, baseline, stopped, troubled, stuck, unusable, problems }: Restart,
  asked: readonly string[],
  left: readonly LateService[],
): void {
  for (const one of left) {
    troubled.add(one.name.toLowerCase());
    stuck.add(one.name);
    if (one.state !== 'running') unusable.add(one.name);
    problems.push(whyNotStopped(one));
  }
  const done = asked.filter((name) => !troubled.has(name.toLowerCase()));
  if (done.length === 0) return;
  for (const name of done) stopped.add(name.toLowerCase());
  ways.note?.(`stopped ${done.join(', ')}`);
  ways.keep?.({ ...baseline, stopped: [...stopped] });
}

async function startAll(restart: Restart): Promise<void> {
  const { plan } = restart;
  const waiting: string[] = [];
  for (const stage of plan.startStages) {
    const able = stage.filter((name) => !restart.troubled.has(name.toLowerCase()));
    const held = able.filter((name) => missingFor(restart, name) !== null);
    for (const name of held) {
      restart.troubled.add(name.toLowerCase());
      restart.unusable.add(name);
    }
    waiting.push(...held);
    await startSome(
      restart,
      able.filter((name) => !held.includes(name)),
    );
  }
  sayNotStarted(restart, waiting);
  await startLate(restart, waiting);
}

/** What a service needs and does not run: each would wait for it in vain, one after the other. */
function missingFor({ baseline, unusable }: Restart, name: string): string | null {
  return [...unusable].find((one) => needs(baseline.neededBy ?? {}, name, one)) ?? null;
}

/** One sentence for all that wait for the same service: the first that failed comes first among the unusable. */
function sayNotStarted(restart: Restart, waiting: readonly string[]): void {
  const missing = new Set(waiting.flatMap((name) => missingFor(restart, name) ?? []));
  for (const one of missing) {
    const names = waiting.filter((name) => missingFor(restart, name) === one);
    const it = names.length === 1 ? 'it needs' : 'they need';
    restart.problems.push(`${names.join(', ')} not started: ${one}, which ${it}, does not run`);
  }
}

async function startSome(restart: Restart, names: readonly string[]): Promise<void> {
  const { session, definition, ways, troubled, unusable, problems } = restart;
  const patience = { ...ways.patience, stageTimeoutMs: definition.startTimeoutMs };
  const table = await lookAtServices(session, patience);
  const down = names.filter((name) => serviceIn(table, name).state !== 'running');
  const failed = await startServices(session, down, patience);
  for (const one of failed) {
    troubled.add(one.name.toLowerCase());
    unusable.add(one.name);
    problems.push(whyNotStarted(one));
  }
  const started = down.filter((name) => !failed.some((one) => one.name === name));
  if (started.length > 0) ways.note?.(`started ${started.join(', ')}`);
}

/** A service that was stuck may have stopped after all, when its time was over: it must not stay so. */
async function startLate(restart: Restart, waiting: readonly string[]): Promise<void> {
  const { session, plan, ways, stuck } = restart;
  if (stuck.size === 0) return;
  const table = await lookAtServices(session, ways.patience);
  const late = [...stuck].filter((name) => serviceIn(table, name).state === 'stopped');
  if (late.length === 0) return;
  const isLate = (name: string): boolean => late.includes(name) || waiting.includes(name);
  for (const stage of plan.startStages) await startSome(restart, stage.filter(isLate));
}

async function proofOf(restart: Restart): Promise<RestartedServices> {
  const { session, plan, ways, baseline, problems } = restart;
  const table = await lookAtServices(session, ways.patience);
  const services = plan.startStages.flat().map((name) => ({
    name,
    processBefore: baseline.processes[name.toLowerCase()] ?? 0,
    processAfter: serviceIn(table, name).processId,
  }));
  const unproven = services.flatMap((one) => whyUnproven(restart, one) ?? []);
  return { services, problems: [...problems, ...unproven] };
}

/**
 * Null when it runs in a new process, and when it was said already that it does not. A process that others live in
 * outlives a service in it: then the service was seen stopped, and that is the proof.
 */
function whyUnproven(
  { ways, baseline, stopped, troubled }: Restart,
  { name, processBefore, processAfter }: RestartedServices['services'][number],
): string | null {
  const key = name.toLowerCase();
  if (troubled.has(key)) return null;
  if (processAfter === 0) return `${name} does not run`;
  if (processAfter !== processBefore) return null;
  const sharers = baseline.sharing?.[key] ?? [];
  if (!stopped.has(key) || sharers.length === 0) {
    return `${name} still runs in process ${processAfter}`;
  }
  const some = sharers.slice(0, shownSharers).join(', ');
  const more = sharers.length > shownSharers ? ` and ${sharers.length - shownSharers} more` : '';
  ways.note?.(
    `saw ${name} stopped and running again in process ${processAfter}, which it shares with ${some}${more}`,
  );
  return null;
}

const shownSharers = 5;
