import { dcs, hours, lost, minutes } from '../host-facts';
import {
  affected,
  allLost,
  dc1,
  dc2,
  dc3,
  oneProcess,
  pid,
  quiet,
  type Situation,
  someOnly,
  twoLost,
} from './situation';
import { sources } from './sources';

const named = (...domainControllers: readonly string[]) => ({ symptom: { domainControllers } });

/** What the operator wrote into the definition. */
export const operators: readonly Situation[] = [
  {
    when: 'the operator names the two DCs that were lost, and 2080 a third',
    events: twoLost(),
    ...named(dc1, dc2),
    ...affected,
    source: sources.operator,
  },
  {
    when: 'the operator names all that were lost, and there is no 2080',
    events: allLost(),
    servers: [],
    ...named(...dcs),
    ...affected,
    source: sources.operator,
  },
  {
    when: 'the operator names one DC more than 2080, which was not lost',
    events: allLost(),
    ...named(...dcs, 'dc4.contoso.test'),
    ...someOnly,
    source: sources.operator,
  },
  {
    when: 'the operator writes the DCs in capitals and with a trailing dot',
    events: twoLost(),
    ...named('DC1.Contoso.test.', 'DC2.CONTOSO.TEST'),
    ...affected,
    source: sources.dns,
  },
  {
    when: 'the operator names one DC, which one process lost',
    events: [lost(dc1, hours)],
    ...named(dc1),
    ...oneProcess,
    source: sources.two,
  },
  {
    when: 'the operator names one DC, which two processes lost',
    events: [lost(dc1, hours, pid(1)), lost(dc1, hours, pid(2))],
    ...named(dc1),
    ...affected,
    source: sources.two,
  },
  {
    when: 'the operator wants a burst of 10 min, and the DCs were lost within 15',
    events: [lost(dc1, hours), lost(dc2, hours - minutes), lost(dc3, hours - 15 * minutes)],
    symptom: { burstMs: 10 * minutes },
    ...affected,
    source: sources.shortest,
  },
  {
    when: 'the operator wants a burst of 10 min, and the DCs were lost within 16',
    events: [lost(dc1, hours), lost(dc2, hours - minutes), lost(dc3, hours - 16 * minutes)],
    symptom: { burstMs: 10 * minutes },
    ...someOnly,
    source: sources.shortest,
  },
  {
    when: 'the operator names DCs, nothing was lost, and there is no 2080',
    servers: [],
    ...named(...dcs),
    ...quiet,
    source: sources.operator,
  },
];
