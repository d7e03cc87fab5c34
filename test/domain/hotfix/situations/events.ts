import { known } from '../../../../contracts/reason';
import type { EventRecord } from '../../../../contracts/facts';
import { burst, days, dcs, hours, hostTime, lost, minutes } from '../host-facts';
import {
  affected,
  allLost,
  dc1,
  onlyDc1,
  oneProcess,
  quiet,
  type Situation,
  someOnly,
  twoLost,
  unknownFor,
} from './situation';
import { sources } from './sources';

const at = (time: string) => (event: EventRecord) => ({ ...event, at: time });
const later = (ms: number) => new Date(Date.parse(hostTime) + ms).toISOString();

const times: readonly Situation[] = [
  {
    when: 'every DC was lost in the same second',
    events: dcs.map((dc) => lost(dc, hours)),
    ...affected,
    source: sources.wholeSeconds,
  },
  {
    when: 'the clock of the host is five hours behind and it is quiet',
    facts: { clockSkewMs: -5 * hours },
    ...quiet,
    source: sources.hostClock,
  },
  {
    when: 'the clock of the host is a year behind and by it the burst was two hours ago',
    events: allLost(),
    facts: { clockSkewMs: -365 * days },
    ...affected,
    stalling: false,
    source: sources.hostClock,
  },
  {
    when: 'the events seem to lie two seconds ahead',
    events: allLost().map(at(later(2000))),
    ...affected,
    stalling: true,
    source: sources.wholeSeconds,
  },
  {
    when: 'the burst lies two hours ahead because the clock was set back',
    events: burst(-2 * hours),
    ...affected,
    source: sources.hostClock,
  },
  {
    when: 'the events have no readable time',
    events: allLost().map(at('')),
    ...unknownFor('events-unreadable'),
    source: sources.unanswered,
  },
];

const order: readonly Situation[] = [
  {
    when: 'the events come oldest first',
    events: allLost().toReversed(),
    ...affected,
    source: sources.wholeSeconds,
  },
  {
    when: 'the events of the burst came twice',
    events: [...allLost(), ...allLost()],
    ...affected,
    source: sources.kb,
  },
  {
    when: 'the events of two of three DCs came twice',
    events: [...twoLost(), ...twoLost()],
    ...someOnly,
    source: sources.some,
  },
  {
    when: 'the one event of the only DC came three times',
    events: Array.from({ length: 3 }, () => lost(dc1, hours, { recordId: 7 })),
    servers: onlyDc1,
    ...oneProcess,
    source: sources.two,
  },
];

const neighbours = [
  { id: 2115, what: 'a fatal error' },
  { id: 2084, what: 'that it goes out of site' },
  { id: 2102, what: 'that all DCs are down' },
  { id: 2127, what: 'that a DC is up again' },
  { id: 2389, what: 'a slow answer' },
];

const others: readonly Situation[] = [
  ...neighbours.map(({ id, what }): Situation => ({
    when: `for every DC the provider logged ${what} (${id}), with the same values`,
    events: allLost().map((event) => ({ ...event, eventId: id })),
    ...quiet,
    nearMiss: true,
    source: sources.neighbours,
  })),
  {
    when: 'two DCs were lost, and the third has event 2115 with 55',
    events: [...twoLost(), { ...lost(dcs[2], 2 * hours), eventId: 2115 }],
    ...someOnly,
    source: sources.neighbours,
  },
  {
    when: 'an event without values stands beside a burst',
    events: [...allLost(), { ...lost(dc1, hours), data: [] }],
    ...affected,
    source: sources.stays,
  },
  {
    when: 'an event without values stands alone',
    events: [{ ...lost(dc1, hours), data: [] }],
    ...unknownFor('events-unreadable'),
    source: sources.unanswered,
  },
  {
    when: 'an event without values stands beside two of three DCs',
    events: [...twoLost(), { ...lost(dc1, hours - minutes), data: [] }],
    ...unknownFor('events-unreadable'),
    source: sources.unanswered,
  },
  {
    when: 'the burst was logged on a host whose services are stopped',
    events: allLost(),
    facts: { services: known([]) },
    ...affected,
    source: sources.stays,
  },
];

export const events: readonly Situation[] = [...times, ...order, ...others];
