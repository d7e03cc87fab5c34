import { dcs, hours, lost, minutes, row, serverEvent, threeServers } from '../host-facts';
import {
  affected,
  allLost,
  dc1,
  dc2,
  dc3,
  listing,
  type Situation,
  someOnly,
  twoLost,
  unknownFor,
} from './situation';
import { sources } from './sources';

/** Name, roles and the nine numbers, in the older form without the one for "enabled". */
const tenColumns = (name: string, reachability = 7): string =>
  `${name}  CDG ${reachability} 7 1 0 0 1 7 1`;
const unreadable = { state: 'suspect', reason: 'server-list-unreadable', nearMiss: true } as const;
const far = ['far1.contoso.test', 'far2.contoso.test'] as const;
const [far1, far2] = far;
const farRows = far.map((dc) => row(dc));

const forms: readonly Situation[] = [
  {
    when: 'the columns of the list are separated by blanks',
    events: allLost(),
    servers: listing(...dcs.map((dc) => row(dc, { separator: ' ' }))),
    ...affected,
    source: sources.columns,
  },
  {
    when: 'the lines of the list end with LF, some are empty and some end with blanks',
    events: allLost(),
    servers: listing(`${row(dc1)}  \n\n${row(dc2)}\n \n${row(dc3)}\n`),
    ...affected,
    source: sources.columns,
  },
  {
    when: 'the list has ten columns and all its DCs were lost',
    events: allLost(),
    servers: listing(...dcs.map((dc) => tenColumns(dc))),
    ...affected,
    source: sources.columns,
  },
  {
    when: 'the list has ten columns and one of its DCs was not lost',
    events: twoLost(),
    servers: listing(...dcs.map((dc) => tenColumns(dc))),
    ...someOnly,
    source: sources.columns,
  },
  {
    when: 'the list has ten columns and the DC that was not lost cannot be reached',
    events: twoLost(),
    servers: listing(tenColumns(dc1), tenColumns(dc2), tenColumns(dc3, 0)),
    ...affected,
    source: sources.columns,
  },
  {
    when: 'the list has ten columns and the DC that was not lost is a DC without global catalogue',
    events: twoLost(),
    servers: listing(tenColumns(dc1), tenColumns(dc2), tenColumns(dc3, 6)),
    ...someOnly,
    source: sources.columns,
  },
  {
    when: 'a row has nine columns and all other DCs were lost',
    events: allLost(),
    servers: listing(...dcs.map((dc) => row(dc)), 'dc4.contoso.test\tCDG 1 7 7 1 0 1 1'),
    ...unreadable,
    source: sources.unanswered,
  },
  {
    when: 'a row has a word in place of a number and all other DCs were lost',
    events: allLost(),
    servers: listing(...dcs.map((dc) => row(dc)), 'dc4.contoso.test\tCDG yes 7 7 1 0 1 1 7 1'),
    ...unreadable,
    source: sources.unanswered,
  },
  {
    when: 'the list names its only DC twice, which one process lost',
    events: [lost(dc1, hours)],
    servers: listing(row(dc1), row(dc1.toUpperCase())),
    state: 'suspect',
    reason: 'one-process-only',
    nearMiss: true,
    source: sources.dns,
  },
];

const usable: readonly Situation[] = [
  {
    when: 'the DC that was not lost is not enabled',
    events: twoLost(),
    servers: listing(row(dc1), row(dc2), row(dc3, { enabled: 0 })),
    ...affected,
    source: sources.usable,
  },
  {
    when: 'the DC that was not lost cannot be reached',
    events: twoLost(),
    servers: listing(row(dc1), row(dc2), row(dc3, { reachability: 0 })),
    ...affected,
    source: sources.usable,
  },
  ...[6, 1].map((reachability): Situation => ({
    when: `the DC that was not lost is reached in part (${reachability})`,
    events: twoLost(),
    servers: listing(row(dc1), row(dc2), row(dc3, { reachability })),
    ...someOnly,
    source: sources.usable,
  })),
  {
    when: 'the DC that was not lost is neither configuration DC nor global catalogue',
    events: twoLost(),
    servers: listing(row(dc1), row(dc2), `${dc3}\t-D- 1 6 6 0 0 1 1 6 1`),
    ...someOnly,
    source: sources.usable,
  },
  {
    when: 'the DC that was not lost is not synchronized',
    events: twoLost(),
    servers: listing(row(dc1), row(dc2), `${dc3}\tCDG 1 7 0 1 0 1 1 7 1`),
    ...someOnly,
    source: sources.usable,
  },
  {
    when: 'no DC of the list is enabled',
    events: allLost(),
    servers: listing(...dcs.map((dc) => row(dc, { enabled: 0 }))),
    ...unknownFor('no-server-list'),
    source: sources.noList,
  },
];

