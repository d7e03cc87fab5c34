import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

import type {
  EventLogFacts,
  EventRecord,
  HostFacts,
  OsFacts,
  PackageState,
  ServiceFacts,
} from '../../../contracts/facts';
import type { Hotfix, SymptomPattern } from '../../../contracts/hotfix';
import { parseHotfix } from '../../../contracts/hotfix.schema';
import { valueOf } from '../../../contracts/parsed.schema';
import { known } from '../../../contracts/reason';

/** The definition that is shipped, so that the table judges it too. */
export const kb3004383: Hotfix = valueOf(
  parseHotfix(
    parse(readFileSync(join(__dirname, '../../../hotfixes/KB3004383.yaml'), 'utf8')) as unknown,
  ),
  'KB3004383.yaml',
);

/** A definition that has one. */
export function symptomOf({ id, symptom }: Hotfix): SymptomPattern {
  if (symptom === null) throw new Error(`${id} has no symptom`);
  return symptom;
}

export const hostTime = '2015-03-11T12:00:00.000Z';
export const minutes = 60_000;
export const hours = 60 * minutes;
export const days = 24 * hours;

export const before = (ageMs: number): string =>
  new Date(Date.parse(hostTime) - ageMs).toISOString();

export const dcs = ['dc1.contoso.test', 'dc2.contoso.test', 'dc3.contoso.test'] as const;
export const appidapi = '%windir%\\SysWOW64\\Appidapi.dll';

let nextRecordId = 90_000;

/** Event 2070, with the fields in the order of its message template: process, PID, server, code, text, name. */
export const lost = (
  server: string,
  ageMs: number,
  {
    code = '55',
    process = 'w3wp.exe (OWA)',
    pid = 7320,
    text = 'Active directory response: The operation was aborted.',
    recordId = (nextRecordId += 1),
  } = {},
): EventRecord => ({
  recordId,
  at: before(ageMs),
  eventId: 2070,
  data: [process, String(pid), server, code, text, 'Timeout'],
});

export const row = (
  name: string,
  { enabled = 1, reachability = 7, separator = '\t' } = {},
): string => `${name}${separator}CDG ${enabled} ${reachability} 7 1 0 1 1 7 1`;

/** Event 2080: process, PID, list in site, list out of site. */
export const serverEvent = (
  inSite: readonly string[],
  { outOfSite = [] as readonly string[], recordId = 89_000, ageMs = 5 * minutes } = {},
): EventRecord => ({
  recordId,
  at: before(ageMs),
  eventId: 2080,
  data: ['MSEXCHANGEADTOPOLOGYSERVICE.EXE', '1612', inSite.join('\r\n'), outOfSite.join('\r\n')],
});

export const threeServers = serverEvent(dcs.map((dc) => row(dc)));

/** All three servers within a few minutes, two hours ago. */
export const burst = (ageMs = 2 * hours): EventRecord[] =>
  dcs.map((dc, index) => lost(dc, ageMs - index * minutes));

export const os: OsFacts = {
  version: '6.1.7601',
  servicePack: 1,
  productType: 'server',
  architecture: 'x64',
  caption: 'Microsoft Windows Server 2008 R2 Enterprise',
  computerName: 'EX01',
};

export const service = (name: string, change: Partial<ServiceFacts> = {}): ServiceFacts => ({
  name,
  state: 'running',
  startMode: 'auto',
  processId: 1000,
  ...change,
});

export const services = [service('MSExchangeADTopology'), service('MSExchangeRPC')];

export interface Situation {
  readonly events?: readonly EventRecord[];
  readonly servers?: readonly EventRecord[];
  readonly log?: Partial<EventLogFacts>;
  readonly package?: PackageState;
  readonly facts?: Partial<HostFacts>;
}

/** A healthy, readable 2008 R2 SP1 without the hotfix, and what the situation changes. */
export const factsOf = (situation: Situation = {}): HostFacts => ({
  hostTime: known(hostTime),
  clockSkewMs: 0,
  os: known(os),
  boot: known({ recordId: 4000, lastBootUpTime: before(30 * days) }),
  services: known(services),
  appPools: known([{ name: 'MSExchangeOWAAppPool', state: 'started', workers: [7320] }]),
  package: known({
    state: situation.package ?? 'absent',
    identity: situation.package === undefined ? null : 'Package_for_KB3004383~x~amd64~~6.1.1.0',
  }),
  listedAsHotfix: known(false),
  fileVersions: known({ [appidapi]: '6.1.7601.17514' }),
  pendingReboot: known({
    servicing: false,
    windowsUpdate: false,
    fileRename: false,
    servicingInProgress: 0,
  }),
  freeBytes: known(40e9),
  loggingLevel: known(1),
  events: known({
    symptoms: situation.events ?? [],
    servers: situation.servers ?? [threeServers],
    complete: true,
    oldestRecordAt: before(30 * days),
    ...situation.log,
  }),
  ...situation.facts,
});
