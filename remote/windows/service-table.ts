import type { ServiceFacts } from '../../contracts/facts';
import { Failure } from '../../contracts/failures';
import type { RunOptions, Session } from '../session';
import type { Wmi } from '../wmi';
import { isOtherWay } from './by-wmi/other-way';
import { servicesByWmi } from './by-wmi/services';
import type { Question, Section, Sections } from './composite';
import { ask, requireAnyAnswer } from './composite';
import { signalOnly } from './patience';
import { askInLines } from './question-lines';
import { parseServices, servicesQuestion } from './service-list';

/** All services of the host by lower-case name. */
export type ServiceTable = ReadonlyMap<string, ServiceFacts>;

/** What a service that is not on the host is: neither stopped nor running. */
const missing = { state: 'unknown', processId: 0, startMode: 'unknown' } as const;

export function serviceIn(table: ServiceTable, name: string): Omit<ServiceFacts, 'name'> {
  return table.get(name.toLowerCase()) ?? missing;
}

/** Other services that live in the same process, as those of svchost.exe do. */
export function sharersOf(table: ServiceTable, name: string): string[] {
  const { processId } = serviceIn(table, name);
  if (processId === 0) return [];
  return [...table.values()]
    .filter((one) => one.processId === processId && one.name.toLowerCase() !== name.toLowerCase())
    .map((one) => one.name);
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

/** Answers to questions about services, and all services as they were after the last of them. */
export interface AskedTable {
  readonly table: ServiceTable;
  readonly of: (question: string) => Section;
}

/**
 * Asks all of it and looks at the services in one round trip, or in several where a line would be too long.
 *
 * @param perQuestionMs what one of the commands may take, in milliseconds
 * @throws Failure of the connection; `unexpected-output` when the host lists no services
 */
export async function askWithServices(
  session: Session,
  questions: readonly Question[],
  options: Pick<RunOptions, 'signal'>,
  perQuestionMs?: number,
): Promise<AskedTable> {
  const ways = {
    ending: [servicesQuestion],
    ...(perQuestionMs !== undefined && { perQuestionMs }),
  };
  const { last, of } = await askInLines(session, questions, signalOnly(options), ways);
  return { table: last === null ? await lookAtServices(session, options) : tableOf(last), of };
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
