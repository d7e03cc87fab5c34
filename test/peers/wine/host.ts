import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Credential, SshConnection } from '../../../contracts/fleet';
import { judgePython } from '../../judges/judge';
import type { Sshd } from '../sshd';
import { startSshd } from '../sshd';
import { startBridgeServer } from './bridge-server';
import { createMachine, launcherPath } from './machine';
import type { Machine } from './machine';
import { bridgeProgram, hostsFolder, prefixTemplate } from './place';
import { addKeys, serviceKey } from './registry-text';
import type { RegistryKey, WineService } from './registry-text';
import { overridesFor, windowsKeys } from './scenery';
import { answerOf, keptTools, standIns } from './stand-ins/answer';
import { logEvent } from './state';
import type { HostState } from './state';

/** A Windows host: OpenSSH's sshd, and behind it Wine's cmd.exe and what Wine has of Windows' tools. */
export interface WineHost {
  readonly connection: SshConnection;
  readonly credential: Credential;
  readonly sshd: Sshd;
  readonly state: HostState;
  /** Puts the stand-ins in the places of the tools that Wine has not, or only as stubs. */
  putStandIns(): Promise<void>;
  /** When the restart that was asked for is over. */
  rebooted(): Promise<void>;
  close(): Promise<void>;
}

export interface WineHostOptions {
  readonly services?: readonly WineService[];
  /** Keys below HKEY_LOCAL_MACHINE. */
  readonly registry?: readonly RegistryKey[];
  /** Whether the stand-ins are there from the start. @default true */
  readonly standIns?: boolean;
  readonly state?: Partial<Pick<HostState, 'fileVersions' | 'dismFails' | 'fixes'>>;
  /** Whether SFTP is there. @default true */
  readonly sftp?: boolean;
}

const tools = Object.keys(standIns) as (keyof typeof standIns)[];
/** Between the end of one session of Windows and the begin of the next, in milliseconds. */
const downMs = 300;
const run = promisify(execFile);

