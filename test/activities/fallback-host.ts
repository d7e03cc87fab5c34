import { Failure } from '../../contracts/failures';
import type { CommandResult, Session } from '../../remote/session';
import { WorkerDied } from './model-host';

export interface ModelService {
  mode?: 'Auto' | 'Manual' | 'Disabled';
  state?: 'Running' | 'Stopped' | 'Stop Pending' | 'Start Pending';
  pid?: number;
  needs?: readonly string[];
  /** Services with the same word live in one process, as long as one of them runs. */
  process?: string;
  /** Never gets out of stopping. */
  stuck?: boolean;
  /** Number with which sc refuses. */
  startRefused?: number;
  stopRefused?: number;
  /** While it runs, it starts every other stopped service again, with what that needs. */
  isWatchdog?: boolean;
}

interface ModelPool {
  workers: number[];
  applications?: readonly string[];
  /** Old workers stay so many looks after a recycling. */
  drains?: number;
  drainLimit?: string;
}

/**
 * Services, pools and registry of a host in virtual time, where each command takes a second, with the rules of the
 * service control manager that a restart can get wrong. It keeps what was done to it in its order.
 */
export interface FallbackHost {
  now: number;
  readonly services: Map<string, Required<ModelService>>;
  readonly pools: Map<string, ModelPool>;
  readonly registry: Map<string, Map<string, { type: string; text: string }>>;
  /** `stop X`, `start X`, `end 42`, `recycle P`, … */
  readonly did: string[];
  /** Record ids of symptoms, each with the time from which it is there. */
  symptoms: { recordId: number; from: number }[];
  newestRecord: number;
  /** What a command line of no tool does. */
  commands: { [line: string]: number };
  /** Title of the rows of sc, which is translated on some hosts. */
  rowTitle: string;
  /** Cuts the n-th command (1-based), when it has had its effect. */
  cut: { at: number; by?: 'worker' | 'connection' } | null;
  asked: number;
  readonly lines: string[];
  openSession(): Promise<Session>;
}

export function fallbackHost(
  services: { readonly [name: string]: ModelService },
  pools: { readonly [name: string]: ModelPool } = {},
): FallbackHost {
  let pid = 1000;
  const shared = new Map<string, number>();
  const host: FallbackHost = {
    now: Date.parse('2015-05-04T09:00:00Z'),
    services: new Map(
      Object.entries(services).map(([name, given]) => {
        const state = given.state ?? 'Running';
        const process = given.process ?? '';
        const own = shared.get(process) ?? (pid += 4);
        if (process !== '') shared.set(process, own);
        return [
          name,
          {
            mode: 'Auto',
            needs: [],
            stuck: false,
            startRefused: 0,
            stopRefused: 0,
            isWatchdog: false,
            ...given,
            state,
            process,
            pid: state === 'Stopped' ? 0 : own,
          },
        ];
      }),
    ),
    pools: new Map(Object.entries(pools).map(([name, pool]) => [name, { ...pool }])),
    registry: new Map(),
    did: [],
    symptoms: [],
    newestRecord: 1000,
    commands: {},
    rowTitle: 'SERVICE_NAME',
    cut: null,
    asked: 0,
    lines: [],
    openSession: () => Promise.resolve(sessionOf(host)),
  };
  return host;
}

export const running = (host: FallbackHost): string[] =>
  [...host.services].filter(([, { state }]) => state === 'Running').map(([name]) => name);

function sessionOf(host: FallbackHost): Session {
  let isOpen = true;
  return {
    run: (line) => {
      if (!isOpen) return Promise.reject(new Failure('bad-request', 'the session was closed'));
      host.asked += 1;
      host.now += 1000;
      host.lines.push(line);
      const cut = host.asked === host.cut?.at ? host.cut : null;
      const lost = (): Error =>
        cut?.by === 'connection' ? new Failure('connection-lost', 'cut') : new WorkerDied();
      const result = answer(host, line);
      watch(host);
      return cut === null ? Promise.resolve(result) : Promise.reject(lost());
    },
    upload: () => Promise.reject(new Error('nothing is uploaded here')),
    close: () => {
      isOpen = false;
      return Promise.resolve();
    },
  };
}

