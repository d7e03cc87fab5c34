import type { Hotfix } from '../../../contracts/hotfix';
import type { AffectedState, Verdict } from '../../../contracts/outcome';
import { known, unknown } from '../../../contracts/reason';
import { judge } from '../../../domain/hotfix';
import {
  appidapi,
  before,
  burst,
  days,
  dcs,
  factsOf,
  hours,
  kb3004383,
  lost,
  minutes,
  os,
  row,
  serverEvent,
  service,
  type Situation,
  symptomOf,
  threeServers,
} from './host-facts';

interface Row extends Situation {
  readonly when: string;
  /** Where the expectation comes from. */
  readonly source: string;
  readonly state: AffectedState;
  readonly reason: string;
  readonly hotfix?: Hotfix;
}

const kb = 'KB article: multiple 0x55 in a short time for all domain controllers';
const kbSome = 'KB article: 0x55 for some domain controllers has other reasons';
const kbOther = 'KB article: other errors are not this problem';
const template = 'event message template of 2070';
const list = 'KB316300: columns of event 2080';
const throttle = 'LogPeriod: one event per process and server in 900 s';
const unknownBlocks = 'glossary: unknown blocks';
const lookback = 'glossary: affected state, a burst within the lookback';
const [dc1, dc2, dc3] = dcs;
const withDcs = (...domainControllers: string[]): Hotfix => ({
  ...kb3004383,
  symptom: { ...symptomOf(kb3004383), domainControllers },
});
const pid = (n: number): { pid: number } => ({ pid: n });

const symptomRows: Row[] = [
  {
    when: '0x55 for every server within minutes',
    events: burst(),
    state: 'affected',
    reason: 'burst',
    source: kb,
  },
  {
    when: 'the burst was 13 days ago',
    events: burst(13 * days),
    state: 'affected',
    reason: 'burst',
    source: lookback,
  },
  {
    when: 'the burst was 15 days ago',
    events: burst(15 * days),
    state: 'not-affected',
    reason: 'no-symptom',
    source: lookback,
  },
  {
    when: 'the host was rebooted after the burst',
    events: burst(),
    facts: { boot: known({ recordId: 5000, lastBootUpTime: before(hours) }) },
    state: 'affected',
    reason: 'burst',
    source: lookback,
  },
  {
    when: 'first and last event are exactly one burst apart',
    events: [
      lost(dc1, 2 * hours),
      lost(dc2, 2 * hours - minutes),
      lost(dc3, 2 * hours - 20 * minutes),
    ],
    state: 'affected',
    reason: 'burst',
    source: throttle,
  },
  {
    when: 'first and last event are a second more than one burst apart',
    events: [
      lost(dc1, 2 * hours + 1000),
      lost(dc2, 2 * hours),
      lost(dc3, 2 * hours - 20 * minutes),
    ],
    state: 'suspect',
    reason: 'some-servers-only',
    source: kb,
  },
  {
    when: 'all servers were lost, but over hours',
    events: [lost(dc1, 6 * hours), lost(dc2, 4 * hours), lost(dc3, 2 * hours)],
    state: 'suspect',
    reason: 'some-servers-only',
    source: kb,
  },
  {
    when: 'an old event precedes a whole burst',
    events: [lost(dc1, 9 * hours), ...burst()],
    state: 'affected',
    reason: 'burst',
    source: kb,
  },
  {
    when: 'two of three servers were lost',
    events: burst().slice(0, 2),
    state: 'suspect',
    reason: 'some-servers-only',
    source: kbSome,
  },
  {
    when: 'one server was lost again and again',
    events: [1, 2, 3, 4].map((n) => lost(dc1, n * hours, pid(n))),
    state: 'suspect',
    reason: 'some-servers-only',
    source: kbSome,
  },
  {
    when: 'a server that is not listed was lost too',
    events: [...burst(), lost('dc9.contoso.test', 2 * hours)],
    state: 'affected',
    reason: 'burst',
    source: kb,
  },
  {
    when: 'only a server that is not listed was lost',
    events: [lost('dc9.contoso.test', 2 * hours)],
    state: 'suspect',
    reason: 'some-servers-only',
    source: kbSome,
  },
  {
    when: 'names differ in case',
    events: dcs.map((dc) => lost(dc.toUpperCase(), hours)),
    state: 'affected',
    reason: 'burst',
    source: 'DNS names have no case',
  },
  {
    when: 'the code has its prefix',
    events: dcs.map((dc) => lost(dc, hours, { code: '0x55' })),
    state: 'affected',
    reason: 'burst',
    source: template,
  },
  {
    when: 'the free text speaks of 0x51 in another language, over lines',
    events: dcs.map((dc) =>
      lost(dc, hours, { text: 'Der LDAP-Server\r\nist (0x51) nicht verfügbar)' }),
    ),
    state: 'affected',
    reason: 'burst',
    source: template,
  },
  {
    when: 'the free text speaks of 0x55 but the code is 51',
    events: dcs.map((dc) => lost(dc, hours, { code: '51', text: 'Error was 0x55 (Timeout)' })),
    state: 'not-affected',
    reason: 'other-errors-only',
    source: template,
  },
  {
    when: 'the only server was lost by one process',
    events: [lost(dc1, hours), lost(dc1, hours - minutes)],
    servers: [serverEvent([row(dc1)])],
    state: 'suspect',
    reason: 'one-process-only',
    source: kb,
  },
  {
    when: 'the only server was lost by two processes',
    events: [lost(dc1, hours, pid(1)), lost(dc1, hours, pid(2))],
    servers: [serverEvent([row(dc1)])],
    state: 'affected',
    reason: 'burst',
    source: throttle,
  },
  {
    when: 'the only server was lost by two processes far apart',
    events: [lost(dc1, 3 * hours, pid(1)), lost(dc1, hours, pid(2))],
    servers: [serverEvent([row(dc1)])],
    state: 'suspect',
    reason: 'one-process-only',
    source: throttle,
  },
  {
    when: 'the burst is the rest of an incomplete answer',
    events: burst(),
    log: { complete: false },
    state: 'affected',
    reason: 'burst',
    source: 'a burst that was found stays found',
  },
  {
    when: 'the burst was logged although logging is now off and the log is short',
    events: burst(),
    facts: { loggingLevel: known(0) },
    log: { oldestRecordAt: before(3 * hours) },
    state: 'affected',
    reason: 'burst',
    source: 'a burst that was found stays found',
  },
];

