import { join } from 'node:path';
import { loadHotfix } from '../../../clients/input';
import type { Hotfix } from '../../../contracts/hotfix';
import { projectDir } from '../../../workers/config';
import type { WineHostOptions } from './host';
import { logEvent } from './state';
import type { HostState } from './state';

/** The shipped definition, for what Wine says that it is: a Windows 7. */
export async function hotfixForWine(): Promise<Hotfix> {
  const { value } = await loadHotfix('KB3004383', join(projectDir(), 'hotfixes'));
  const { os } = value.applicability;
  return {
    ...value,
    applicability: { ...value.applicability, os: { ...os, productTypes: ['workstation'] } },
  };
}

const fixedFile = 'c:\\windows\\syswow64\\appidapi.dll';

/** Services of Exchange, run by Wine's service manager, and the version of a file before and after the hotfix. */
export const exchangeHost: WineHostOptions = {
  services: [
    { name: 'MSExchangeADTopology' },
    { name: 'MSExchangeRPC', dependsOn: ['MSExchangeADTopology'] },
    { name: 'MSExchangePOP3', start: 'manual' },
  ],
  registry: [
    {
      path: 'System\\CurrentControlSet\\Services\\MSExchange ADAccess\\Diagnostics',
      values: { '3 Topology': 1 },
    },
  ],
  state: {
    fileVersions: new Map([[fixedFile, '6.1.7601.17514']]),
    fixes: { [fixedFile]: '6.1.7601.22823' },
  },
};

const provider = 'MSExchange ADAccess';
const controllers = ['dc1.contoso.local', 'dc2.contoso.local'];
const minutes = 60_000;
const processes = [
  ['MSEXCHANGEADTOPOLOGYSERVICE.EXE', '1612'],
  ['Microsoft.Exchange.RpcClientAccess.Service.exe', '4188'],
] as const;

/** A log that reaches back twenty days, with the lists of domain controllers (event 2080). */
export function logQuietWeeks(state: HostState): void {
  const list = controllers.map((name) => `${name}\tCDG 1 7 7 1 0 1 1 7 1`).join('\r\n');
  const at = (ago: number): Date => new Date(Date.now() - ago * minutes);
  const [[process, pid]] = processes;
  for (const ago of [20 * 24 * 60, 200, 185, 170, 25, 10]) {
    const data = [process, pid, list, ''];
    logEvent(state, 'Application', { provider, eventId: 2080, data, at: at(ago) });
  }
}

/** All controllers lost to all processes within minutes, by LDAP time-outs: what the hotfix is against. */
export function logStall(state: HostState): void {
  logQuietWeeks(state);
  const events = state.logs.get('Application') ?? [];
  const before = events.splice(4);
  for (const [at, [process, pid]] of processes.entries()) {
    for (const controller of controllers) {
      const data = [
        process,
        pid,
        controller,
        '55',
        'Active directory response: timeout.',
        'Timeout',
      ];
      const when = new Date(Date.now() - (120 - at) * minutes);
      logEvent(state, 'Application', { provider, eventId: 2070, data, at: when });
    }
  }
  for (const { recordId: _, ...event } of before) logEvent(state, 'Application', event);
}
