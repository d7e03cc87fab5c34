import type { Host } from '../../host';
import { shutdownReason } from '../../shutdown-reason';
import { type MethodCall, type MethodResult, methodsOf, returnValueOnly } from './wmi-class';

/** Flags of Win32Shutdown; 4 is added to each to force it, which changes nothing on a machine without users. */
const flagBits = { shutdown: 1, reboot: 2, force: 4, powerOff: 8 } as const;
const invalidParameter = 87;

interface Order {
  readonly flags: number;
  readonly delaySeconds: number;
  readonly comment: string;
  /** Null when the method takes none. */
  readonly reason: number | null;
}

/** Return values are those of Win32: 1115 a shutdown is under way, 1190 one is scheduled. */
function shutDown({ power, windows }: Host, order: Order): MethodResult {
  const { flags, delaySeconds, comment, reason } = order;
  const action = flags & ~flagBits.force;
  // Without any flag it logs the caller off, whose network logon ends by itself.
  if (action === 0) return { ReturnValue: 0 };
  const isRestart = action === flagBits.reboot;
  if (!isRestart && action !== flagBits.shutdown && action !== flagBits.powerOff) {
    return { ReturnValue: invalidParameter };
  }
  const code = power.shutDown({
    delayMs: delaySeconds * 1000,
    restarts: isRestart,
    reason: shutdownReason({
      process: String.raw`C:\Windows\system32\wbem\wmiprvse.exe`,
      user: `${windows.computerName}\\Administrator`,
      isRestart,
      comment,
      code: reason ?? 0,
      isGiven: reason !== null,
    }),
  });
  return { ReturnValue: code };
}

function numberIn({ parameters }: MethodCall, name: string): number {
  return Number(parameters[name] ?? 0);
}

const atOnce = { delaySeconds: 0, comment: '', reason: null } as const;

export const shutdownMethods = methodsOf(
  {
    name: 'Reboot',
    input: {},
    output: returnValueOnly,
    run: ({ host }) => shutDown(host, { ...atOnce, flags: flagBits.reboot }),
  },
  {
    name: 'Shutdown',
    input: {},
    output: returnValueOnly,
    run: ({ host }) => shutDown(host, { ...atOnce, flags: flagBits.shutdown }),
  },
  {
    name: 'Win32Shutdown',
    input: { Flags: 'sint32', Reserved: 'sint32' },
    output: returnValueOnly,
    run: (call) => shutDown(call.host, { ...atOnce, flags: numberIn(call, 'Flags') }),
  },
  {
    name: 'Win32ShutdownTracker',
    input: { Timeout: 'uint32', Comment: 'string', ReasonCode: 'uint32', Flags: 'sint32' },
    output: returnValueOnly,
    run: (call) =>
      shutDown(call.host, {
        flags: numberIn(call, 'Flags'),
        delaySeconds: numberIn(call, 'Timeout'),
        comment: String(call.parameters['Comment'] ?? ''),
        reason: numberIn(call, 'ReasonCode'),
      }),
  },
);