const otherCodeRows: Row[] = [
  ...['51', '34', '33', '52', '5B', '70', 'A9'].map((code) => ({
    when: `every server was lost with 0x${code}`,
    events: dcs.map((dc) => lost(dc, hours, { code })),
    state: 'not-affected' as const,
    reason: 'other-errors-only',
    source: kbOther,
  })),
  {
    when: 'two servers were lost with 0x55 and the third with 0x51',
    events: [lost(dc1, hours), lost(dc2, hours), lost(dc3, hours, { code: '51' })],
    state: 'suspect',
    reason: 'some-servers-only',
    source: kbOther,
  },
  {
    when: 'every server was lost with 0x51 and then with 0x55',
    events: [...dcs.map((dc) => lost(dc, 3 * hours, { code: '51' })), ...burst()],
    state: 'affected',
    reason: 'burst',
    source: kb,
  },
  {
    when: 'another event carries 55 in the same place',
    events: burst().map((event) => ({ ...event, eventId: 2084 })),
    state: 'not-affected',
    reason: 'no-symptom',
    source: template,
  },
];

const serverRows: Row[] = [
  {
    when: 'rows are separated by blanks',
    events: burst(),
    servers: [serverEvent(dcs.map((dc) => row(dc, { separator: '  ' })))],
    state: 'affected',
    reason: 'burst',
    source: list,
  },
  {
    when: 'rows have the ten columns of older versions',
    events: burst(),
    servers: [serverEvent(dcs.map((dc) => `${dc}  CDG 7 7 1 0 0 1 7 1`))],
    state: 'affected',
    reason: 'burst',
    source: list,
  },
  {
    when: 'in ten columns the third server has no reachability',
    events: burst().slice(0, 2),
    servers: [
      serverEvent([
        `${dc1} CDG 7 7 1 0 0 1 7 1`,
        `${dc2} CDG 6 7 1 0 0 1 7 1`,
        `${dc3} CDG 0 7 1 0 0 1 7 1`,
      ]),
    ],
    state: 'affected',
    reason: 'burst',
    source: list,
  },
  {
    when: 'the server that was not lost is disabled',
    events: burst().slice(0, 2),
    servers: [serverEvent([row(dc1), row(dc2), row(dc3, { enabled: 0 })])],
    state: 'affected',
    reason: 'burst',
    source: list,
  },
  {
    when: 'the server that was not lost cannot be reached',
    events: burst().slice(0, 2),
    servers: [serverEvent([row(dc1), row(dc2), row(dc3, { reachability: 0 })])],
    state: 'affected',
    reason: 'burst',
    source: list,
  },
  {
    when: 'the server that was not lost is no global catalogue',
    events: burst().slice(0, 2),
    servers: [serverEvent([row(dc1), row(dc2), row(dc3, { reachability: 6 })])],
    state: 'suspect',
    reason: 'some-servers-only',
    source: list,
  },
  {
    when: 'the site has usable servers and all of them were lost, those outside were not',
    events: burst(),
    servers: [
      serverEvent(
        dcs.map((dc) => row(dc)),
        { outOfSite: [row('far.contoso.test')] },
      ),
    ],
    state: 'affected',
    reason: 'burst',
    source: 'event 2084: out of site only when the site has none',
  },
  {
    when: 'the site has no server and those outside were lost',
    events: burst(),
    servers: [serverEvent([], { outOfSite: dcs.map((dc) => row(dc)) })],
    state: 'affected',
    reason: 'burst',
    source: 'event 2084: out of site only when the site has none',
  },
  {
    when: 'the site has only unreachable servers and one of two outside was lost',
    events: [lost(dc2, hours, pid(1)), lost(dc2, hours, pid(2))],
    servers: [serverEvent([row(dc1, { reachability: 0 })], { outOfSite: [row(dc2), row(dc3)] })],
    state: 'suspect',
    reason: 'some-servers-only',
    source: 'event 2084: out of site only when the site has none',
  },
  {
    when: 'a newer list has one server more',
    events: burst().slice(0, 2),
    servers: [serverEvent([row(dc1), row(dc2)], { recordId: 100 }), threeServers],
    state: 'suspect',
    reason: 'some-servers-only',
    source: 'the newest 2080 counts',
  },
  {
    when: 'an older list had one server more',
    events: burst().slice(0, 2),
    servers: [threeServers, serverEvent([row(dc1), row(dc2)], { recordId: 95_000 })],
    state: 'affected',
    reason: 'burst',
    source: 'the newest 2080 counts',
  },
  {
    when: 'there is 0x55 but no list',
    events: burst(),
    servers: [],
    state: 'unknown',
    reason: 'no-server-list',
    source: unknownBlocks,
  },
  {
    when: 'there is 0x55 but the list has no usable server',
    events: burst(),
    servers: [serverEvent([row(dc1, { enabled: 0 })])],
    state: 'unknown',
    reason: 'no-server-list',
    source: unknownBlocks,
  },
  {
    when: 'a row of the list cannot be read and the others were lost',
    events: burst(),
    servers: [serverEvent([...dcs.map((dc) => row(dc)), 'dc4.contoso.test CDG 1 7'])],
    state: 'suspect',
    reason: 'server-list-unreadable',
    source: unknownBlocks,
  },
  {
    when: 'there is neither 0x55 nor a list, though Exchange is there',
    servers: [],
    state: 'unknown',
    reason: 'no-server-list',
    source: 'event 2080 is written every 15 minutes: without one nothing is logged',
  },
  {
    when: 'there is neither 0x55 nor a list, and no service that would log them',
    servers: [],
    facts: { services: known([]) },
    state: 'not-affected',
    reason: 'no-symptom',
    source: 'events are written by the services of Exchange',
  },
  {
    when: 'there is neither 0x55 nor a list, and the services are not known',
    servers: [],
    facts: { services: unknown('wmic failed') },
    state: 'unknown',
    reason: 'no-server-list',
    source: unknownBlocks,
  },
  {
    when: 'there is no list, but 0x51 for every server was logged',
    events: dcs.map((dc) => lost(dc, hours, { code: '51' })),
    servers: [],
    state: 'unknown',
    reason: 'no-server-list',
    source: 'other errors change nothing',
  },
  {
    when: 'nothing was logged, and the list has no usable server',
    servers: [serverEvent([row(dc1, { reachability: 0 })])],
    state: 'not-affected',
    reason: 'no-symptom',
    source: 'a list proves that events are logged',
  },
  {
    when: 'there is neither 0x55 nor a list, but the operator names the servers',
    servers: [],
    hotfix: withDcs(...dcs),
    state: 'not-affected',
    reason: 'no-symptom',
    source: "the operator's list takes the place of 2080",
  },
  {
    when: 'the operator names the servers that were lost',
    events: burst().slice(0, 2),
    servers: [],
    hotfix: withDcs('DC1.contoso.test.', dc2),
    state: 'affected',
    reason: 'burst',
    source: "the operator's list takes the place of 2080",
  },
  {
    when: 'the operator names one server more than 2080',
    events: burst(),
    hotfix: withDcs(...dcs, 'dc4.contoso.test'),
    state: 'suspect',
    reason: 'some-servers-only',
    source: "the operator's list takes the place of 2080",
  },
];

