import ms from 'ms';
import type { SymptomPattern } from '../../contracts/hotfix';
import type { Outline } from '../cli/outline';
import { plural } from '../report/words';

/** What counts as a burst of the symptom, against which servers, and when its absence proves nothing. */
export function describeSymptom(symptom: SymptomPattern): readonly Outline[] {
  return [
    { text: burst(symptom) },
    ...servers(symptom).map((text) => ({ text })),
    ...otherProblems(symptom),
    { text: 'that none is found proves nothing, and the host is unknown,', of: doubts(symptom) },
  ];
}

const long = (value: number): string => ms(value, { long: true });

function burst({
  burstMs,
  lookbackMs,
  logPeriodMs,
  minimumEvents,
  minimumServers,
  minimumProcesses,
  event,
}: SymptomPattern): string {
  const spread = [
    ...(event.serverField === null ? [] : [`for ${plural(minimumServers, 'server')}`]),
    ...(event.process === null
      ? []
      : [`from ${minimumProcesses} ${minimumProcesses === 1 ? 'process' : 'processes'}`]),
  ];
  const least = spread.length === 0 ? '' : `, at least ${spread.join(' or ')}`;
  const times = minimumEvents === 1 ? '' : `, at least ${minimumEvents} of them`;
  const quiet =
    logPeriodMs === 0
      ? ''
      : `; the program that logs them says a thing once in ${long(logPeriodMs)}`;
  return `a burst is what was logged within ${long(Math.max(burstMs, logPeriodMs))}${times}${least}, anywhere in the last ${long(lookbackMs)}${quiet}`;
}

function servers({ servers: list, domainControllers }: SymptomPattern): string[] {
  if (domainControllers.length > 0) {
    return [`the servers that a host can use are ${domainControllers.join(', ')}`];
  }
  if (list === null) return [];
  return [`the servers that a host can use are those of its newest event ${list.eventId}`];
}

function otherProblems({ event: { code } }: SymptomPattern): Outline[] {
  const codes = Object.entries(code?.otherProblems ?? {});
  if (codes.length === 0) return [];
  const words = codes.map(([value, name]) => `0x${value} (${name})`).join(', ');
  return [{ text: `the same event with another error is another problem: ${words}` }];
}

function doubts({ log, lookbackMs, logging, servers: list }: SymptomPattern): Outline[] {
  return [
    { text: `when its log ${log} could not be read, or does not reach back ${long(lookbackMs)}` },
    ...(logging === null
      ? []
      : [
          {
            text: `when the value "… ${logging.valueEndsWith}" of ${logging.key} is below ${logging.atLeast}, for then nothing is logged`,
          },
        ]),
    ...(list === null ? [] : [{ text: `when no event ${list.eventId} lists its servers` }]),
  ];
}
