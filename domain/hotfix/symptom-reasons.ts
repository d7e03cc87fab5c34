import type { SymptomPattern } from '../../contracts/hotfix';
import { type Reason, reason } from '../../contracts/reason';
import { type Burst, burstMsOf, furthestReach } from './find-burst';
import type { ServerList } from './server-list';
import { spanOf } from './spans';
import { codeOf, nameOf, type Symptom } from './symptoms';

/** The sentences of a judged symptom, each with the numbers that it rests on. */

export function burstReason(
  pattern: SymptomPattern,
  { symptoms, servers, processes }: Burst,
  list: ServerList | null,
): Reason {
  const first = symptoms[0]?.record.at ?? '';
  const what = nameOf(pattern);
  const within = `within ${spanOf(burstMsOf(pattern))}`;
  const times = { firstAt: first, lastAt: symptoms.at(-1)?.record.at ?? '' };
  if (list === null) {
    const message = `${what} was logged ${timesOf(symptoms.length)} ${within}, beginning ${first}.`;
    return reason('burst', message, { symptoms: symptoms.length, processes, ...times });
  }
  const from = pattern.event.process === null ? '' : `, from ${countOf(processes, 'process')}`;
  return reason(
    'burst',
    `${what} for all ${list.usable.length} usable servers ${within}${from}, beginning ${first}.`,
    {
      usableServers: list.usable.length,
      serverList: list.from,
      ...siteFacts(list),
      lostServers: servers,
      processes,
      ...times,
    },
  );
}

/** Why what was logged is no burst. */
export function nearMissReason(
  pattern: SymptomPattern,
  ours: readonly Symptom[],
  list: ServerList | null,
): Reason {
  return list === null
    ? missWithoutList(pattern, ours)
    : missAgainstList(pattern, ours, list, furthestReach(pattern, ours, list.usable).lost);
}

function missAgainstList(
  pattern: SymptomPattern,
  ours: readonly Symptom[],
  list: ServerList,
  lost: number,
): Reason {
  const usable = list.usable.length;
  const facts = {
    lostServers: lost,
    usableServers: usable,
    serverList: list.from,
    ...siteFacts(list),
    unreadableRows: list.unreadable,
    symptoms: ours.length,
  };
  const what = nameOf(pattern);
  const within = `within ${spanOf(burstMsOf(pattern))}`;
  if (lost < usable) {
    const message = `${what} for ${lost} of ${usable} usable servers ${within}.`;
    return reason('some-servers-only', message, facts);
  }
  if (list.unreadable > 0) {
    const message = `${what} for all servers that could be read, but ${list.unreadable} rows of their list could not.`;
    return reason('server-list-unreadable', message, facts);
  }
  if (furthestReach(pattern, ours, list.usable).events < pattern.minimumEvents) {
    return tooFew(pattern, ours, facts);
  }
  const which = usable === 1 ? 'the only usable server' : `all ${usable} usable servers`;
  const message = `${what} for ${which}, from too few processes ${within}: the problem shows in ${pattern.minimumProcesses}.`;
  return reason('one-process-only', message, facts);
}

function missWithoutList(pattern: SymptomPattern, ours: readonly Symptom[]): Reason {
  const { events } = furthestReach(pattern, ours, []);
  const facts = { symptoms: ours.length, mostInOneBurst: events };
  if (events < pattern.minimumEvents) return tooFew(pattern, ours, facts);
  const asked = [
    ...(pattern.event.serverField === null ? [] : [countOf(pattern.minimumServers, 'server')]),
    ...(pattern.event.process === null ? [] : [countOf(pattern.minimumProcesses, 'process')]),
  ];
  const message = `${nameOf(pattern)} was logged, but never for ${asked.join(' or from ')} within ${spanOf(burstMsOf(pattern))}.`;
  return reason('too-few-sources', message, facts);
}

function tooFew(
  pattern: SymptomPattern,
  ours: readonly Symptom[],
  facts: NonNullable<Reason['facts']>,
): Reason {
  const { events } = furthestReach(pattern, ours, []);
  const message = `${nameOf(pattern)} was logged at most ${timesOf(events)} within ${spanOf(burstMsOf(pattern))}; the problem shows ${timesOf(pattern.minimumEvents)}.`;
  return reason('too-few-events', message, facts);
}

export function loggedReason(pattern: SymptomPattern, ours: readonly Symptom[]): Reason {
  const lastAt = ours.at(-1)?.record.at ?? '';
  const message = `${nameOf(pattern)} was logged ${timesOf(ours.length)} in the last ${spanOf(pattern.lookbackMs)}, the last time at ${lastAt}.`;
  return reason('symptom-logged', message, { symptoms: ours.length, lastAt });
}

export function noListReason(pattern: SymptomPattern, ours: readonly Symptom[]): Reason {
  const event = pattern.servers === null ? '' : `no event ${pattern.servers.eventId} lists`;
  const message = `${nameOf(pattern)} was logged, but ${event} a usable server and the definition names none.`;
  return reason('no-server-list', message, { symptoms: ours.length });
}

export function silentReason({ event, servers }: SymptomPattern): Reason {
  const message = `No event ${servers?.eventId ?? 0} lists the servers of the host, though its services write one again and again: that event ${event.eventId} is missing too proves nothing.`;
  return reason('no-server-list', message, { symptoms: 0 });
}

export function quietReason(pattern: SymptomPattern): Reason {
  const { code, eventId } = pattern.event;
  const which = code === null ? `event ${eventId}` : `event ${eventId} with error 0x${code.value}`;
  const message = `No ${which} in the last ${spanOf(pattern.lookbackMs)}.`;
  return reason('no-symptom', message, { lookbackMs: pattern.lookbackMs });
}

/** "0x51 (ServerDown) 6 times": a known other problem, even when every server shows it. */
export function othersReason({ event }: SymptomPattern, others: readonly Symptom[]): Reason {
  const counts = new Map<string, number>();
  for (const { code } of others) counts.set(code ?? '', (counts.get(code ?? '') ?? 0) + 1);
  const names = new Map(
    Object.entries(event.code?.otherProblems ?? {}).map(([code, name]) => [codeOf(code), name]),
  );
  const words = [...counts].map(([code, count]) => {
    const name = names.get(code);
    return `0x${code}${name === undefined ? '' : ` (${name})`} ${count} times`;
  });
  const told = words.slice(0, maxCodes);
  if (words.length > maxCodes) told.push(`${words.length - maxCodes} more`);
  const message = `Servers were lost with other errors, which are another problem: ${told.join(', ')}.`;
  return reason('other-errors-only', message, Object.fromEntries([...counts].slice(0, maxCodes)));
}

/** Codes that a sentence names; a host may log any. */
const maxCodes = 8;

const siteFacts = ({ counts }: ServerList): { readonly [name: string]: number } =>
  counts === null ? {} : { usableInSite: counts.inSite, usableOutOfSite: counts.outOfSite };

const timesOf = (count: number): string => (count === 1 ? 'once' : `${count} times`);
const countOf = (count: number, what: 'server' | 'process'): string =>
  `${count} ${count === 1 ? what : what === 'server' ? 'servers' : 'processes'}`;
