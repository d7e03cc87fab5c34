import { createHash } from 'node:crypto';
import { EventEmitter } from 'node:events';
import type { LoginAttempt, Machine, MachineFiles, MachineProcess } from '../../../lab/machine';
import { noManagement } from '../no-management';
import type { LabFaults } from '../../../lab/types';

/** What a command of a fake machine does; left out: prints nothing, ends with 0. */
export interface FakeCommand {
  readonly stdout?: Buffer;
  readonly stderr?: Buffer;
  readonly exitCode?: number;
  /** Runs until it is killed. */
  readonly hangs?: boolean;
  /** Ends when its standard input does, with what it read. */
  readonly copiesInput?: boolean;
}

export interface FakeMachine extends Machine {
  faults: LabFaults;
  readonly commands: string[];
  readonly killed: string[];
  readonly logins: LoginAttempt[];
  readonly stored: Map<string, Buffer>;
  readonly folders: Set<string>;
  setPower(power: 'on' | 'off'): void;
  setFaults(faults: LabFaults): void;
}

export const password = 'Correct-Horse-1';
export const username = 'Administrator';

const hasPassword = (attempt: LoginAttempt): boolean =>
  'password' in attempt && attempt.password === password;

/** A machine that knows nothing of Windows: commands answer from a table, uploads from three tools made for it. */
export function fakeMachine(
  commands: (commandLine: string) => FakeCommand | undefined = () => undefined,
  allow: (attempt: LoginAttempt) => boolean = hasPassword,
): FakeMachine {
  const events = new EventEmitter();
  const stored = new Map<string, Buffer>();
  const folders = new Set(['C:\\', 'C:\\Temp']);
  const machine: FakeMachine & { power: 'on' | 'off' } = {
    options: {
      id: 'fake',
      transport: { kind: 'ssh' },
      credential: { username, password },
    },
    faults: {},
    power: 'on',
    ...noManagement,
    commands: [],
    killed: [],
    logins: [],
    stored,
    folders,
    files: memoryFiles(stored, folders, () => machine.faults.diskFull === true),
    onPower: (listener) => {
      events.on('power', listener);
      return () => events.off('power', listener);
    },
    setFaults: (faults) => {
      machine.faults = faults;
    },
    setPower: (power) => {
      machine.power = power;
      events.emit('power', power);
    },
    login: (attempt) => {
      machine.logins.push(attempt);
      return attempt.username === username && allow(attempt);
    },
    start: (commandLine) => {
      const probe = shellProbe(commandLine);
      if (probe !== null) return fakeProcess(probe, () => undefined);
      machine.commands.push(commandLine);
      const answer = commands(commandLine) ?? fileTool(commandLine, stored, folders) ?? {};
      return fakeProcess(answer, () => machine.killed.push(commandLine));
    },
    dispose: () => events.removeAllListeners(),
  };
  return machine;
}

function fakeProcess(command: FakeCommand, onKill: () => void): MachineProcess {
  const listeners: ((stream: 'stdout' | 'stderr', bytes: Buffer) => void)[] = [];
  let exit: (code: number) => void = () => undefined;
  const exited = new Promise<number>((resolve) => (exit = resolve));
  const say = (stream: 'stdout' | 'stderr', bytes: Buffer) =>
    listeners.forEach((listener) => listener(stream, bytes));
  const input: Uint8Array[] = [];
  setImmediate(() => {
    if (command.stdout !== undefined) say('stdout', command.stdout);
    if (command.stderr !== undefined) say('stderr', command.stderr);
    if (command.hangs !== true && command.copiesInput !== true) exit((command.exitCode ?? 0) >>> 0);
  });
  return {
    stdin: {
      write: (bytes) => input.push(bytes),
      end: () => {
        if (command.copiesInput !== true) return;
        say('stdout', Buffer.concat(input));
        exit((command.exitCode ?? 0) >>> 0);
      },
    },
    onOutput: (listener) => listeners.push(listener),
    exited,
    kill: () => {
      onKill();
      exit(1);
    },
  };
}

/** The question for the account's shell, answered as cmd.exe does; no test's own command. */
function shellProbe(commandLine: string): FakeCommand | null {
  const mark = /^echo (shell-\w+) %COMSPEC% p\$PSHOME/.exec(commandLine)?.[1];
  if (mark === undefined) return null;
  const said = `${mark} C:\\Windows\\system32\\cmd.exe p$PSHOME s$$ ; exit 3010 # \r\n${mark}.or\r\n`;
  return { stdout: Buffer.from(said), exitCode: 3010 };
}

function fileTool(
  commandLine: string,
  stored: Map<string, Buffer>,
  folders: Set<string>,
): FakeCommand | undefined {
  const [, first = '', second = ''] = /"([^"]*)"(?: "([^"]*)")?/.exec(commandLine) ?? [];
  if (commandLine.startsWith('certutil -hashfile')) {
    const content = stored.get(first.toLowerCase());
    if (content === undefined) return { exitCode: 0x80070002 };
    const digest = createHash('sha256').update(content).digest('hex').match(/../g)?.join(' ');
    return {
      stdout: Buffer.from(`SHA256 hash of file ${first}:\r\n${digest}\r\nCertUtil: done\r\n`),
    };
  }
  if (commandLine.startsWith('mkdir')) {
    folders.add(first);
    return {};
  }
  if (commandLine.startsWith('move')) {
    const content = stored.get(first.toLowerCase());
    if (content === undefined) return { exitCode: 1 };
    stored.delete(first.toLowerCase());
    stored.set(second.toLowerCase(), content);
    return {};
  }
  return undefined;
}

const refusal = (code: string) => Object.assign(new Error(code), { code });

function memoryFiles(
  stored: Map<string, Buffer>,
  folders: Set<string>,
  isFull: () => boolean,
): MachineFiles {
  const key = (path: string) => path.toLowerCase();
  const isFolder = (path: string) => [...folders].some((folder) => key(folder) === key(path));
  return {
    stat: (path) => {
      if (isFolder(path)) return { kind: 'folder', size: 0, modifiedAt: 0 };
      const content = stored.get(key(path));
      return content === undefined ? null : { kind: 'file', size: content.length, modifiedAt: 0 };
    },
    list: (path) =>
      isFolder(path)
        ? [...stored.keys()]
            .filter((name) => name.startsWith(`${key(path)}\\`))
            .map((name) => name.slice(path.length + 1))
        : null,
    read: (path) => stored.get(key(path)) ?? null,
    write: (path, offset, bytes) => {
      if (!isFolder(path.slice(0, path.lastIndexOf('\\')))) throw refusal('ENOENT');
      if (isFull() && bytes.length > 0) throw refusal('ENOSPC');
      const old = stored.get(key(path)) ?? Buffer.alloc(0);
      const content = Buffer.alloc(Math.max(old.length, offset + bytes.length));
      old.copy(content);
      content.set(bytes, offset);
      stored.set(key(path), content);
    },
    truncate: (path, size) => {
      stored.set(key(path), Buffer.concat([stored.get(key(path)) ?? Buffer.alloc(0)], size));
    },
    makeFolder: (path) => void folders.add(path),
    remove: (path) => stored.delete(key(path)) || folders.delete(path),
    rename: (from, to) => {
      const content = stored.get(key(from));
      if (content === undefined) return false;
      stored.delete(key(from));
      stored.set(key(to), content);
      return true;
    },
  };
}