function watch(host: FallbackHost): void {
  const isWatched = [...host.services.values()].some(
    ({ isWatchdog, state }) => isWatchdog && state === 'Running',
  );
  if (!isWatched) return;
  for (const [name, { state, mode }] of host.services) {
    if (state === 'Stopped' && mode === 'Auto') startOne(host, name, 'watchdog starts');
  }
}

type Reply = readonly [number, string];

function answer(host: FallbackHost, line: string): CommandResult {
  const result = (exitCode: number, text: string): CommandResult => ({
    exitCode,
    stdout: Buffer.from(text, 'latin1'),
    stderr: Buffer.alloc(0),
    truncated: false,
    timedOut: false,
    durationMs: 1000,
  });
  const marker = /echo (#[0-9a-f]{16})\./.exec(line)?.[1];
  if (marker === undefined) return result(...direct(host, line));
  const end = new RegExp(`&& echo ${marker}\\.([a-z0-9-]+)\\.1\\|\\| echo \\S+\\.0(?: & )?`);
  const parts = line.split(end);
  let text = '';
  for (let index = 0; index + 1 < parts.length; index += 2) {
    const [code, output] = direct(host, (parts[index] ?? '').trim());
    text += `${output}${marker}.${parts[index + 1] ?? ''}.${code === 0 ? 1 : 0} \r\n`;
  }
  return result(0, text);
}

type Handler = readonly [RegExp, (host: FallbackHost, ...groups: string[]) => Reply];

const handlers: readonly Handler[] = [
  [/^chcp/, () => [0, 'Active code page: 437\r\n']],
  [/^wmic path Win32_Service/, (host) => [0, serviceList(host)]],
  [/^sc enumdepend "([^"]+)"/, dependentRows],
  [/^sc stop "([^"]+)"/, stopOne],
  [/^sc start "([^"]+)"/, (host, name) => startOne(host, name, 'start')],
  [/^sc config "([^"]+)" start= (\w+)/, configure],
  [/^taskkill \/f \/pid (\d+) \/fi "services eq ([^"]+)"/, endProcess],
  [/^\(if exist .*list apppool \/xml/, (host) => [0, poolList(host)]],
  [/^\(if exist .*list wp \/xml/, (host) => [0, workerList(host)]],
  [/^\(if exist .*list app \/xml/, (host) => [0, applicationList(host)]],
  [
    /^\(if exist .*apppool.name:([^"]+)" \/text:processModel/,
    (host, name) => [0, `${host.pools.get(name)?.drainLimit ?? '00:01:30'}\r\n`],
  ],
  [/^\(if exist .*recycle apppool "\/apppool.name:([^"]+)"/, recycle],
  [/^reg add "([^"]+)" \/v "([^"]+)" \/t (\w+) \/d "([^"]*)"/, addValue],
  [/^reg delete "([^"]+)" \/v "([^"]+)"/, deleteValue],
  [/^\(?reg query "([^"]+)"/, queryKey],
  [/^wevtutil qe "Application" "\/q.*EventRecordID > (\d+)/, newSymptoms],
  [/^wevtutil qe "Application" \/f/, (host) => [0, eventXml(1, host.newestRecord)]],
];

function direct(host: FallbackHost, command: string): Reply {
  const own = host.commands[command];
  if (own !== undefined) {
    host.did.push(`run ${command}`);
    return [own, 'said so\r\n'];
  }
  for (const [pattern, handle] of handlers) {
    const match = pattern.exec(command);
    if (match !== null) return handle(host, ...match.slice(1));
  }
  throw new Error(`the model knows no ${command}`);
}

const value = (values: { readonly [name: string]: string | number }): string =>
  `\r\r\n${Object.entries(values)
    .map(([name, one]) => `${name}=${one}\r\r\n`)
    .join('')}`;

const serviceList = ({ services }: FallbackHost): string =>
  [...services]
    .map(([name, { pid, state, mode }]) =>
      value({ Name: name, ProcessId: pid, StartMode: mode, State: state }),
    )
    .join('');

function entry({ services }: FallbackHost, name: string): Required<ModelService> | undefined {
  const found = [...services].find(([one]) => one.toLowerCase() === name.toLowerCase());
  return found?.[1];
}

function dependentsOf({ services }: FallbackHost, name: string): string[] {
  const found: string[] = [];
  const visit = (needed: string): void => {
    for (const [other, { needs }] of services) {
      if (found.includes(other)) continue;
      if (!needs.some((one) => one.toLowerCase() === needed.toLowerCase())) continue;
      visit(other);
      found.push(other);
    }
  };
  visit(name);
  return found;
}

function dependentRows(host: FallbackHost, name = ''): Reply {
  if (entry(host, name) === undefined) return [1060, '[SC] OpenService FAILED 1060:\r\n'];
  const rows = dependentsOf(host, name).map(
    (one) =>
      `\r\n${host.rowTitle}: ${one}\r\nDISPLAY_NAME: Service ${one}\r\n        TYPE               : 10  WIN32_OWN_PROCESS\r\n`,
  );
  return [0, `Enum: entriesRead  = ${rows.length}\r\n${rows.join('')}`];
}

const refused = (verb: string, code: number): Reply => [code, `[SC] ${verb} FAILED ${code}:\r\n`];

function stopOne(host: FallbackHost, name = ''): Reply {
  const service = entry(host, name);
  if (service === undefined) return refused('OpenService', 1060);
  if (service.state === 'Stopped') return refused('ControlService', 1062);
  if (service.state !== 'Running') return refused('ControlService', 1061);
  if (service.stopRefused !== 0) return refused('ControlService', service.stopRefused);
  const isNeeded = dependentsOf(host, name).some((one) => entry(host, one)?.state !== 'Stopped');
  if (isNeeded) return refused('ControlService', 1051);
  host.did.push(`stop ${name}`);
  Object.assign(service, service.stuck ? { state: 'Stop Pending' } : { state: 'Stopped', pid: 0 });
  return [0, ''];
}

let pids = 5000;

function startOne(host: FallbackHost, name: string, word: string): Reply {
  const service = entry(host, name);
  if (service === undefined) return refused('OpenService', 1060);
  if (service.mode === 'Disabled') return refused('StartService', 1058);
  if (service.state !== 'Stopped') return refused('StartService', 1056);
  if (service.startRefused !== 0) return refused('StartService', service.startRefused);
  for (const needed of service.needs) {
    const other = entry(host, needed);
    if (other?.state === 'Stopped') startOne(host, needed, `${word} for another`);
    if (other !== undefined && other.state !== 'Running') return refused('StartService', 1068);
  }
  host.did.push(`${word} ${name}`);
  const mate = [...host.services.values()].find(
    ({ process, pid }) => process !== '' && process === service.process && pid !== 0,
  );
  service.state = 'Running';
  service.pid = mate?.pid ?? (pids += 4);
  return [0, ''];
}

function configure(host: FallbackHost, name = '', mode = ''): Reply {
  const service = entry(host, name);
  if (service === undefined) return refused('OpenService', 1060);
  host.did.push(`config ${name} ${mode}`);
  if (mode === 'disabled') service.mode = 'Disabled';
  return [0, ''];
}

function endProcess(host: FallbackHost, pidText = '', name = ''): Reply {
  const pid = Number(pidText);
  if (entry(host, name)?.pid !== pid) return [0, 'INFO: No tasks running\r\n'];
  host.did.push(`end ${pid}`);
  for (const service of host.services.values()) {
    if (service.pid === pid) Object.assign(service, { state: 'Stopped', pid: 0 });
  }
  return [0, ''];
}

const xml = (elements: readonly string[]): string => `<appcmd>${elements.join('')}</appcmd>\r\n`;

const poolList = ({ pools }: FallbackHost): string =>
  xml([...pools.keys()].map((name) => `<APPPOOL APPPOOL.NAME="${name}" state="Started"/>`));

function workerList({ pools }: FallbackHost): string {
  const all = [...pools].flatMap(([name, pool]) => {
    if (pool.drains !== undefined && pool.drains > 0 && pool.workers.length > 1) {
      pool.drains -= 1;
      if (pool.drains === 0) pool.workers.shift();
    }
    return pool.workers.map((pid) => `<WP WP.NAME="${pid}" APPPOOL.NAME="${name}"/>`);
  });
  return xml(all);
}

const applicationList = ({ pools }: FallbackHost): string =>
  xml(
    [...pools].flatMap(([name, { applications = [] }]) =>
      applications.map((one) => `<APP APP.NAME="${one}" path="/" APPPOOL.NAME="${name}"/>`),
    ),
  );

function recycle(host: FallbackHost, name = ''): Reply {
  const pool = host.pools.get(name);
  if (pool === undefined) return [1168, 'ERROR ( message:Cannot find APPPOOL )\r\n'];
  host.did.push(`recycle ${name}`);
  const next = (pids += 4);
  pool.workers = (pool.drains ?? 0) > 0 ? [...pool.workers, next] : [next];
  return [0, ''];
}

const fullName = (key: string): string => key.replace(/^HKLM/i, 'HKEY_LOCAL_MACHINE');

function addValue(host: FallbackHost, key = '', name = '', type = '', data = ''): Reply {
  const values =
    host.registry.get(fullName(key)) ?? new Map<string, { type: string; text: string }>();
  host.registry.set(fullName(key), values);
  host.did.push(`set ${name}`);
  const text = type === 'REG_DWORD' ? `0x${Number(data).toString(16)}` : data;
  values.set(name, { type, text });
  return [0, 'The operation completed successfully.\r\n'];
}

function deleteValue(host: FallbackHost, key = '', name = ''): Reply {
  const isDeleted = host.registry.get(fullName(key))?.delete(name) === true;
  if (isDeleted) host.did.push(`delete ${name}`);
  return isDeleted ? [0, ''] : [1, 'ERROR: The system was unable to find the value.\r\n'];
}

/** A key that nobody has written is not there; whatever is above it is, with nothing below. */
function queryKey(host: FallbackHost, key = ''): Reply {
  const values = host.registry.get(fullName(key));
  if (values !== undefined) {
    const lines = [...values].map(
      ([name, { type, text }]) => `    ${name}    ${type}    ${text}\r\n`,
    );
    return [0, `\r\n${fullName(key)}\r\n${lines.join('')}\r\n`];
  }
  const isAbove = [...host.registry.keys()].some((one) => one.startsWith(`${fullName(key)}\\`));
  return isAbove || key.split('\\').length <= 3 ? [0, '\r\n'] : [1, ''];
}

function newSymptoms(host: FallbackHost, after = ''): Reply {
  const seen = host.symptoms.filter(
    ({ recordId, from }) => recordId > Number(after) && host.now >= from,
  );
  return [0, seen.map(({ recordId }) => eventXml(2070, recordId)).join('')];
}

const eventXml = (id: number, recordId: number): string =>
  `<Event><System><Provider Name='MSExchange ADAccess'/><EventID>${id}</EventID><TimeCreated SystemTime='2015-05-04T09:00:00.000000000Z'/><EventRecordID>${recordId}</EventRecordID></System><EventData><Data>p</Data><Data>1</Data><Data>dc1</Data><Data>55</Data></EventData></Event>`;
