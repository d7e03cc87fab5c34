import { X509Certificate } from 'node:crypto';
import type {
  LoginAttempt,
  Machine,
  MachineFiles,
  MachineProcess,
  StartOptions,
} from '../../../lab/machine';
import { noManagement } from '../no-management';
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
  switchPower(power: 'on' | 'off'): void;
}

export function createFakeMachine(
  commands: { readonly [start: string]: FakeCommand } = {},
  windows: WindowsOptions = {},
  certificate?: string,
): FakeMachine {
  const listeners = new Set<(power: 'on' | 'off') => void>();
  const machine: Omit<FakeMachine, 'power'> & { power: 'on' | 'off' } = {
    options: {
      id: 'fake01',
      transport: { kind: 'winrm', scheme: 'http' },
      credential: { ...account, ...(certificate !== undefined && { certificate }) },
      windows,
    },
    faults: {},
    power: 'on',
    logins: [],
    started: [],
    running: new Set(),
    files: {} as MachineFiles,
    ...noManagement,
    onPower: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    login: (attempt) => {
      machine.logins.push(attempt);
      return (
        machine.faults.refuseLogin !== true &&
        isAccount(attempt) &&
        provesItself(attempt, machine.options.credential.certificate)
      );
    },
    start: (line, options) => {
      machine.started.push(line);
      const found = Object.entries(commands).find(([start]) => line.startsWith(start));
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

/** NTLM takes the domain off the name. */
function isAccount(attempt: LoginAttempt): boolean {
  const domain = 'domain' in attempt ? `${attempt.domain}\\` : '';
  return [account.username, 'operator'].includes(`${domain}${attempt.username}`.replace(/^\\/, ''));
}

function provesItself(attempt: LoginAttempt, certificate: string | undefined): boolean {
  if ('proves' in attempt) return attempt.proves(account.password);
  if ('password' in attempt) return attempt.password === account.password;
  if (!('certificateFingerprint' in attempt) || certificate === undefined) return false;
  const { fingerprint256 } = new X509Certificate(certificate);
  return fingerprint256.replaceAll(':', '').toLowerCase() === attempt.certificateFingerprint;
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
