import { known, unknown } from '../../../../contracts/reason';
import { before, days, hours } from '../host-facts';
import {
  affected,
  allLost,
  quiet,
  type Situation,
  someOnly,
  twoLost,
  unknownFor,
} from './situation';
import { sources } from './sources';

const reachesBack = (ageMs: number) => ({ oldestRecordAt: before(ageMs) });
const level = (number: number) => ({ loggingLevel: known(number) });
const second = 1000;

const reach: readonly Situation[] = [
  { when: 'nothing was logged in 30 days', ...quiet, source: sources.kb },
  {
    when: 'the log reaches back exactly 14 days and is quiet',
    log: reachesBack(14 * days),
    ...quiet,
    source: sources.reach,
  },
  {
    when: 'the log reaches back a second less than 14 days and is quiet',
    log: reachesBack(14 * days - second),
    ...unknownFor('log-too-short'),
    source: sources.reach,
  },
  {
    when: 'the log reaches back 3 hours and has the burst',
    events: allLost(),
    log: reachesBack(3 * hours),
    ...affected,
    source: sources.stays,
  },
  {
    when: 'the log reaches back 3 hours and has other errors for all DCs',
    events: allLost('51'),
    log: reachesBack(3 * hours),
    ...unknownFor('log-too-short'),
    source: sources.reach,
  },
  {
    when: 'the log reaches back 3 hours and has two of three DCs',
    events: twoLost(),
    log: reachesBack(3 * hours),
    ...someOnly,
    also: 'log-too-short',
    source: sources.some,
  },
  {
    when: 'the log is empty',
    log: { oldestRecordAt: null },
    ...unknownFor('log-reach-unknown'),
    source: sources.reach,
  },
];

const levels: readonly Situation[] = [
  {
    when: 'Topology is logged at Lowest and the log is quiet',
    facts: level(0),
    ...unknownFor('logging-off'),
    source: sources.lowest,
  },
  {
    when: 'Topology is logged at Low and the log is quiet',
    facts: level(1),
    ...quiet,
    source: sources.low,
  },
  {
    when: 'Topology is logged at Expert and the log is quiet',
    facts: level(7),
    ...quiet,
    source: sources.low,
  },
  {
    when: 'Topology is logged at Lowest by now, but the burst was logged',
    events: allLost(),
    facts: level(0),
    ...affected,
    source: sources.stays,
  },
  {
    when: 'Topology is logged at Lowest by now, and two of three DCs were logged',
    events: twoLost(),
    facts: level(0),
    ...someOnly,
    also: 'logging-off',
    source: sources.some,
  },
  {
    when: 'Topology is logged at Lowest by now, and other errors were logged for all DCs',
    events: allLost('51'),
    facts: level(0),
    ...unknownFor('logging-off'),
    source: sources.lowest,
  },
  {
    when: 'Topology is logged at Lowest and the log reaches back 3 hours',
    facts: level(0),
    log: reachesBack(3 * hours),
    ...unknownFor('logging-off'),
    also: 'log-too-short',
    source: sources.lowest,
  },
  {
    when: 'the level of Topology is not known and the log is quiet',
    facts: { loggingLevel: unknown('reg was denied') },
    ...unknownFor('logging-level-unanswered'),
    says: 'reg was denied',
    source: sources.query,
  },
  {
    when: 'the level of Topology is not known, but the burst was logged',
    events: allLost(),
    facts: { loggingLevel: unknown('reg was denied') },
    ...affected,
    source: sources.stays,
  },
];

const answers: readonly Situation[] = [
  {
    when: 'the query failed',
    facts: { events: unknown('wevtutil ended with 5') },
    ...unknownFor('events-unanswered'),
    says: 'wevtutil ended with 5',
    source: sources.query,
  },
  {
    when: 'not all events came and those that did are quiet',
    log: { complete: false },
    ...unknownFor('events-incomplete'),
    source: sources.query,
  },
  {
    when: 'not all events came, but the burst did',
    events: allLost(),
    log: { complete: false },
    ...affected,
    source: sources.stays,
  },
  {
    when: 'not all events came, and two of three DCs did',
    events: twoLost(),
    log: { complete: false },
    ...unknownFor('events-incomplete'),
    source: sources.query,
  },
  {
    when: 'not all events came, and other errors did for all DCs',
    events: allLost('51'),
    log: { complete: false },
    ...unknownFor('events-incomplete'),
    source: sources.query,
  },
  {
    when: 'the time of the host is not known',
    events: allLost(),
    facts: { hostTime: unknown('wmic failed') },
    ...unknownFor('host-time-unknown'),
    source: sources.hostClock,
  },
];

export const logReach: readonly Situation[] = [...reach, ...levels, ...answers];
