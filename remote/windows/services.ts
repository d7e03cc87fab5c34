import type { ServiceFacts } from '../../contracts/facts';
import { Failure } from '../../contracts/failures';
import type { RunOptions, Session } from '../session';
import type { Wmi } from '../wmi';
import { isOtherWay } from './by-wmi/other-way';
import { servicesByWmi } from './by-wmi/services';
import { ask, composeLine, requireAnyAnswer } from './composite';
import type { Question, Sections } from './composite';
import { signalOnly } from './patience';
import type { Patience } from './patience';
import { quoteArgument } from './quoting';
import { parseServices, servicesQuestion } from './service-list';

const stageTimeoutMs = 300_000;
const lookEveryMs = 3000;
/** A service whose start fails is tried so often: others that it needs may still be starting. */
const startTries = 3;

/** All services of the host by lower-case name. */
export type ServiceTable = ReadonlyMap<string, ServiceFacts>;

/**
 * Stops services that are not stopped yet and waits until they are. Repeats the request on every look, for a service
 * refuses (1051) while others that depend on it still run.
 *
 * @returns what did not stop, as sentences
 */
export async function stopServices(
  session: Session,
  names: readonly string[],
  patience: Patience,
): Promise<string[]> {
  const deadline = patience.now() + (patience.stageTimeoutMs ?? stageTimeoutMs);
  let said = new Map<string, string>();
  let table = await lookAtServices(session, patience);
  for (;;) {
    const left = names.filter((name) => stateOf(table, name) !== 'stopped');
    if (left.length === 0) return [];
    if (patience.now() >= deadline) {
      return left.map((name) => `${name} did not stop${because(said.get(name))}`);
    }
    const toAsk = left.filter((name) => stateOf(table, name) !== 'stop-pending');
    const round = await control(session, 'stop', toAsk, patience);
    said = new Map([...said, ...round.said]);
    table = round.table;
    if (names.some((name) => stateOf(table, name) !== 'stopped')) await patience.pause(lookEveryMs);
  }
}

/**
 * Starts services and waits until they run.
 *
 * @returns what does not run, as sentences
 */
export async function startServices(
  session: Session,
  names: readonly string[],
  patience: Patience,
): Promise<string[]> {
  const deadline = patience.now() + (patience.stageTimeoutMs ?? stageTimeoutMs);
  const tries = new Map<string, number>();
  const said = new Map<string, string>();
  let table = await lookAtServices(session, patience);
  for (;;) {
    const left = names.filter((name) => stateOf(table, name) !== 'running');
    const toAsk = left.filter(
      (name) => stateOf(table, name) === 'stopped' && (tries.get(name) ?? 0) < startTries,
    );
    const isPending = left.some((name) => stateOf(table, name).endsWith('-pending'));
    if (left.length === 0) return [];
    if (patience.now() >= deadline || (toAsk.length === 0 && !isPending)) {
      return left.map((name) => `${name} did not start${because(said.get(name))}`);
    }
    const round = await control(session, 'start', toAsk, patience);
    for (const name of toAsk) tries.set(name, (tries.get(name) ?? 0) + 1);
    for (const [name, text] of round.said) said.set(name, text);
    table = round.table;
    if (names.some((name) => stateOf(table, name) !== 'running')) await patience.pause(lookEveryMs);
  }
}

/**
 * By WMI where the session has it: two exchanges in place of a command's three, and none of the few operations that
 * WinRM 2.0 lets a shell have.
 *
 * @throws Failure `unexpected-output` when the host lists no services.
 */
export async function lookAtServices(
  session: Session,
  options: Pick<RunOptions, 'signal'>,
): Promise<ServiceTable> {
  const services = session.wmi === undefined ? null : await listByWmi(session.wmi, options);
  return services === null
    ? tableOf(await ask(session, [servicesQuestion], signalOnly(options)))
    : tabled(services);
}

