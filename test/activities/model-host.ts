import { Failure } from '../../contracts/failures';
import type { CommandResult, Session } from '../../remote/session';

/** The worker dies while a command runs: the activity does nothing more. */
export class WorkerDied extends Error {}

export interface ModelTask {
  readonly name: string;
  startedAt: number | null;
  endedWith: number | null;
  /** Attempt whose files it writes; null for one that somebody else made. */
  readonly attempt: string | null;
}

/**
 * A host reduced to what changing steps must not get wrong: tasks, package and boot in virtual time, where
 * each command takes a second. It counts what was done to it, so that "once" can be told from outside.
 */
export interface ModelHost {
  now: number;
  readonly counts: { installs: number; shutdowns: number; uploads: number; tasksCreated: number };
  packageState: string | null;
  installMs: number;
  installExitCode: number;
  tasks: ModelTask[];
  results: Map<string, number>;
  servicingBusyUntil: number;
  bootRecordId: number | null;
  bootTime: number;
  /** When it goes down and when it is back; by asking or by itself. */
  outages: { from: number; to: number }[];
  bootMs: number;
  stagedDigest: string | null;
  freeBytes: number | null;
  /** Cuts the n-th command (1-based): before or after it had its effect, by the death of the worker or of the way. */
  cut: { at: number; when: 'before' | 'after'; by: 'worker' | 'connection' } | null;
  commands: number;
  openSession(): Promise<Session>;
}

export function modelHost(changes: Partial<ModelHost> = {}): ModelHost {
  const host: ModelHost = {
    now: Date.parse('2015-05-04T09:00:00Z'),
    counts: { installs: 0, shutdowns: 0, uploads: 0, tasksCreated: 0 },
    packageState: null,
    installMs: 20_000,
    installExitCode: 3010,
    tasks: [],
    results: new Map(),
    servicingBusyUntil: 0,
    bootRecordId: 100,
    bootTime: Date.parse('2015-05-01T06:00:00Z'),
    outages: [],
    bootMs: 40_000,
    stagedDigest: null,
    freeBytes: 40e9,
    cut: null,
    commands: 0,
    openSession: () => {
      host.now += 1000;
      settleState(host);
      return isDown(host)
        ? Promise.reject(new Failure('host-unreachable', 'no answer'))
        : Promise.resolve(sessionOf(host));
    },
    ...changes,
  };
  return host;
}

function isDown(host: ModelHost): boolean {
  return host.outages.some(({ from, to }) => host.now >= from && host.now < to);
}

/** Lets happen what time has brought: installers end, outages pass. */
function settleState(host: ModelHost): void {
  for (const task of host.tasks) {
    if (task.startedAt === null || task.endedWith !== null) continue;
    if (host.now < task.startedAt + host.installMs) continue;
    task.endedWith = host.installExitCode;
    if (task.attempt !== null) host.results.set(task.attempt, host.installExitCode);
    if (host.installExitCode === 0 || host.installExitCode === 3010) {
      host.packageState = 'Install Pending';
    }
  }
  const over = host.outages.filter(({ to }) => host.now >= to);
  host.outages = host.outages.filter(({ to }) => host.now < to);
  for (const outage of over) {
    if (host.bootRecordId !== null) host.bootRecordId += 7;
    host.bootTime = outage.to;
    if (host.packageState === 'Install Pending') host.packageState = 'Installed';
  }
}

function sessionOf(host: ModelHost): Session {
  const guarded = async <T>(effect: () => T): Promise<T> => {
    host.commands += 1;
    host.now += 1000;
    settleState(host);
    const cut = host.commands === host.cut?.at ? host.cut : null;
    const lost = (): Error =>
      cut?.by === 'worker' ? new WorkerDied() : new Failure('connection-lost', 'cut');
    if (isDown(host)) throw new Failure('connection-lost', 'the host is down');
    if (cut?.when === 'before') throw lost();
    const value = effect();
    if (cut !== null) throw lost();
    return Promise.resolve(value);
  };
  return {
    run: (line) => guarded(() => answer(host, line)),
    upload: (source) =>
      guarded(() => {
        host.counts.uploads += 1;
        if (source.file !== undefined) host.stagedDigest = source.sha256;
        return { bytes: 1, resumedFrom: 0, durationMs: 1 };
      }),
    close: () => Promise.resolve(),
  };
}

function answer(host: ModelHost, line: string): CommandResult {
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
  const parts = line.split(
    new RegExp(`&& echo ${marker}\\.([a-z0-9-]+)\\.1\\|\\| echo \\S+\\.0(?: & )?`),
  );
  let text = '';
  for (let index = 0; index + 1 < parts.length; index += 2) {
    const command = (parts[index] ?? '').trim();
    const [code, output] = direct(host, command);
    text += `${output}${marker}.${parts[index + 1] ?? ''}.${code === 0 ? 1 : 0} \r\n`;
  }
  return result(0, text);
}

type Reply = readonly [number, string];
type Handler = readonly [RegExp, (host: ModelHost, match: RegExpExecArray) => Reply];

const value = (values: { readonly [name: string]: string | number }): string =>
  `\r\r\n${Object.entries(values)
    .map(([name, one]) => `${name}=${one}\r\r\n`)
    .join('')}`;