const quietRows: Row[] = [
  { when: 'nothing was logged', state: 'not-affected', reason: 'no-symptom', source: kb },
  {
    when: 'logging is at the lowest level',
    facts: { loggingLevel: known(0) },
    state: 'unknown',
    reason: 'logging-off',
    source: 'diagnostics level Lowest (hardening guide)',
  },
  {
    when: 'logging is higher than it has to be',
    facts: { loggingLevel: known(7) },
    state: 'not-affected',
    reason: 'no-symptom',
    source: 'diagnostics level at least Low',
  },
  {
    when: 'the logging level was not answered',
    facts: { loggingLevel: unknown('reg failed') },
    state: 'unknown',
    reason: 'logging-level-unanswered',
    source: unknownBlocks,
  },
  {
    when: 'the log reaches back exactly as far as the lookback',
    log: { oldestRecordAt: before(14 * days) },
    state: 'not-affected',
    reason: 'no-symptom',
    source: lookback,
  },
  {
    when: 'the log reaches back a second less',
    log: { oldestRecordAt: before(14 * days - 1000) },
    state: 'unknown',
    reason: 'log-too-short',
    source: lookback,
  },
  {
    when: 'the log is empty',
    log: { oldestRecordAt: null },
    state: 'unknown',
    reason: 'log-reach-unknown',
    source: unknownBlocks,
  },
  {
    when: 'the host did not send all its events',
    log: { complete: false },
    state: 'unknown',
    reason: 'events-incomplete',
    source: unknownBlocks,
  },
  {
    when: 'some 0x55 is there but not all events were sent',
    events: burst().slice(1),
    log: { complete: false },
    state: 'unknown',
    reason: 'events-incomplete',
    source: unknownBlocks,
  },
  {
    when: 'the events were not answered',
    facts: { events: unknown('wevtutil failed') },
    state: 'unknown',
    reason: 'events-unanswered',
    source: unknownBlocks,
  },
  {
    when: 'the time of the host is not known',
    events: burst(),
    facts: { hostTime: unknown('no clock') },
    state: 'unknown',
    reason: 'host-time-unknown',
    source: unknownBlocks,
  },
  {
    when: 'an event lacks its code',
    events: [{ recordId: 1, at: before(hours), eventId: 2070, data: ['w3wp.exe', '1', dc1] }],
    state: 'unknown',
    reason: 'events-unreadable',
    source: template,
  },
  {
    when: 'only 0x51 is there and logging was switched off',
    events: dcs.map((dc) => lost(dc, hours, { code: '51' })),
    facts: { loggingLevel: known(0) },
    state: 'unknown',
    reason: 'logging-off',
    source: unknownBlocks,
  },
];

