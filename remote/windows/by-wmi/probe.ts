import type { HostFacts } from '../../../contracts/facts';
import type { Failure } from '../../../contracts/failures';
import type { Answer } from '../../../contracts/reason';
import { known, unknown } from '../../../contracts/reason';
import type { RunOptions } from '../../session';
import type { EventSubscriptions, Wmi, WmiOptions } from '../../wmi';
import { observablesOfHotfix } from '../observations/observables-of-hotfix';
import { observe } from '../observations/observe';
import { levelNotAsked, noSymptom } from '../probe-answers';
import { namesOf } from '../probe-names';
import type { ProbeQuestion } from '../probe-questions';
import { answered, flat } from './answered';
import { bootIdentityByWmi } from './boot';
import { eventsByWmi } from './events';
import { loggingLevelByWmi } from './logging-level';
import { wmiObserver } from './observer';
import type { ToldByWmi } from './observer';
import { askOs, fileVersionByWmi, freeBytesByWmi, listedAsHotfixByWmi, osFactsOf } from './os';
import type { WmiOs } from './os';
import { pendingRebootByWmi } from './pending-reboot';
import { servicesByWmi } from './services';

/**
 * What WMI can tell of a host that gives the account no shell. Packages, application pools and commands stay open: only
 * tools know them on a stock 2008 R2.
 *
 * @throws Failure of the connection
 */
export async function probeByWmi(
  wmi: Wmi,
  events: EventSubscriptions | undefined,
  question: ProbeQuestion,
  askedAt: number,
  shellRefused: Failure,
  { signal }: RunOptions,
): Promise<Omit<HostFacts, 'asked'>> {
  const options: WmiOptions = signal === undefined ? {} : { signal };
  const needsShell = (tool: string): Answer<never> =>
    unknown(`${tool} needs a shell, which the host refuses: ${shellRefused.message}`);
  const os = await answered(() => askOs(wmi, options));
  const services = await answered(() => servicesByWmi(wmi, options));
  const told: ToldByWmi = { os, services, needsShell };
  return {
    ...(await machineFacts(wmi, question, told, askedAt, options)),
    appPools: needsShell('appcmd'),
    package: needsShell('dism'),
    ...(await logFacts(wmi, events, question, os, options)),
    observations: await observe(observablesOfHotfix(question), wmiObserver(wmi, told, options)),
  };
}

type MachineFacts = Pick<
  HostFacts,
  | 'hostTime'
  | 'clockSkewMs'
  | 'os'
  | 'boot'
  | 'services'
  | 'listedAsHotfix'
  | 'fileVersions'
  | 'pendingReboot'
  | 'freeBytes'
>;

async function machineFacts(
  wmi: Wmi,
  question: ProbeQuestion,
  { os, services }: ToldByWmi,
  askedAt: number,
  options: WmiOptions,
): Promise<MachineFacts> {
  const { isOurService } = namesOf(question);
  const hostTime = hostTimeOf(os);
  const withOs = async <T>(ask: (found: WmiOs) => Promise<Answer<T>>): Promise<Answer<T>> =>
    os.known ? flat(await answered(() => ask(os.value))) : os;
  return {
    hostTime,
    clockSkewMs: hostTime.known ? Date.parse(hostTime.value) - askedAt : null,
    os: os.known ? osFactsOf(os.value) : os,
    boot: flat(
      await answered(async () => {
        const boot = await bootIdentityByWmi(wmi, options);
        return boot === null ? unknown('WMI gave no LastBootUpTime') : known(boot);
      }),
    ),
    services: services.known
      ? known(services.value.filter(({ name }) => isOurService(name)))
      : services,
    listedAsHotfix: await answered(() => listedAsHotfixByWmi(wmi, question.id, options)),
    fileVersions: await withOs((found) => fileVersions(wmi, question, found, options)),
    pendingReboot: flat(await answered(() => pendingRebootByWmi(wmi, options))),
    freeBytes: await withOs((found) => freeBytesByWmi(wmi, found, options)),
  };
}

async function fileVersions(
  wmi: Wmi,
  { verification }: ProbeQuestion,
  os: WmiOs,
  options: WmiOptions,
): Promise<HostFacts['fileVersions']> {
  const versions: { [path: string]: string | null } = {};
  for (const { path } of verification.files) {
    // oxlint-disable-next-line no-await-in-loop -- one question per file
    const version = await fileVersionByWmi(wmi, path, os, options);
    if (!version.known) return version;
    versions[path] = version.value === '' ? null : version.value;
  }
  return known(versions);
}

async function logFacts(
  wmi: Wmi,
  events: EventSubscriptions | undefined,
  question: ProbeQuestion,
  os: Answer<WmiOs>,
  options: WmiOptions,
): Promise<Pick<HostFacts, 'loggingLevel' | 'events'>> {
  const { symptom } = question;
  const logging = symptom?.logging ?? null;
  const hostTime = hostTimeOf(os);
  return {
    loggingLevel:
      logging === null
        ? levelNotAsked(question)
        : flat(await answered(() => loggingLevelByWmi(wmi, logging, options))),
    events: await eventFacts(),
  };

  async function eventFacts(): Promise<HostFacts['events']> {
    if (symptom === null) return unknown(noSymptom);
    if (events === undefined)
      return unknown('the session has no way to event logs without a shell');
    return flat(await answered(() => eventsByWmi(wmi, events, symptom, hostTime, options)));
  }
}

const hostTimeOf = (os: Answer<WmiOs>): Answer<string> => (os.known ? os.value.hostTime : os);