const cim = (time: number): string =>
  `${new Date(time)
    .toISOString()
    .replace(/[-:TZ]/g, '')
    .replace(/\.(\d{3})$/, '.$1000')}+000`;
const eventXml = (id: number, recordId: number): string =>
  `<Event><System><EventID>${id}</EventID><TimeCreated SystemTime='2015-05-04T09:00:00.000000000Z'/><EventRecordID>${recordId}</EventRecordID></System><EventData><Data>p</Data><Data>1</Data><Data>dc1</Data><Data>55</Data></EventData></Event>`;

const handlers: readonly Handler[] = [
  [/^chcp/, () => [0, 'Active code page: 437\r\n']],
  [/^echo %windir%/, () => [0, 'C:\\Windows\r\n']],
  [
    /^certutil/,
    ({ stagedDigest }) =>
      stagedDigest === null ? [2, 'not found\r\n'] : [0, `head:\r\n${stagedDigest}\r\n`],
  ],
  [
    /^wmic logicaldisk/,
    ({ freeBytes }) =>
      freeBytes === null ? [1, 'ERROR\r\n'] : [0, value({ FreeSpace: freeBytes })],
  ],
  [/^wmic os/, ({ bootTime }) => [0, value({ LastBootUpTime: cim(bootTime) })]],
  [
    /^wmic process/,
    (host) => [
      0,
      host.now < host.servicingBusyUntil
        ? value({ CommandLine: 'wusa.exe other.msu', Name: 'wusa.exe', ProcessId: 9 })
        : '',
    ],
  ],
  [
    /^wevtutil qe System/,
    ({ bootRecordId }) => (bootRecordId === null ? [1, ''] : [0, eventXml(6005, bootRecordId)]),
  ],
  [/^reg query .*Interface"/, () => [0, '']],
  [/^reg query/, () => [0, '\r\nHKEY_LOCAL_MACHINE\\X\\Interface\r\n']],
  [/^dism .*get-packages/, ({ packageState }) => [0, packageList(packageState)]],
  [/^schtasks \/query/, (host) => [0, host.tasks.map(taskRow).join('')]],
  [/^schtasks \/create \/tn "(\S+?)-(\S+)"/, createTask],
  [/^schtasks \/run \/tn "(\S+)"/, startTask],
  [/^schtasks \/delete \/tn "(\S+)"/, deleteTask],
  [
    /^\(if exist "[^"]*\\([^"\\]+)\.result\.txt"/,
    ({ results }, [, attempt = '']) => [
      0,
      results.has(attempt) ? `${results.get(attempt) ?? ''}\r\n` : 'no-such-file\r\n',
    ],
  ],
  [/^\(if exist "[^"]*\.log"/, () => [0, 'dism says so\r\n']],
  [
    /^\(if exist .*echo gone/,
    ({ stagedDigest }) => [0, stagedDigest === null ? 'gone\r\n' : 'there\r\n'],
  ],
  [/^\(if exist .*rmdir/, (host) => [0, ((host.stagedDigest = null), '')]],
  [/^shutdown \/r/, shutDown],
];

function direct(host: ModelHost, command: string): Reply {
  for (const [pattern, handle] of handlers) {
    const match = pattern.exec(command);
    if (match !== null) return handle(host, match);
  }
  throw new Error(`the model knows no ${command}`);
}

function packageList(state: string | null): string {
  const block = (identity: string, text: string): string =>
    `Package Identity : ${identity}\r\nState : ${text}\r\n`;
  const ours = 'Package_for_KB3004383~31bf3856ad364e35~amd64~~6.1.1.0';
  return (
    block('Package_for_KB2999999~x~amd64~~6.1.1.0', 'Installed') +
    (state === null ? '' : block(ours, state))
  );
}

function taskRow({ name, startedAt, endedWith }: ModelTask): string {
  const last = startedAt === null ? 267011 : (endedWith ?? 267009);
  return `"H","\\${name}","N/A","x","x","N/A","${last}","SYSTEM","x"\r\n`;
}

function createTask(host: ModelHost, [, hotfix = '', attempt = '']: RegExpExecArray): Reply {
  const name = `${hotfix}-${attempt}`;
  host.tasks = host.tasks.filter((task) => task.name !== name);
  host.tasks.push({ name, startedAt: null, endedWith: null, attempt });
  host.counts.tasksCreated += 1;
  return [0, ''];
}

function startTask(host: ModelHost, [, name = '']: RegExpExecArray): Reply {
  const task = host.tasks.find((one) => one.name === name);
  if (task === undefined) return [1, 'ERROR: no such task\r\n'];
  if (task.startedAt !== null && task.endedWith === null) return [0, ''];
  task.startedAt = host.now;
  task.endedWith = null;
  host.counts.installs += 1;
  return [0, ''];
}

function deleteTask(host: ModelHost, [, name = '']: RegExpExecArray): Reply {
  host.tasks = host.tasks.filter((task) => task.name !== name);
  return [0, ''];
}

function shutDown(host: ModelHost): Reply {
  if (host.outages.length > 0)
    return [1190, 'A system shutdown has already been scheduled.(1190)\r\n'];
  host.counts.shutdowns += 1;
  host.outages.push({ from: host.now + 5000, to: host.now + 5000 + host.bootMs });
  return [0, ''];
}