const hostRows: Row[] = [
  {
    when: 'the package is installed, whatever was logged',
    events: burst(),
    package: 'installed',
    state: 'already-fixed',
    reason: 'package-installed',
    source: 'DISM state Installed',
  },
  {
    when: 'a later update replaced the package',
    events: burst(),
    package: 'superseded',
    state: 'already-fixed',
    reason: 'package-superseded',
    source: 'DISM state Superseded',
  },
  {
    when: 'the package waits for its reboot',
    package: 'install-pending',
    state: 'affected',
    reason: 'install-pending',
    source: 'DISM state Install Pending: the fix is in but needs its reboot',
  },
  {
    when: 'the package is only staged',
    events: burst(),
    package: 'staged',
    state: 'affected',
    reason: 'burst',
    source: 'DISM state Staged',
  },
  {
    when: 'the next reboot removes the package',
    events: burst(),
    package: 'uninstall-pending',
    facts: { fileVersions: known({ [appidapi]: '6.1.7601.22823' }) },
    state: 'affected',
    reason: 'burst',
    source: 'DISM state Uninstall Pending',
  },
  {
    when: 'the file is exactly as new as the fix',
    events: burst(),
    facts: { fileVersions: known({ [appidapi]: '6.1.7601.22823' }) },
    state: 'already-fixed',
    reason: 'files-new-enough',
    source: 'Microsoft CSS HealthChecker',
  },
  {
    when: 'the file is one build older',
    events: burst(),
    facts: { fileVersions: known({ [appidapi]: '6.1.7601.22822' }) },
    state: 'affected',
    reason: 'burst',
    source: 'Microsoft CSS HealthChecker',
  },
  {
    when: 'the file is older though its text sorts later',
    events: burst(),
    facts: { fileVersions: known({ [appidapi]: '6.1.7601.9999' }) },
    state: 'affected',
    reason: 'burst',
    source: 'versions are numbers',
  },
  {
    when: 'the file is not there',
    events: burst(),
    facts: { fileVersions: known({ [appidapi]: null }) },
    state: 'affected',
    reason: 'burst',
    source: 'Microsoft CSS HealthChecker',
  },
  {
    when: 'the file version was not answered',
    events: burst(),
    facts: { fileVersions: unknown('wmic failed') },
    state: 'unknown',
    reason: 'fix-presence-unknown',
    source: unknownBlocks,
  },
  {
    when: 'the package was not answered but the file is new',
    events: burst(),
    facts: {
      package: unknown('dism failed'),
      fileVersions: known({ [appidapi]: '6.1.7601.23000' }),
    },
    state: 'already-fixed',
    reason: 'files-new-enough',
    source: 'Microsoft CSS HealthChecker',
  },
  {
    when: 'the package was not answered and the file is old',
    events: burst(),
    facts: { package: unknown('dism failed') },
    state: 'affected',
    reason: 'burst',
    source: 'Microsoft CSS HealthChecker',
  },
  {
    when: 'neither package nor file was answered, and nothing was logged',
    facts: { package: unknown('x'), fileVersions: unknown('y') },
    state: 'not-affected',
    reason: 'no-symptom',
    source: kb,
  },
  {
    when: 'Windows Server 2008 R2 without its service pack',
    events: burst(),
    facts: { os: known({ ...os, version: '6.1.7600', servicePack: 0 }) },
    state: 'not-applicable',
    reason: 'needs-service-pack',
    source: 'KB article: prerequisite Service Pack 1',
  },
  {
    when: 'Windows Server 2012 R2',
    events: burst(),
    facts: { os: known({ ...os, version: '6.3.9600', servicePack: 0 }) },
    state: 'not-applicable',
    reason: 'other-windows-version',
    source: 'KB article: applies to',
  },
  {
    when: 'Windows Server 2008 with its second service pack',
    facts: { os: known({ ...os, version: '6.0.6002', servicePack: 2 }) },
    state: 'not-applicable',
    reason: 'other-windows-version',
    source: 'KB article: applies to',
  },
  {
    when: 'Windows 7',
    events: burst(),
    facts: { os: known({ ...os, productType: 'workstation' }) },
    state: 'not-applicable',
    reason: 'other-product-type',
    source: 'KB article: applies to',
  },
  {
    when: 'Itanium',
    events: burst(),
    facts: { os: known({ ...os, architecture: 'ia64' }) },
    state: 'not-applicable',
    reason: 'other-architecture',
    source: 'KB article: package for x64',
  },
  {
    when: 'a domain controller',
    events: burst(),
    facts: { os: known({ ...os, productType: 'domain-controller' }) },
    state: 'affected',
    reason: 'burst',
    source: 'KB article: applies to',
  },
  {
    when: 'an unknown Windows',
    events: burst(),
    facts: { os: unknown('wmic failed') },
    state: 'unknown',
    reason: 'os-unanswered',
    source: unknownBlocks,
  },
];

