import { X509Certificate, createHash, timingSafeEqual } from 'node:crypto';
import type { Ledger } from '../ledger';
import type { LoginAttempt, Machine } from '../machine';
import type { LabFaults, LabHostOptions } from '../types';
import { type SetTimer, setRealTimer } from './clock';
import { createHost } from './create-host';
import { createMachineFiles } from './files/machine-files';
import { createMachineEventLogs } from './log/machine-event-logs';
import { startSession } from './process/start-session';
import { createMachineWmi } from './wmi/machine-wmi';

export interface MachineEnvironment {
  readonly ledger: Ledger;
  /** How many times faster than life things take. @default 1 */
  readonly timeScale?: number;
  /** @default Date.now */
  readonly now?: () => number;
  /** @default setTimeout */
  readonly setTimer?: SetTimer;
}

/** A machine whose faults can be changed while it runs. */
export interface WindowsMachine extends Machine {
  setFaults(faults: LabFaults): void;
}

/**
 * An emulated Windows server: its own state, its own programs, no sockets.
 *
 * @throws Error for options that no machine can have
 */
export function createMachine(
  options: LabHostOptions,
  environment: MachineEnvironment,
): WindowsMachine {
  const { ledger, timeScale = 1, now = Date.now, setTimer = setRealTimer } = environment;
  if (!(timeScale > 0))
    throw new Error(`The lab's timeScale is ${timeScale}; give a number above 0.`);
  let faults = options.faults ?? {};
  const { host, dispose } = createHost(options, {
    ledger,
    timeScale,
    now,
    setTimer,
    faults: () => faults,
  });
  const login = (attempt: LoginAttempt): boolean => {
    const isAccepted =
      host.faults.refuseLogin !== true &&
      host.power.state === 'on' &&
      isAdministrator(options, attempt);
    host.record(isAccepted ? 'session-opened' : 'login-refused', { username: attempt.username });
    return isAccepted;
  };
  return {
    options,
    get faults() {
      return faults;
    },
    setFaults(next) {
      faults = next;
    },
    get power() {
      return host.power.state;
    },
    onPower: (listener) => host.power.onChange(listener),
    login,
    start: (commandLine, startOptions) => startSession(host, commandLine, startOptions),
    files: createMachineFiles(host.files),
    wmi: createMachineWmi(host),
    eventLogs: createMachineEventLogs(host),
    dispose,
  };
}

function isAdministrator({ credential }: LabHostOptions, attempt: LoginAttempt): boolean {
  if (bareName(attempt.username) !== bareName(credential.username)) return false;
  if ('publicKey' in attempt) {
    return (
      credential.publicKey !== undefined &&
      keyMaterial(attempt.publicKey) === keyMaterial(credential.publicKey)
    );
  }
  if ('certificateFingerprint' in attempt) {
    return (
      credential.certificate !== undefined &&
      fingerprintOf(credential.certificate) === attempt.certificateFingerprint
    );
  }
  if (credential.password === undefined) return false;
  return 'proves' in attempt
    ? attempt.proves(credential.password)
    : isSame(attempt.password, credential.password);
}

function fingerprintOf(pem: string): string {
  return new X509Certificate(pem).fingerprint256.replaceAll(':', '').toLowerCase();
}

/** `CONTOSO\user`, `.\user` and `user@contoso.test` are the same account as `user`. */
function bareName(username: string): string {
  return username.replace(/^.*\\/, '').replace(/@.*$/, '').toLowerCase();
}

/** Kind and key of a line such as `ssh-ed25519 AAAA… comment`. */
function keyMaterial(line: string): string {
  return line.trim().split(/\s+/).slice(0, 2).join(' ');
}

function isSame(a: string, b: string): boolean {
  return timingSafeEqual(digest(a), digest(b));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
