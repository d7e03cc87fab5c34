import { Failure } from '../../contracts/failures';
import type { FailureCode } from '../../contracts/failures';
import type { Target } from './errors';
import { faultCodes } from './wire/fault';
import type { WsManFault } from './wire/fault';

interface FaultKind {
  readonly failure: FailureCode;
  /** In place of the advice of the failure's code. */
  readonly advice?: string;
}

const kind = (failure: FailureCode, advice?: string): FaultKind => ({
  failure,
  ...(advice !== undefined && { advice }),
});

/** A code of Win32 as the HRESULT that some providers make of it (FACILITY_WIN32). */
const hresult = (code: number): number => (0x80070000 | code) >>> 0;

/** Both forms of a code of Win32. */
const win32 = (code: number, what: FaultKind): [number, FaultKind][] => [
  [code, what],
  [hresult(code), what],
];

const accessDenied = kind(
  'rights-missing',
  'use an administrator of the host; a local account other than the built-in Administrator needs LocalAccountTokenFilterPolicy = 1 there',
);

/**
 * What follows from the code of a fault. The texts beside it are translated and are only shown. Codes from 2150858752
 * on are those of wsmerror.h, the others of Win32.
 */
const faultKinds: ReadonlyMap<number, FaultKind> = new Map([
  ...win32(5, accessDenied),
  // The stream is still busy with the last message, or the service with its start.
  ...win32(170, kind('too-many-sessions')),
  ...win32(995, kind('connection-lost')),
  ...win32(1018, kind('connection-lost')),
  ...win32(1115, kind('connection-lost')),
  // MaxMemoryPerShellMB: the shell with all that runs in it has used up what it may.
  ...win32(8, kind('too-many-sessions', 'raise MaxMemoryPerShellMB on the host')),
  ...win32(14, kind('too-many-sessions', 'raise MaxMemoryPerShellMB on the host')),
  ...win32(2, kind('protocol-error', 'look whether cmd.exe can be run by this account')),
  // The account behind a mapped certificate, or one that was disabled or locked since.
  ...win32(1326, kind('login-refused')),
  ...win32(1909, kind('login-refused', 'unlock the account, and find out who locked it')),
  ...win32(1331, kind('login-refused', 'enable the account')),
  // ERROR_WSMAN_REMOTESHELLS_NOT_ALLOWED
  [
    2150859180,
    kind(
      'rights-missing',
      'allow shells on the host (policy AllowRemoteShellAccess, winrm/config/winrs)',
    ),
  ],
  [faultCodes.timedOut, kind('command-timeout')],
  [faultCodes.shellNotFound, kind('connection-lost')],
  [
    faultCodes.tooManyShells,
    kind('too-many-sessions', 'end other shells of this account, or raise MaxShellsPerUser'),
  ],
  [
    faultCodes.tooManyOperations,
    kind(
      'too-many-sessions',
      'end other work of this account, or raise MaxConcurrentOperationsPerUser',
    ),
  ],
  [
    faultCodes.schemaInvalid,
    kind('protocol-error', 'report this: the host does not take the form of the message'),
  ],
  [
    faultCodes.noSuchResource,
    kind(
      'protocol-error',
      'look whether the resource is enabled on the host (winrm get winrm/config/winrs: AllowRemoteShellAccess)',
    ),
  ],
  [
    faultCodes.settingUnsupported,
    kind('protocol-error', 'report this: the host does not know a setting that was asked for'),
  ],
]);

/** The Failure for a fault that nobody on the way up knew what to do about. */
export function faultFailure(fault: WsManFault, target: Target, doing: string): Failure {
  const { code } = fault;
  const { failure, advice } = (code === null ? undefined : faultKinds.get(code)) ?? unknownFault;
  const name = code === null ? (fault.subcode ?? 'without a code') : String(code);
  return new Failure(failure, `WinRM at ${target.url} answered ${doing} with fault ${name}`, {
    facts: {
      host: target.host,
      faultCode: code,
      faultMessage: fault.message.slice(0, 300),
      machine: fault.machine,
      provider: fault.provider,
      providerFault: fault.providerFault?.slice(0, 300) ?? null,
    },
    ...(advice !== undefined && { advice }),
  });
}

const unknownFault = kind('protocol-error', 'look up the fault code; the host refused this');
