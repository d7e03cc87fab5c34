import { dcs, hours, lost, minutes, row } from '../host-facts';
import {
  affected,
  allLost,
  dc1,
  dc2,
  dc3,
  listing,
  onlyDc1,
  oneProcess,
  pid,
  type Situation,
  someOnly,
  twoLost,
} from './situation';
import { sources } from './sources';

const twelve = Array.from({ length: 12 }, (_, index) => `dc${index + 1}.contoso.test`);
const twelveListed = listing(...twelve.map((dc) => row(dc)));

const servers: readonly Situation[] = [
  {
    when: 'two DCs are all there are, and one process lost both',
    events: twoLost(),
    servers: listing(row(dc1), row(dc2)),
    ...affected,
    source: sources.two,
  },
  {
    when: 'each DC was lost by another process',
    events: dcs.map((dc, index) => lost(dc, hours, pid(100 + index))),
    ...affected,
    source: sources.kb,
  },
  { when: 'two of three DCs were lost', events: twoLost(), ...someOnly, source: sources.some },
  {
    when: 'ten processes lost one of three DCs',
    events: Array.from({ length: 10 }, (_, index) => lost(dc1, hours, pid(index + 1))),
    ...someOnly,
    source: sources.some,
  },
  {
    when: 'all of twelve DCs were lost',
    events: twelve.map((dc) => lost(dc, hours)),
    servers: twelveListed,
    ...affected,
    source: sources.kb,
  },
  {
    when: 'eleven of twelve DCs were lost',
    events: twelve.slice(1).map((dc) => lost(dc, hours)),
    servers: twelveListed,
    ...someOnly,
    source: sources.some,
  },
  {
    when: 'a DC that is not in the list was lost beside all that are',
    events: [...allLost(), lost('old.contoso.test', 2 * hours)],
    ...affected,
    source: sources.newest,
  },
  {
    when: 'only a DC that is not in the list was lost',
    events: [lost('old.contoso.test', hours, pid(1)), lost('old.contoso.test', hours, pid(2))],
    ...someOnly,
    source: sources.some,
  },
];

const names: readonly Situation[] = [
  {
    when: 'the events write the DCs in capitals',
    events: dcs.map((dc) => lost(dc.toUpperCase(), hours)),
    ...affected,
    source: sources.dns,
  },
  {
    when: 'the events write the DCs with a trailing dot',
    events: dcs.map((dc) => lost(`${dc}.`, hours)),
    ...affected,
    source: sources.dns,
  },
  {
    when: 'the list writes the DCs in capitals and with a trailing dot',
    events: allLost(),
    servers: listing(...dcs.map((dc) => row(`${dc.toUpperCase()}.`))),
    ...affected,
    source: sources.dns,
  },
  {
    when: 'dc10 was lost, but not dc1',
    events: [lost('dc10.contoso.test', hours), lost(dc2, hours), lost(dc3, hours)],
    ...someOnly,
    source: sources.fullNames,
  },
  {
    when: 'the DCs of the same names in another domain were lost',
    events: dcs.map((dc) => lost(dc.replace('contoso', 'fabrikam'), hours)),
    ...someOnly,
    source: sources.fullNames,
  },
];

const processes: readonly Situation[] = [
  {
    when: 'one process lost the only DC once',
    events: [lost(dc1, hours)],
    servers: onlyDc1,
    ...oneProcess,
    source: sources.two,
  },
  {
    when: 'one process lost the only DC twice, a log period apart',
    events: [lost(dc1, hours), lost(dc1, hours - 15 * minutes)],
    servers: onlyDc1,
    ...oneProcess,
    source: sources.two,
  },
  {
    when: 'one process, its name in small letters and in capitals, lost the only DC',
    events: [lost(dc1, hours, pid(7, 'store.exe')), lost(dc1, hours, pid(7, 'STORE.EXE'))],
    servers: onlyDc1,
    ...oneProcess,
    source: sources.fileNames,
  },
  {
    when: 'two processes lost the only DC',
    events: [lost(dc1, hours, pid(1, 'STORE.EXE')), lost(dc1, hours, pid(2))],
    servers: onlyDc1,
    ...affected,
    source: sources.two,
  },
  {
    when: 'two processes of the same name lost the only DC',
    events: [lost(dc1, hours, pid(1)), lost(dc1, hours, pid(2))],
    servers: onlyDc1,
    ...affected,
    source: sources.two,
  },
  {
    when: 'two processes that had the same PID one after the other lost the only DC',
    events: [lost(dc1, hours, pid(4188, 'STORE.EXE')), lost(dc1, hours - minutes, pid(4188))],
    servers: onlyDc1,
    ...affected,
    source: sources.two,
  },
  {
    when: 'two processes lost the only DC, 21 minutes apart',
    events: [lost(dc1, 2 * hours, pid(1)), lost(dc1, 2 * hours - 21 * minutes, pid(2))],
    servers: onlyDc1,
    ...oneProcess,
    source: sources.burst,
  },
  {
    when: 'one process lost the only DC and one that is not in the list',
    events: [lost(dc1, hours), lost('old.contoso.test', hours)],
    servers: onlyDc1,
    ...affected,
    source: sources.two,
  },
];

export const coverage: readonly Situation[] = [...servers, ...names, ...processes];
