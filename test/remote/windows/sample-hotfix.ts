import type { Hotfix, SymptomPattern } from '../../../contracts/hotfix';

export const sampleSymptom: SymptomPattern = {
  log: 'Application',
  provider: 'MSExchange ADAccess',
  event: {
    eventId: 2070,
    code: {
      field: 3,
      value: '55',
      otherProblems: { '51': 'the server is down', '34': 'the server is unavailable' },
    },
    serverField: 2,
    process: { nameField: 0, pidField: 1 },
  },
  servers: { eventId: 2080, inSiteField: 2, outOfSiteField: 3 },
  domainControllers: [],
  logPeriodMs: 900_000,
  burstMs: 20 * 60_000,
  lookbackMs: 7 * 24 * 3_600_000,
  minimumEvents: 1,
  minimumServers: 2,
  minimumProcesses: 2,
  logging: {
    key: 'HKLM\\SYSTEM\\CurrentControlSet\\Services\\MSExchange ADAccess\\Diagnostics',
    valueEndsWith: ' Topology',
    atLeast: 1,
    defaultLevel: 1,
  },
};

/** A definition of the size and shape of the shipped one. */
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
  symptom: sampleSymptom,
  affected: {
    rule: { kind: 'events', coverage: 'all' },
    suspect: { kind: 'events', coverage: 'some' },
  },
  corroboration: [],
  install: {
    packageIdentity: 'Package_for_KB3004383~',
    timeoutMs: 3_600_000,
    freeBytes: 2_000_000_000,
    reboot: 'required',
    exitCodes: {},
  },
  verification: {
    files: [{ path: '%windir%\\SysWOW64\\Appidapi.dll', atLeast: '6.1.7601.22823' }],
    settleMs: 90_000,
    quietForMs: 0,
  },
  fallback: {
    services: ['MSExchange.*'],
    watchdogs: ['MSExchangeHM', 'MSExchangeHMRecovery'],
    root: 'MSExchangeADTopology',
    appPools: ['MSExchange.*AppPool', 'DefaultAppPool'],
    applications: [],
    actions: [{ kind: 'restart-services' }, { kind: 'recycle-pools' }],
    stopTimeoutMs: 180_000,
    startTimeoutMs: 180_000,
    observeMs: 1_200_000,
  },
};