const verdictOf = ({ hotfix = kb3004383, ...situation }: Row): Verdict =>
  judge(factsOf(situation), hotfix);

describe.each([
  ['symptoms', symptomRows],
  ['other errors', otherCodeRows],
  ['server lists', serverRows],
  ['silence', quietRows],
  ['the host', hostRows],
])('judging %s', (_, rows) => {
  test.each(rows)('$when: $state, because $reason ($source)', (given) => {
    const verdict = verdictOf(given);
    expect({ state: verdict.state, reason: verdict.reasons[0]?.code }).toEqual({
      state: given.state,
      reason: given.reason,
    });
  });
});

test('a reason names the other errors and what they are', () => {
  const events = [
    ...dcs.map((dc) => lost(dc, hours, { code: '51' })),
    lost(dc1, hours, { code: 'A9' }),
  ];
  const [reason] = judge(factsOf({ events }), kb3004383).reasons;
  expect(reason?.message).toContain('0x51 (ServerDown) 3 times');
  expect(reason?.message).toContain('0xA9 1 times');
});

test('the hotfix for another service pack says which one it needs', () => {
  const facts = factsOf({ facts: { os: known({ ...os, version: '6.1.7600', servicePack: 0 }) } });
  expect(judge(facts, kb3004383).reasons[0]?.message).toContain('needs Service Pack 1');
});