const sites: readonly Situation[] = [
  {
    when: 'the site has no DC and all outside were lost',
    events: far.map((dc) => lost(dc, hours)),
    servers: [serverEvent([], { outOfSite: farRows })],
    ...affected,
    source: sources.outOfSite,
  },
  {
    when: 'the site has no DC and one outside was not lost',
    events: [lost(far1, hours)],
    servers: [serverEvent([], { outOfSite: farRows })],
    ...someOnly,
    source: sources.outOfSite,
  },
  {
    when: 'no DC of the site can be reached and all outside were lost',
    events: far.map((dc) => lost(dc, hours)),
    servers: [
      serverEvent(
        dcs.map((dc) => row(dc, { reachability: 0 })),
        { outOfSite: farRows },
      ),
    ],
    ...affected,
    source: sources.outOfSite,
  },
  {
    when: 'all DCs of the site were lost, and none outside',
    events: allLost(),
    servers: [
      serverEvent(
        dcs.map((dc) => row(dc)),
        { outOfSite: farRows },
      ),
    ],
    ...affected,
    source: sources.outOfSite,
  },
  {
    when: 'all DCs outside were lost, but of the site one was not',
    events: [...twoLost(), lost(far1, 2 * hours), lost(far2, 2 * hours)],
    servers: [
      serverEvent(
        dcs.map((dc) => row(dc)),
        { outOfSite: farRows },
      ),
    ],
    ...someOnly,
    source: sources.outOfSite,
  },
  {
    when: 'a row outside cannot be read, but the site has DCs and all were lost',
    events: allLost(),
    servers: [
      serverEvent(
        dcs.map((dc) => row(dc)),
        { outOfSite: ['far1.contoso.test'] },
      ),
    ],
    ...affected,
    source: sources.outOfSite,
  },
  {
    when: 'the only row of the site cannot be read, and all outside were lost',
    events: far.map((dc) => lost(dc, hours)),
    servers: [serverEvent(['dc1.contoso.test'], { outOfSite: farRows })],
    ...unreadable,
    source: sources.unanswered,
  },
  {
    when: 'there is no DC in the site and none outside',
    events: allLost(),
    servers: [serverEvent([])],
    ...unknownFor('no-server-list'),
    source: sources.noList,
  },
];

const two = [row(dc1), row(dc2)];
const which: readonly Situation[] = [
  {
    when: 'an older list has two DCs, the newest three, of which two were lost',
    events: twoLost(),
    servers: [threeServers, serverEvent(two, { recordId: 100, ageMs: 4 * hours })],
    ...someOnly,
    source: sources.newest,
  },
  {
    when: 'an older list has three DCs, the newest the two that were lost',
    events: twoLost(),
    servers: [
      serverEvent(two, { recordId: 99_500, ageMs: minutes }),
      serverEvent(
        dcs.map((dc) => row(dc)),
        { recordId: 100, ageMs: 4 * hours },
      ),
    ],
    ...affected,
    source: sources.newest,
  },
  {
    when: 'the newest list comes last in the answer',
    events: twoLost(),
    servers: [
      serverEvent(
        dcs.map((dc) => row(dc)),
        { recordId: 100, ageMs: 4 * hours },
      ),
      serverEvent(two, { recordId: 99_500, ageMs: minutes }),
    ],
    ...affected,
    source: sources.newest,
  },
  ...[true, false].map((isNewerFirst): Situation => {
    const lists = [
      serverEvent(two, { recordId: 88_001 }),
      serverEvent(
        dcs.map((dc) => row(dc)),
        { recordId: 88_000 },
      ),
    ];
    return {
      when: `two lists are of the same second, the newer ${isNewerFirst ? 'first' : 'last'}`,
      events: twoLost(),
      servers: isNewerFirst ? lists : lists.toReversed(),
      ...affected,
      source: sources.wholeSeconds,
    };
  }),
  {
    when: 'there is no list',
    events: allLost(),
    servers: [],
    ...unknownFor('no-server-list'),
    source: sources.noList,
  },
  {
    when: 'there is no list and one DC was lost',
    events: [lost(dc1, hours)],
    servers: [],
    ...unknownFor('no-server-list'),
    source: sources.noList,
  },
  {
    when: 'there is no list and no DC was lost',
    servers: [],
    ...unknownFor('no-server-list'),
    source: sources.noList,
  },
];

export const serverLists: readonly Situation[] = [...forms, ...usable, ...sites, ...which];
