import type { EventRecord, HostFacts, PendingReboot } from '../../contracts/facts';
import type { Answer } from '../../contracts/reason';
import { utcTime } from '../report/words';

interface Section {
  readonly title: string;
  readonly lines: readonly string[];
}

const maxEvents = 12;
const maxRows = 20;

/** What a verdict rests on, raw, for people; what the questions asked for stands with them already. */
export const evidenceSections = (facts: HostFacts): readonly Section[] =>
  [
    { title: 'What was found', lines: foundLines(facts) },
    { title: 'Events that decided, newest first, in UTC', lines: eventLines(facts) },
    { title: 'Servers that the host listed', lines: serverLines(facts) },
  ].filter(({ lines }) => lines.length > 0);

function foundLines(facts: HostFacts): string[] {
  const { os, package: found, fileVersions, boot, hostTime, events, loggingLevel } = facts;
  return [
    told('Windows', os, ({ version, servicePack, architecture, caption }) => {
      const pack = servicePack === 0 ? '' : ` Service Pack ${servicePack}`;
      return `${version}${pack}, ${architecture} (${caption})`;
    }),
    told('package', found, ({ state, identity }) =>
      identity === null ? state : `${state} (${identity})`,
    ),
    ...fileLines(fileVersions),
    told('last boot', boot, ({ lastBootUpTime }) => timeOf(lastBootUpTime)),
    told('pending reboot', facts.pendingReboot, pendingWords),
    told('time of the host', hostTime, timeOf),
    ...(events.known
      ? [`log reaches back to: ${timeOf(events.value.oldestRecordAt)}`]
      : // Not asked for, and nothing to be told of, where the definition has no event.
        []),
    ...(loggingLevel.known && events.known ? [`logging level: ${loggingLevel.value}`] : []),
  ];
}

const told = <T>(name: string, answer: Answer<T>, words: (value: T) => string): string =>
  `${name}: ${answer.known ? words(answer.value) : `not known, ${answer.why}`}`;

const timeOf = (iso: string | null): string => (iso === null ? 'not known' : `${utcTime(iso)} UTC`);

function fileLines(fileVersions: HostFacts['fileVersions']): string[] {
  if (!fileVersions.known) return [`files: not known, ${fileVersions.why}`];
  return Object.entries(fileVersions.value).map(
    ([path, version]) => `${path}: ${version ?? 'not there'}`,
  );
}

function pendingWords(pending: PendingReboot): string {
  const who = [
    ...(pending.servicing ? ['servicing'] : []),
    ...(pending.windowsUpdate ? ['Windows Update'] : []),
    ...(pending.servicingInProgress === 0 ? [] : ['servicing in progress']),
    ...(pending.fileRename ? ['file renames, which only warn'] : []),
  ];
  return who.length === 0 ? 'none' : who.join(', ');
}

function eventLines({ events }: HostFacts): string[] {
  if (!events.known) return [];
  const { symptoms } = events.value;
  const more = symptoms.length - maxEvents;
  return [
    ...symptoms.slice(0, maxEvents).map(eventLine),
    ...(more > 0 ? [`and ${more} more; --json has them`] : []),
  ];
}

function eventLine({ at, recordId, eventId, data }: EventRecord): string {
  const fields = data.filter((item) => item !== '').join(' · ');
  return `${utcTime(at)}  event ${eventId}, record ${recordId}: ${fields.slice(0, 200)}`;
}

/** Rows as the event has them: name, roles, reachability and the rest, by which a server counts as usable or not. */
function serverLines({ events }: HostFacts): string[] {
  if (!events.known) return [];
  const [newest] = events.value.servers;
  if (newest === undefined) return [];
  const rows = newest.data
    .flatMap((item) => (/[\r\n\t]|\s\d+\s\d/.test(item) ? item.split(/[\r\n]+/) : []))
    .map((row) => row.trim().replaceAll(/\s+/g, ' '))
    .filter((row) => row !== '');
  const more = rows.length - maxRows;
  return [
    `event ${newest.eventId}, record ${newest.recordId}, of ${utcTime(newest.at)}`,
    ...rows.slice(0, maxRows),
    ...(more > 0 ? [`and ${more} more; --json has them`] : []),
  ];
}
