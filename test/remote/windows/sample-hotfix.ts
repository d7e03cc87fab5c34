import type { Hotfix } from '../../../contracts/hotfix';

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
  },
  affected: {
    kind: 'event-burst',
    log: 'Application',
    provider: 'MSExchange ADAccess',
    symptom: {
      eventId: 2070,
      codeField: 3,
      code: '55',
      otherProblems: { '51': 'the server is down', '34': 'the server is unavailable' },
      serverField: 2,
      processField: 0,
      pidField: 1,
    },
    servers: { eventId: 2080, inSiteField: 2, outOfSiteField: 3 },
    domainControllers: [],
    burstMs: 20 * 60_000,
    lookbackMs: 7 * 24 * 3_600_000,
    minimumServers: 2,
    minimumProcesses: 2,
    logging: {
      key: 'HKLM\\SYSTEM\\CurrentControlSet\\Services\\MSExchange ADAccess\\Diagnostics',
      valueEndsWith: ' Topology',
      atLeast: 1,
      defaultLevel: 1,
    },
  },
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
  },
  fallback: {
    services: ['MSExchange.*'],
    watchdogs: ['MSExchangeHM', 'MSExchangeHMRecovery'],
    root: 'MSExchangeADTopology',
    appPools: ['MSExchange.*AppPool', 'DefaultAppPool'],
    observeMs: 1_200_000,
  },
};
