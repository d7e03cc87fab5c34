import type { HostFacts } from '../../../../contracts/facts';
import type { Hotfix } from '../../../../contracts/hotfix';
import { known } from '../../../../contracts/reason';
import { parseEvents } from '../../../../remote/windows/event-xml';
import { appidapi, factsOf, kb3004383 } from '../host-facts';
import { bursts } from './bursts';
import { codes } from './codes';
import { coverage } from './coverage';
import { events } from './events';
import { logReach } from './log-reach';
import { operators } from './operators';
import { serverLists } from './server-lists';
import type { Situation } from './situation';
import { texts } from './texts';
import { theHost } from './the-host';

export const themes: readonly (readonly [string, readonly Situation[]])[] = [
  ['codes', codes],
  ['coverage', coverage],
  ['server lists', serverLists],
  ["operator's lists", operators],
  ['bursts', bursts],
  ['what the log can tell', logReach],
  ['times, order and other events', events],
  ['what wevtutil prints', texts],
  ['the host', theHost],
];

export const table: readonly Situation[] = themes.flatMap(([, rows]) => rows);

export function factsFor(situation: Situation): HostFacts {
  const { log, file, facts, xml } = situation;
  const logged = xml === undefined ? situation : readText(xml);
  return factsOf({
    ...(logged.events && { events: logged.events }),
    ...(logged.servers && { servers: logged.servers }),
    ...(situation.package && { package: situation.package }),
    log: { ...('complete' in logged && { complete: logged.complete }), ...log },
    facts: { ...(file !== undefined && { fileVersions: known({ [appidapi]: file }) }), ...facts },
  });
}

/** One text holds what the host is asked for in two questions. */
function readText(xml: string) {
  const { events: parsed, damaged } = parseEvents(xml);
  return {
    events: parsed.filter(({ eventId }) => eventId !== 2080),
    servers: parsed.filter(({ eventId }) => eventId === 2080),
    complete: !damaged,
  };
}

/** The shipped definition as the operator of this situation uses it. */
export function hotfixFor({ symptom }: Situation, hotfix: Hotfix = kb3004383): Hotfix {
  if (symptom === undefined || hotfix.symptom === null) return hotfix;
  return { ...hotfix, symptom: { ...hotfix.symptom, ...symptom } };
}
