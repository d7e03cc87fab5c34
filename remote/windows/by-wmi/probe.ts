import type { HostFacts } from '../../../contracts/facts';
import type { Failure } from '../../../contracts/failures';
import type { Answer } from '../../../contracts/reason';
import { known, unknown } from '../../../contracts/reason';
import type { RunOptions } from '../../session';
import type { EventSubscriptions, Wmi, WmiOptions } from '../../wmi';
import { namesOf } from '../probe-names';
import type { ProbeQuestion } from '../probe-questions';
import { bootIdentityByWmi } from './boot';
import { eventsByWmi } from './events';
import { loggingLevelByWmi } from './logging-level';
import { askOs, fileVersionsByWmi, freeBytesByWmi, listedAsHotfixByWmi, osFactsOf } from './os';
import { pendingRebootByWmi } from './pending-reboot';
import { isOtherWay } from './other-way';
import { servicesByWmi } from './services';

/**
 * What WMI can tell of a host that gives the account no shell. The package and the application pools stay open: only
 * dism and appcmd know them on a stock 2008 R2.
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
  const { isOurService } = namesOf(question);
  const needsShell = (tool: string): Answer<never> =>
    unknown(`${tool} needs a shell, which the host refuses: ${shellRefused.message}`);
  const os = await answered(() => askOs(wmi, options));
  const hostTime = os.known ? os.value.hostTime : os;
  const withOs = async <T>(ask: (found: typeof os & { known: true }) => Promise<Answer<T>>) =>
    os.known ? flat(await answered(() => ask(os))) : os;
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
    services: await answered(async () => {
      const all = await servicesByWmi(wmi, options);
      return all.filter(({ name }) => isOurService(name));
    }),
    appPools: needsShell('appcmd'),
    package: needsShell('dism'),
    listedAsHotfix: await answered(() => listedAsHotfixByWmi(wmi, question.id, options)),
    fileVersions: await withOs(({ value }) =>
      fileVersionsByWmi(wmi, question.verification.files, value, options),
    ),
    pendingReboot: flat(await answered(() => pendingRebootByWmi(wmi, options))),
    freeBytes: await withOs(({ value }) => freeBytesByWmi(wmi, value, options)),
    loggingLevel: flat(
      await answered(() => loggingLevelByWmi(wmi, question.affected.logging, options)),
    ),
    events:
      events === undefined
        ? unknown('the session has no way to event logs without a shell')
        : flat(
            await answered(() => eventsByWmi(wmi, events, question.affected, hostTime, options)),
          ),
  };
}

/** Each answer stands alone; only what ends the connection ends the probe. */
async function answered<T>(ask: () => Promise<T>): Promise<Answer<T>> {
  try {
    return known(await ask());
  } catch (error) {
    if (!isOtherWay(error)) throw error;
    return unknown(`WMI: ${error.message}`.slice(0, 300));
  }
}

const flat = <T>(answer: Answer<Answer<T>>): Answer<T> => (answer.known ? answer.value : answer);