test.each([
  { ageMs: 20 * minutes, stalls: true },
  { ageMs: 20 * minutes + 1000, stalls: false },
  { ageMs: -2000, stalls: true },
])('a host whose last 0x55 is $ageMs ms old is stalling now: $stalls', ({ ageMs, stalls }) => {
  expect(judge(factsOf({ events: [lost(dc1, ageMs)] }), kb3004383).currentlyStalling).toBe(stalls);
});

test('an error of another kind is no stall', () => {
  const events = [lost(dc1, minutes, { code: '51' })];
  expect(judge(factsOf({ events }), kb3004383).currentlyStalling).toBe(false);
});

test.each([
  { what: 'all run', services: [service('MSExchangeRPC')], health: 'healthy' },
  {
    what: 'one is stopped',
    services: [service('MSExchangeRPC', { state: 'stopped' })],
    health: 'unhealthy',
  },
  {
    what: 'one is stuck in stopping',
    services: [service('msexchangeis', { state: 'stop-pending' })],
    health: 'unhealthy',
  },
  {
    what: 'a manual one is stopped',
    services: [service('MSExchangePop3', { state: 'stopped', startMode: 'manual' })],
    health: 'healthy',
  },
  {
    what: 'one of another program is stopped',
    services: [service('Spooler', { state: 'stopped' })],
    health: 'healthy',
  },
  { what: 'there are none', services: [], health: 'healthy' },
])('with services of which $what a host is $health', ({ services, health }) => {
  expect(judge(factsOf({ facts: { services: known(services) } }), kb3004383).health).toBe(health);
});

test('a host that did not tell its services is not called healthy', () => {
  const facts = factsOf({ facts: { services: unknown('wmic failed') } });
  expect(judge(facts, kb3004383).health).toBe('unknown');
});

test.each([
  { facts: {}, applicable: 'yes' },
  { facts: { os: unknown('wmic failed') }, applicable: 'unknown' },
  { facts: { os: known({ ...os, architecture: 'x86' as const }) }, applicable: 'no' },
])('the hotfix can be installed: $applicable', ({ facts, applicable }) => {
  expect(judge(factsOf({ facts }), kb3004383).applicable).toBe(applicable);
});
