import type { ServiceState } from '../../contracts/facts';
import type { Session } from '../session';
import type { Patience } from './patience';
import { quoteArgument } from './quoting';
import type { ServiceTable } from './service-table';
import { askWithServices, lookAtServices, serviceIn } from './service-table';

export { lookAtServices } from './service-table';

const stageTimeoutMs = 300_000;
const lookEveryMs = 3000;
/** sc start returns when the service has answered, or after the 30 s that the service control manager gives it. */
const answerMs = 40_000;
/** A service whose start fails is tried so often: others that it needs may still be starting. */
const startTries = 3;

/** A service that did not get where it was to be. */
export interface LateService {
  readonly name: string;
  readonly state: ServiceState;
  readonly processId: number;
  /** What sc said when it refused; null when it took the request. */
  readonly said: string | null;
}

/**
 * Stops services that are not stopped yet and waits until they are. Repeats the request on every look, for a service
 * refuses (1051) while others that depend on it still run; those that somebody has started again meanwhile are stopped
 * with it.
 *
 * @param dependentsOf services that have to be stopped with one
 * @returns what did not stop in time
 */
export async function stopServices(
  session: Session,
  names: readonly string[],
  patience: Patience,
  dependentsOf: (name: string) => readonly string[] = () => [],
): Promise<LateService[]> {
  const deadline = patience.now() + (patience.stageTimeoutMs ?? stageTimeoutMs);
  let said = new Map<string, string>();
  let table = await lookAtServices(session, patience);
  for (;;) {
    const left = names.filter((name) => !isDown(table, name));
    if (left.length === 0) return [];
    if (patience.now() >= deadline) return left.map((name) => late(table, name, said));
    const isAskable = (name: string): boolean =>
      !isDown(table, name) && serviceIn(table, name).state !== 'stop-pending';
    const toAsk = [...new Set([...left.flatMap(dependentsOf), ...left])].filter(isAskable);
    const round = await control(session, 'stop', toAsk, patience);
    said = new Map([...said, ...round.said]);
    table = round.table;
    if (names.some((name) => !isDown(table, name))) await patience.pause(lookEveryMs);
  }
}

/**
 * Starts services and waits until they run.
 *
 * @returns what does not run
 */
export async function startServices(
  session: Session,
  names: readonly string[],
  patience: Patience,
): Promise<LateService[]> {
  const deadline = patience.now() + (patience.stageTimeoutMs ?? stageTimeoutMs);
  const tries = new Map<string, number>();
  const said = new Map<string, string>();
  let table = await lookAtServices(session, patience);
  const stateOf = (name: string): ServiceState => serviceIn(table, name).state;
  for (;;) {
    const left = names.filter((name) => stateOf(name) !== 'running');
    const toAsk = left.filter((name) => isDown(table, name) && (tries.get(name) ?? 0) < startTries);
    const isPending = left.some((name) => stateOf(name).endsWith('-pending'));
    if (left.length === 0) return [];
    if (patience.now() >= deadline || (toAsk.length === 0 && !isPending)) {
      return left.map((name) => late(table, name, said));
    }
    const round = await control(session, 'start', toAsk, patience);
    for (const name of toAsk) tries.set(name, (tries.get(name) ?? 0) + 1);
    for (const [name, text] of round.said) said.set(name, text);
    table = round.table;
    if (names.some((name) => stateOf(name) !== 'running')) await patience.pause(lookEveryMs);
  }
}

/** A service that is stuck in stopping is named with the process that a person would have to end. */
export function whyNotStopped({ name, state, processId, said }: LateService): string {
  return state === 'stop-pending'
    ? `${name} did not stop in time: it is stuck in stopping, process ${processId}`
    : `${name} did not stop${said === null ? ' in time' : `: ${said}`}`;
}

export function whyNotStarted({ name, said }: LateService): string {
  return `${name} did not start${said === null ? ' in time' : `: ${said}`}`;
}

/** One that is no longer on the host is as stopped as can be. */
function isDown(table: ServiceTable, name: string): boolean {
  return !table.has(name.toLowerCase()) || serviceIn(table, name).state === 'stopped';
}

function late(table: ServiceTable, name: string, said: ReadonlyMap<string, string>): LateService {
  const { state, processId } = serviceIn(table, name);
  return { name, state, processId, said: said.get(name) ?? null };
}

interface Round {
  readonly table: ServiceTable;
  /** What sc said of a service that it refused. */
  readonly said: ReadonlyMap<string, string>;
}

async function control(
  session: Session,
  verb: 'stop' | 'start',
  names: readonly string[],
  patience: Patience,
): Promise<Round> {
  const questions = names.map((name, index) => ({
    name: `sc-${index}`,
    command: `sc ${verb} ${quoteArgument(name)} 2>&1`,
  }));
  const { table, of } = await askWithServices(session, questions, patience, answerMs);
  const said = new Map<string, string>();
  for (const [index, name] of names.entries()) {
    const section = of(`sc-${index}`);
    if (section.ended && !section.succeeded) said.set(name, refusal(section.text));
  }
  return { table, said };
}

/** `[SC] StartService FAILED 1053:` - the number is the same in every language. */
function refusal(text: string): string {
  const code = /\b(\d{1,5}):/.exec(text)?.[1];
  return code === undefined ? text.trim().slice(0, 100) : `sc ended with ${code}`;
}
