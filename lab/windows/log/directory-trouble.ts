import type { WindowsFacts } from '../options';
import type { EventLog } from './event-log';
import type { EventContent, EventSeries } from './series';

/**
 * Events 2070 (lost contact with a domain controller) and 2080 (the list of them) of MSExchange ADAccess. They are
 * series that begin and end with the processes that write them: a restarted process writes nothing of its old trouble.
 */
export interface DirectoryTrouble {
  /** A process of the list below runs: since before the lab began, or newly started. */
  processStarted(owner: string, pid: number, since: 'before' | 'now'): void;
  processStopped(owner: string): void;
  /** Whether a process waits for domain controllers: its old one with the stall, not a new one. */
  isStalled(owner: string): boolean;
  /** The level or period in the registry changed. */
  settingsChanged(): void;
  /** The machine went down; what runs after the boot is told by `processStarted`. */
  powerOff(): void;
}

export interface TroubleSettings {
  readonly level: number;
  readonly periodMs: number;
}

export interface TroubleOptions {
  readonly windows: WindowsFacts;
  readonly log: EventLog;
  readonly now: () => number;
  readonly settings: () => TroubleSettings;
  readonly symptomStays: () => boolean;
}

/** Service or application pool whose process writes the events, and its name in them. */
export const troubledOwners: Readonly<Record<string, string>> = {
  MSExchangeADTopology: 'MSEXCHANGEADTOPOLOGYSERVICE.EXE',
  MSExchangeIS: 'STORE.EXE',
  MSExchangeRPC: 'Microsoft.Exchange.RpcClientAccess.Service.exe',
  MSExchangeOWAAppPool: 'w3wp.exe (OWA)',
};

/** Exchange 2013 has other programs for the same services. */
const names2013: Readonly<Record<string, string>> = {
  MSExchangeADTopology: 'Microsoft.Exchange.Directory.TopologyService.exe',
  MSExchangeIS: 'Microsoft.Exchange.Store.Service.exe',
};

const errors = {
  stall: {
    code: '55',
    name: 'Timeout',
    text: 'The operation was aborted because the client side timeout limit was exceeded.',
  },
  'stall-one-dc': {
    code: '55',
    name: 'Timeout',
    text: 'The operation was aborted because the client side timeout limit was exceeded.',
  },
  'server-down': { code: '51', name: 'ServerDown', text: 'The LDAP server is unavailable.' },
  unavailable: { code: '34', name: 'Unavailable', text: 'The LDAP server is unavailable.' },
} as const;

const topologyOwner = 'MSExchangeADTopology';
const listPeriodMs = 900_000;

export function createDirectoryTrouble(options: TroubleOptions): DirectoryTrouble {
  const { windows, log, now, settings, symptomStays } = options;
  const running = new Map<string, RunningProcess>();

  const begin = (process: Omit<RunningProcess, 'series'>, since: 'before' | 'now'): void => {
    const series = settings().level < 1 ? [] : seriesOf(process, since, options);
    for (const one of series) log.add(one);
    running.set(process.owner, { ...process, series });
  };
  const end = (owner: string): void => {
    for (const series of running.get(owner)?.series ?? []) {
      series.until = Math.min(series.until, now());
    }
    running.delete(owner);
  };

  return {
    processStarted(owner, pid, since) {
      const isWriter = windows.exchange !== null && troubledOwners[owner] !== undefined;
      if (!isWriter || running.has(owner)) return;
      // The stall is of a process: a new one is free of it, hotfix or not. A server that is down stays down for all.
      const isOver = since === 'now' && windows.ldap === 'stall' && !symptomStays();
      begin({ owner, pid, isTroubled: !isOver }, since);
    },
    processStopped: end,
    isStalled: (owner) => windows.ldap === 'stall' && running.get(owner)?.isTroubled === true,
    settingsChanged() {
      // A process that begins again is put behind the others: without a copy the loop would meet it for ever.
      const before = [...running.values()];
      for (const process of before) {
        end(process.owner);
        begin(process, 'now');
      }
    },
    powerOff() {
      for (const owner of running.keys()) end(owner);
    },
  };
}

interface RunningProcess {
  readonly owner: string;
  readonly pid: number;
  readonly isTroubled: boolean;
  readonly series: readonly EventSeries[];
}

function seriesOf(
  { owner, pid, isTroubled }: Omit<RunningProcess, 'series'>,
  since: 'before' | 'now',
  options: TroubleOptions,
): EventSeries[] {
  const { windows, now } = options;
  const process = nameOf(owner, windows);
  if (owner === topologyOwner) {
    const content = servers(process, pid, windows.domainControllers);
    const oldest = now() - windows.logReachMs + ((windows.seed % 900) + 3) * 1000;
    return [endless(since === 'now' ? now() : oldest, listPeriodMs, content)];
  }
  if (!isTroubled || windows.ldap === 'none') return [];
  const error = errors[windows.ldap];
  const count = windows.ldap === 'stall-one-dc' ? 1 : windows.domainControllers.length;
  const place = Object.keys(troubledOwners).indexOf(owner);
  return windows.domainControllers.slice(0, count).map((controller, index) => {
    const oldest = now() - windows.ldapSinceMs + (index * 4 + place) * 11_000;
    const content = contactLost(process, pid, controller, error);
    return endless(since === 'now' ? now() : oldest, options.settings().periodMs, content);
  });
}

function nameOf(owner: string, { exchange }: WindowsFacts): string {
  return (exchange === '2013' ? names2013[owner] : undefined) ?? troubledOwners[owner] ?? owner;
}

function endless(first: number, periodMs: number, content: EventContent): EventSeries {
  const from = Math.ceil(first / 1000) * 1000;
  return { from, until: Infinity, periodMs, limit: Infinity, content: () => content };
}

function identity(eventId: number): Omit<EventContent, 'data' | 'message'> {
  return {
    provider: 'MSExchange ADAccess',
    eventId,
    qualifiers: 16_388,
    level: 4,
    task: 3,
    taskName: 'Topology',
    keywords: '0x80000000000000',
  };
}

function contactLost(
  process: string,
  pid: number,
  controller: string,
  error: (typeof errors)[keyof typeof errors],
): EventContent {
  const text = `Active directory response: ${error.text}`;
  return {
    ...identity(2070),
    data: {
      kind: 'positional',
      values: [process, String(pid), controller, error.code, text, error.name],
    },
    message:
      `Process ${process} (PID=${pid}).  Exchange Active Directory Provider lost contact with domain controller ${controller}.  ` +
      `Error was 0x${error.code} (${error.name}) (${text}).  ` +
      'Exchange Active Directory Provider will attempt to reconnect with this domain controller when it is reachable.',
  };
}

/** Eleven columns since Exchange 2010; name and roles are apart by a tab. */
function servers(process: string, pid: number, controllers: readonly string[]): EventContent {
  const rows = controllers
    .map((name, index) => `${name}\tCDG 1 7 7 1 ${index === 0 ? 1 : 0} 1 1 7 1`)
    .join('\r\n');
  return {
    ...identity(2080),
    data: { kind: 'positional', values: [process, String(pid), rows, ''] },
    message:
      `Process ${process} (PID=${pid}). Exchange Active Directory Provider has discovered the following servers with the following characteristics:\r\n` +
      ' (Server name | Roles | Enabled | Reachability | Synchronized | GC capable | PDC | SACL right | Critical Data | Netlogon | OS Version)\r\n' +
      `In-site:\r\n${rows}\r\nOut-of-site:\r\n`,
  };
}