/** Null when another way has to be gone. */
async function listByWmi(
  wmi: Wmi,
  options: Pick<RunOptions, 'signal'>,
): Promise<readonly ServiceFacts[] | null> {
  try {
    const services = await servicesByWmi(wmi, signalOnly(options));
    return services.length === 0 ? null : services;
  } catch (error) {
    if (isOtherWay(error)) return null;
    throw error;
  }
}

/** Running services that depend on one, directly or through others, by key name. */
export async function runningDependents(
  session: Session,
  name: string,
  options: Pick<RunOptions, 'signal'>,
): Promise<string[]> {
  const sections = await ask(
    session,
    // Without a buffer size sc cuts the list at 1 KB.
    [
      { name: 'dependents', command: `sc enumdepend ${quoteArgument(name)} 65536 2>&1` },
      servicesQuestion,
    ],
    signalOnly(options),
  );
  const table = tableOf(sections);
  // The key of each row is the same in every language; only its state is not needed, for wmic tells it.
  return [...sections.of('dependents').text.matchAll(/^SERVICE_NAME:\s*(\S.*?)\s*$/gm)]
    .map(([, dependent = '']) => dependent)
    .filter((dependent) => stateOf(table, dependent) === 'running');
}

interface Round {
  readonly table: ServiceTable;
  /** What sc said of a service that it refused. */
  readonly said: ReadonlyMap<string, string>;
}

/** Asks for all of it and looks at the result in one round trip, or in several where a line would be too long. */
async function control(
  session: Session,
  verb: 'stop' | 'start',
  names: readonly string[],
  patience: Patience,
): Promise<Round> {
  const said = new Map<string, string>();
  let sections: Sections | null = null;
  for (const part of linesOfQuestions(verb, names)) {
    sections = await ask(session, [...part.map(({ question }) => question), servicesQuestion], {
      ...signalOnly(patience),
      timeoutMs: stageTimeoutMs,
    });
    for (const { name, question } of part) {
      const section = sections.of(question.name);
      if (section.ended && !section.succeeded) said.set(name, refusal(section.text));
    }
  }
  const table = sections === null ? await lookAtServices(session, patience) : tableOf(sections);
  return { table, said };
}

type Asked = { readonly name: string; readonly question: Question };

function linesOfQuestions(verb: string, names: readonly string[]): Asked[][] {
  const lines: Asked[][] = [];
  for (const [index, name] of names.entries()) {
    const question = { name: `sc-${index}`, command: `sc ${verb} ${quoteArgument(name)} 2>&1` };
    const line = lines.at(-1);
    if (line !== undefined && fits([...line, { name, question }])) line.push({ name, question });
    else lines.push([{ name, question }]);
  }
  return lines;
}

function fits(line: readonly Asked[]): boolean {
  try {
    composeLine([...line.map(({ question }) => question), servicesQuestion], '#'.repeat(17));
    return true;
  } catch {
    return false;
  }
}

function tableOf(sections: Sections): ServiceTable {
  requireAnyAnswer(sections);
  const services = parseServices(sections.of('services').text);
  if (!sections.of('services').succeeded || services.length === 0) {
    throw new Failure('unexpected-output', 'the host did not list its services');
  }
  return tabled(services);
}

const tabled = (services: readonly ServiceFacts[]): ServiceTable =>
  new Map(services.map((service) => [service.name.toLowerCase(), service]));

export function stateOf(table: ServiceTable, name: string): ServiceFacts['state'] {
  return table.get(name.toLowerCase())?.state ?? 'unknown';
}

/** `[SC] StartService FAILED 1053:` - the number is the same in every language. */
function refusal(text: string): string {
  const code = /\b(\d{1,5}):/.exec(text)?.[1];
  return code === undefined ? text.trim().slice(0, 100) : `sc ended with ${code}`;
}

function because(said: string | undefined): string {
  return said === undefined ? ' in time' : `: ${said}`;
}
