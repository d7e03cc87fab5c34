import type { HostFacts } from '../../contracts/facts';
import type { AvailabilitySet } from '../../contracts/fleet';
import type { Hotfix } from '../../contracts/hotfix';
import { hostId, previewHash, rolloutId } from '../../contracts/ids';
import type { HostId } from '../../contracts/ids';
import type { AffectedState, Verdict } from '../../contracts/outcome';
import type { HostPolicy, RolloutAction, RolloutPolicy } from '../../contracts/plan';
import { known, reason } from '../../contracts/reason';
import type { ChangeControl, RolloutInput } from '../../contracts/rollout';

export const sampleHotfix: Hotfix = {
  id: 'KB3004383',
  title: 'LDAP client stalls',
  applicability: {
    os: {
      version: '6.1.7601',
      servicePack: 1,
      architectures: ['x64'],
      productTypes: ['server', 'domain-controller'],
    },
    when: null,
    prerequisites: [],
  },
  symptom: {
    log: 'Application',
    provider: 'MSExchange ADAccess',
    event: {
      eventId: 2070,
      code: { field: 4, value: '55', otherProblems: { '51': 'server down' } },
      serverField: 2,
      process: { nameField: 0, pidField: 1 },
    },
    servers: { eventId: 2080, inSiteField: 2, outOfSiteField: 3 },
    domainControllers: [],
    logPeriodMs: 0,
    burstMs: 60_000,
    lookbackMs: 86_400_000,
    minimumEvents: 1,
    minimumServers: 2,
    minimumProcesses: 1,
    logging: { key: 'HKLM\\X', valueEndsWith: 'Topology', atLeast: 1, defaultLevel: 1 },
  },
  affected: {
    rule: { kind: 'events', coverage: 'all' },
    suspect: { kind: 'events', coverage: 'some' },
  },
  corroboration: [],
  install: {
    packageIdentity: 'Package_for_KB3004383~',
    timeoutMs: 3_600_000,
    freeBytes: 1_000_000,
    reboot: 'required',
    exitCodes: {},
  },
  verification: { files: [], settleMs: 0, quietForMs: 0 },
  fallback: {
    services: ['MSExchange.*'],
    watchdogs: [],
    root: null,
    appPools: [],
    applications: [],
    actions: [{ kind: 'restart-services' }, { kind: 'recycle-pools' }],
    stopTimeoutMs: 60_000,
    startTimeoutMs: 60_000,
    observeMs: 0,
  },
};

export const sampleHostPolicy: HostPolicy = {
  reboot: { timeoutMs: 60_000, maxReboots: 1, maxOwn: 2 },
  fallback: { when: ['apply', 'reboot', 'verify'] },
  hooks: { drain: null, restore: null },
  unreachableAfterMs: 30_000,
  settleMs: 0,
  observeMs: 0,
};

export const samplePolicy: RolloutPolicy = {
  scope: 'affected',
  serial: [1, '100%'],
  pause: null,
  maxConcurrency: 25,
  maxErrors: 0,
  maxConsecutiveErrors: null,
  maxUnassessed: '5%',
  countMitigated: true,
  onSuspect: 'skip',
  holdTimeoutMs: 60_000,
  takenRetryMs: 1000,
};

export const hosts = (count: number, prefix = 'srv'): HostId[] =>
  Array.from({ length: count }, (_, index) =>
    hostId(`${prefix}-${String(index + 1).padStart(2, '0')}`),
  );

export interface RolloutChoice {
  readonly id: string;
  readonly hosts: readonly HostId[];
  readonly policy?: Partial<RolloutPolicy>;
  readonly hostPolicy?: Partial<HostPolicy>;
  readonly historyEvents?: number;
  readonly action?: RolloutAction;
  readonly sets?: readonly AvailabilitySet[];
  /** With a word of it the rollout is a controlled one; what is not said controls nothing. */
  readonly control?: Partial<ChangeControl>;
}

const freeControl: ChangeControl = {
  requester: 'os-user',
  approvals: null,
  calendar: null,
  order: [],
  gates: [],
  notify: [],
  fleetFile: null,
  firing: null,
};

export const rolloutInput = (choice: RolloutChoice): RolloutInput => ({
  rolloutId: rolloutId(choice.id),
  previewHash: previewHash('a'.repeat(64)),
  change: 'CHG0031337',
  requestedBy: 'tester',
  hotfix: sampleHotfix,
  package: { fileName: 'x.msu', sha256: 'b'.repeat(64), bytes: 1000 },
  hosts: choice.hosts,
  sets: choice.sets ?? [],
  ...(choice.action === undefined ? {} : { action: choice.action }),
  policy: { ...samplePolicy, ...choice.policy },
  hostPolicy: { ...sampleHostPolicy, ...choice.hostPolicy },
  ...(choice.control === undefined ? {} : { control: { ...freeControl, ...choice.control } }),
  ...(choice.historyEvents === undefined ? {} : { historyEvents: choice.historyEvents }),
});

/** A healthy host as a probe sees it. `boots` tells one boot from the next; the package is in from the moment it is installed. */
export const factsOf = (boots: number, packageState: 'absent' | 'installed'): HostFacts => ({
  hostTime: known(`2026-08-01T0${boots}:30:00.000Z`),
  clockSkewMs: 0,
  os: known({
    version: '6.1.7601',
    servicePack: 1,
    productType: 'server',
    architecture: 'x64',
    caption: 'Windows Server 2008 R2',
    computerName: 'SRV',
  }),
  boot: known({ recordId: 100 + boots, lastBootUpTime: `2026-08-01T0${boots}:00:00.000Z` }),
  services: known([
    { name: 'MSExchangeADTopology', state: 'running', startMode: 'auto', processId: 10 + boots },
  ]),
  appPools: known([]),
  package: known({
    state: packageState,
    identity: packageState === 'absent' ? null : 'Package_for_KB3004383~x',
  }),
  listedAsHotfix: known(packageState === 'installed'),
  fileVersions: known({}),
  pendingReboot: known({
    servicing: false,
    windowsUpdate: false,
    fileRename: false,
    servicingInProgress: 0,
  }),
  freeBytes: known(10_000_000_000),
  loggingLevel: known(1),
  events: known({
    symptoms: [],
    servers: [],
    complete: true,
    oldestRecordAt: '2026-07-01T00:00:00.000Z',
  }),
});

export const verdictOf = (state: AffectedState): Verdict => ({
  state,
  applicable: state === 'not-applicable' ? 'no' : 'yes',
  reasons: [reason(`sample-${state}`, `The host is ${state}.`)],
  currentlyStalling: false,
  health: 'healthy',
});
