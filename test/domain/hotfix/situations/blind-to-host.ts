import { known } from '../../../../contracts/reason';
import { appidapi, before, days, hostTime, os } from '../host-facts';
import { type BlindSpot, inLog, spot } from './blind-spot';

const log: readonly BlindSpot[] = [
  inLog(
    'that not all came',
    () => ({ complete: true }),
    'not all events came, and two of three DCs did',
  ),
  inLog(
    'reach of the log',
    () => ({ oldestRecordAt: before(30 * days) }),
    'the log reaches back a second less than 14 days and is quiet',
    'the log is empty',
  ),
  inLog(
    'that a short log may show a burst',
    ({ oldestRecordAt, symptoms: all }) =>
      Date.parse(oldestRecordAt ?? '') > Date.parse(before(14 * days))
        ? { symptoms: [] }
        : { symptoms: all },
    'the log reaches back 3 hours and has the burst',
  ),
  spot(
    'level of Topology',
    () => ({ loggingLevel: known(1) }),
    'Topology is logged at Lowest and the log is quiet',
    'the level of Topology is not known and the log is quiet',
  ),
  spot(
    'that a lower level leaves what was logged',
    ({ loggingLevel, events }) =>
      events.known && loggingLevel.known && loggingLevel.value === 0
        ? { events: known({ ...events.value, symptoms: [] }) }
        : {},
    'Topology is logged at Lowest by now, but the burst was logged',
  ),
  spot(
    "the host's own clock",
    ({ hostTime: given, clockSkewMs }) =>
      given.known
        ? {
            hostTime: known(new Date(Date.parse(given.value) - (clockSkewMs ?? 0)).toISOString()),
          }
        : { hostTime: known(hostTime) },
    'the clock of the host is a year behind and by it the burst was two hours ago',
    'the time of the host is not known',
  ),
  spot(
    'that the query failed',
    ({ events }) =>
      events.known
        ? {}
        : {
            events: known({
              symptoms: [],
              servers: [],
              complete: true,
              oldestRecordAt: before(30 * days),
            }),
          },
    'the query failed',
  ),
];

const inPackage = (
  thing: string,
  from: string,
  to: 'absent' | 'installed',
  ...caughtBy: string[]
) =>
  spot(
    thing,
    ({ package: found }) =>
      found.known && found.value.state === from
        ? { package: known({ ...found.value, state: to }) }
        : {},
    ...caughtBy,
  );
const oldFile = known({ [appidapi]: '6.1.7601.17514' });

const hosts: readonly BlindSpot[] = [
  inPackage('package', 'installed', 'absent', 'the package is installed and the burst was before'),
  inPackage('superseded', 'superseded', 'absent', 'a later update replaced the package'),
  inPackage(
    'that pending is not installed',
    'install-pending',
    'installed',
    'the package waits for its reboot and the burst was before',
  ),
  inPackage('that staged is not installed', 'staged', 'installed', 'the package is only staged'),
  inPackage(
    'that the next reboot removes it',
    'uninstall-pending',
    'absent',
    'the next reboot removes the package, whose file is still the new one',
  ),
  spot('file', () => ({ fileVersions: oldFile }), 'a later rollup brought a newer file'),
  spot(
    'that a file was not answered',
    ({ fileVersions }) => (fileVersions.known ? {} : { fileVersions: oldFile }),
    'the package is absent, the burst was logged and the file was not answered',
  ),
  spot(
    'that the list of hotfixes is no proof',
    ({ listedAsHotfix, package: found }) =>
      listedAsHotfix.known && listedAsHotfix.value && found.known
        ? { package: known({ ...found.value, state: 'installed' as const }) }
        : {},
    'the host lists the hotfix, but servicing does not know its package',
  ),
  spot(
    'which Windows it is',
    () => ({ os: known(os) }),
    'Windows Server 2008 R2 without its service pack',
    'Windows Server 2008 SP2',
    'Windows Server 2012',
    'Windows Server 2012 R2',
    'Windows 7 SP1',
    'x86',
    'Itanium',
    'the Windows version is not known',
  ),
];

/** In what else the host says. */
export const blindToHost: readonly BlindSpot[] = [...log, ...hosts];