export async function startWineHost(options: WineHostOptions = {}): Promise<WineHost> {
  const closers: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    for (const closeOne of closers.splice(0).toReversed()) await closeOne();
  };
  try {
    return { ...(await open(options, closers)), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function open(
  options: WineHostOptions,
  closers: (() => Promise<void>)[],
): Promise<Omit<WineHost, 'close'>> {
  const machine = await makeMachine(options);
  closers.push(() => rm(machine.prefix, { recursive: true, force: true }));
  const state = createState(machine, options);
  const bridge = await startBridgeServer((asked) => answerOf(state, asked));
  closers.push(() => bridge.close());
  await writeFile(join(machine.driveC, 'windows', 'stand-ins.port'), String(bridge.port));
  if (options.standIns !== false) await putStandIns(machine);
  closers.push(() => machine.shutDown());
  await boot(state);
  const sshd = await startSshd(await sshdOptions(machine, options));
  closers.push(() => sshd.close());
  const reboots = createReboots(state, sshd);
  closers.push(() => reboots.end());
  return {
    connection: {
      kind: 'ssh',
      address: '127.0.0.1',
      port: sshd.port,
      credentialRef: 'env:WINE',
      hostKey: sshd.fingerprint(),
    },
    credential: { username: sshd.username, privateKey: await sshd.clientKey() },
    sshd,
    state,
    putStandIns: () => putStandIns(machine),
    rebooted: () => reboots.over(),
  };
}

/** A prefix whose files are those of the template (hard links) and whose registry is its own. */
async function makeMachine({ services = [], registry = [] }: WineHostOptions): Promise<Machine> {
  await mkdir(hostsFolder, { recursive: true });
  // The set-up of the next run looks whether this process is still there.
  const prefix = await mkdtemp(join(hostsFolder, `host-${process.pid}-`));
  await run('cp', ['-al', `${prefixTemplate}/.`, prefix]);
  const files = await readdir(prefix);
  for (const file of files.filter((name) => name.endsWith('.reg'))) {
    await rm(join(prefix, file));
    await copyFile(join(prefixTemplate, file), join(prefix, file));
  }
  await addKeys(prefix, 'system.reg', [...windowsKeys, ...registry, ...services.map(serviceKey)]);
  await addKeys(prefix, 'user.reg', [overridesFor(tools)]);
  const machine = createMachine(prefix);
  for (const program of ['launcher', 'bridge']) {
    await copyFile(bridgeProgram, join(machine.driveC, 'windows', `${program}.exe`));
  }
  return machine;
}

async function putStandIns({ driveC }: Machine): Promise<void> {
  for (const tool of tools) {
    const file = join(driveC, standIns[tool].place, `${tool}.exe`);
    const kept = file.replace(/\.exe$/, '-of-wine.exe');
    // Removed or renamed first: the file is the template's too.
    if (keptTools.includes(tool)) await rename(file, kept);
    else await rm(file, { force: true });
    await copyFile(bridgeProgram, file);
  }
}

function createState(machine: Machine, { state = {} }: WineHostOptions): HostState {
  return {
    machine,
    packages: [
      // A Windows without a single package is none.
      {
        identity: 'Microsoft-Windows-Foundation-Package~31bf3856ad364e35~amd64~~6.1.7601.17514',
        state: 'Installed',
      },
    ],
    logs: new Map([
      ['System', []],
      ['Application', []],
    ]),
    tasks: new Map(),
    fileVersions: new Map(state.fileVersions),
    dismFails: state.dismFails ?? null,
    fixes: state.fixes ?? {},
    unfixed: new Map(),
    ledger: [],
    restart: null,
  };
}

/** Boots Windows; the event log service notes its start, and servicing ends what waited for it. */
async function boot(state: HostState): Promise<void> {
  await state.machine.boot();
  await completePending(state);
  logEvent(state, 'System', { provider: 'EventLog', eventId: 6005, data: [] });
  state.ledger.push({ effect: 'booted', what: '' });
}

async function completePending(state: HostState): Promise<void> {
  const { machine, packages } = state;
  const waiting = packages.filter((one) => one.state !== 'Installed');
  if (waiting.length === 0) return;
  for (const one of waiting) {
    if (one.state === 'Install Pending') {
      one.state = 'Installed';
      bringFiles(state);
    } else {
      packages.splice(packages.indexOf(one), 1);
      for (const [path, version] of state.unfixed) state.fileVersions.set(path, version);
    }
  }
  await machine.run(`reg delete "HKLM\\${pendingKey}" /f`);
}

function bringFiles({ fixes, fileVersions, unfixed }: HostState): void {
  for (const [path, version] of Object.entries(fixes)) {
    unfixed.set(path, fileVersions.get(path) ?? version);
    fileVersions.set(path, version);
  }
}

const pendingKey = `${windowsKeys[0]?.path ?? ''}\\RebootPending`;

/** Lets the host restart by itself, and whoever closes it wait until it is not in the middle of that. */
function createReboots(
  state: HostState,
  sshd: Sshd,
): { over(): Promise<void>; end(): Promise<void> } {
  let current: Promise<void> = Promise.resolve();
  let isOver = false;
  const reboot = async (afterMs: number): Promise<void> => {
    await pause(afterMs);
    if (isOver) return;
    await sshd.kill();
    await state.machine.shutDown();
    await pause(downMs);
    await boot(state);
    await sshd.start();
    state.restart = restart;
  };
  const restart = (afterMs: number): void => {
    current = reboot(afterMs);
  };
  state.restart = restart;
  return {
    over: () => current,
    async end() {
      isOver = true;
      await current;
    },
  };
}

const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms);
  });

const single = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;

/** Everything that is asked for goes through a script, which is what sshd makes of a Windows account's shell. */
async function sshdOptions(
  { prefix, driveC, environment }: Machine,
  { sftp = true }: WineHostOptions,
): Promise<Parameters<typeof startSshd>[0]> {
  const script = join(prefix, 'shell.sh');
  const server = `${judgePython} ${join(__dirname, '..', 'sftp_drives.py')} ${driveC}`;
  const names = ['HOME', 'WINEPREFIX', 'WINEDEBUG', 'LC_ALL', 'TZ'];
  const lines = [
    '#!/bin/sh',
    // ForceCommand stands before the subsystem too (sshd_config(5)).
    `if [ "$SSH_ORIGINAL_COMMAND" = ${single(server)} ]; then exec ${server}; fi`,
    `cd ${single(join(driveC, 'users'))}`,
    ...names.map((name) => `export ${name}=${single(environment[name] ?? '')}`),
    'unset DISPLAY',
    'export ROLLOUT_LINE="$SSH_ORIGINAL_COMMAND"',
    `exec wine ${single(launcherPath)}`,
    '',
  ];
  await writeFile(script, lines.join('\n'), { mode: 0o755 });
  return {
    sftp: sftp ? server : null,
    config: [`ForceCommand ${script}`],
  };
}
