import { createHash } from 'node:crypto';
import type {
  LoginAttempt,
  Machine,
  MachineFiles,
  MachineProcess,
  StartOptions,
} from '../../../lab/machine';
import type { LabFaults, WindowsOptions } from '../../../lab/types';

export const account = { username: 'FLEET\\operator', password: 'pässwort: with a colon' };

/** What a fake command sees of its process. */
interface FakeProcess {
  readonly line: string;
  readonly options: StartOptions;
  readonly out: (text: string | Buffer) => void;
  readonly err: (text: string | Buffer) => void;
  readonly exit: (code: number) => void;
  readonly onInput: (listener: (bytes: Buffer) => void, onEnd: () => void) => void;
}

export type FakeCommand = (process: FakeProcess) => void;

/** A machine without Windows: commands are functions, found by the first words of the line. */
export interface FakeMachine extends Machine {
  faults: LabFaults;
  readonly logins: LoginAttempt[];
  readonly started: string[];
  readonly running: Set<MachineProcess>;
  readonly disk: Map<string, Buffer>;
  switchPower(power: 'on' | 'off'): void;
}

export function createFakeMachine(
  commands: { readonly [start: string]: FakeCommand } = {},
  windows: WindowsOptions = {},
): FakeMachine {
  const listeners = new Set<(power: 'on' | 'off') => void>();
  const disk = new Map<string, Buffer>();
  const known = { ...uploadCommands(disk), ...commands };
  const machine: Omit<FakeMachine, 'power'> & { power: 'on' | 'off' } = {
    options: {
      id: 'fake01',
      transport: { kind: 'winrm', scheme: 'http' },
      credential: account,
      windows,
    },
    faults: {},
    power: 'on',
    logins: [],
    started: [],
    running: new Set(),
    disk,
    files: {} as MachineFiles,
    onPower: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    login: (attempt) => {
      machine.logins.push(attempt);
      return (
        machine.faults.refuseLogin !== true &&
        attempt.username === account.username &&
        'password' in attempt &&
        attempt.password === account.password
      );
    },
    start: (line, options) => {
      machine.started.push(line);
      const found = Object.entries(known).find(([start]) => line.startsWith(start));
      return startFake(found?.[1] ?? unknownCommand, line, options, machine.running);
    },
    switchPower: (power) => {
      machine.power = power;
      for (const listener of listeners) listener(power);
    },
    dispose: () => undefined,
  };
  return machine;
}

const unknownCommand: FakeCommand = ({ line, err, exit }) => {
  err(`'${line}' is not recognized as an internal or external command,\r\n`);
  exit(1);
};

function startFake(
  command: FakeCommand,
  line: string,
  options: StartOptions,
  running: Set<MachineProcess>,
): MachineProcess {
  const outputs: ((stream: 'stdout' | 'stderr', bytes: Buffer) => void)[] = [];
  let onInput: (bytes: Buffer) => void = () => undefined;
  let onEnd: () => void = () => undefined;
  const early: Buffer[] = [];
  let exit: (code: number) => void = () => undefined;
  const exited = new Promise<number>((resolve) => {
    exit = resolve;
  });
  const emit = (stream: 'stdout' | 'stderr', text: string | Buffer): void => {
    for (const listener of outputs) listener(stream, Buffer.from(text));
  };
  const process: MachineProcess = {
    stdin: {
      write: (bytes) => onInput(Buffer.from(bytes)),
      end: () => onEnd(),
    },
    onOutput: (listener) => void outputs.push(listener),
    exited,
    kill: () => exit(1),
  };
  running.add(process);
  void exited.then(() => running.delete(process));
  // As a real process: nothing is printed before the one who started it could listen.
  setImmediate(() =>
    command({
      line,
      options,
      out: (text) => emit('stdout', text),
      err: (text) => emit('stderr', text),
      exit,
      onInput: (listener, end) => {
        [onInput, onEnd] = [listener, end];
        early.splice(0).forEach(listener);
      },
    }),
  );
  onInput = (bytes) => early.push(bytes);
  return process;
}

/** Just enough of cmd for what an upload asks; the real tools are those of lab/windows. */
function uploadCommands(disk: Map<string, Buffer>): { [start: string]: FakeCommand } {
  const quoted = (line: string): string[] =>
    [...line.matchAll(/"([^"]+)"/g)].map(([, text]) => text ?? '');
  return {
    mkdir: ({ line, onInput, exit }) => {
      const path = quoted(line).at(-1) ?? '';
      disk.set(path, Buffer.alloc(0));
      if (line.includes('type nul')) return exit(0);
      const pieces: Buffer[] = [];
      onInput(
        (bytes) => pieces.push(bytes),
        () => {
          disk.set(path, Buffer.concat(pieces));
          exit(0);
        },
      );
    },
    certutil: ({ line, out, exit }) => {
      const [from = '', to = ''] = quoted(line);
      const bytes = Buffer.from((disk.get(from) ?? Buffer.alloc(0)).toString('latin1'), 'base64');
      disk.set(to, bytes);
      const digest = createHash('sha256')
        .update(bytes)
        .digest('hex')
        .replace(/(..)(?=.)/g, '$1 ');
      out(`SHA256-Hash der Datei ${to}:\r\n${digest}\r\nCertUtil: -hashfile\r\n`);
      exit(0);
    },
    del: ({ line, exit }) => {
      const [text = '', from = '', to = ''] = quoted(line);
      disk.delete(text);
      const bytes = disk.get(from);
      disk.delete(from);
      if (to !== '' && bytes !== undefined) disk.set(to, bytes);
      exit(0);
    },
  };
}
