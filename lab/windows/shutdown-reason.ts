import type { ShutdownReason } from './log/system-events';

/** Major reasons, and the minor ones of "Operating System" (reason codes of winreg.h). */
const titles: Readonly<Record<string, string>> = {
  '0:0': 'Other',
  '1:1': 'Hardware: Maintenance',
  '2:3': 'Operating System: Upgrade',
  '2:4': 'Operating System: Reconfiguration',
  '2:16': 'Operating System: Service pack',
  '2:17': 'Operating System: Hot fix',
  '2:18': 'Operating System: Security fix',
  '4:1': 'Application: Maintenance',
};

export interface ShutdownOrigin {
  readonly process: string;
  readonly user: string;
  readonly isRestart: boolean;
  readonly comment: string;
  /** Top bit: planned; bits 16 to 23 the major reason, those below the minor one. */
  readonly code: number;
  /** Whether somebody gave the reason, who is then told whether it was a planned one. */
  readonly isGiven: boolean;
}

export function shutdownReason(origin: ShutdownOrigin): ShutdownReason {
  const code = origin.code >>> 0;
  const title = titles[`${(code >>> 16) & 0xff}:${code & 0xffff}`];
  const planned = code >= 0x80000000 ? ' (Planned)' : origin.isGiven ? ' (Unplanned)' : '';
  return {
    process: origin.process,
    user: origin.user,
    text: `${title ?? 'No title for this reason could be found'}${planned}`,
    code: `0x${code.toString(16)}`,
    kind: origin.isRestart ? 'restart' : 'power off',
    comment: origin.comment,
  };
}
