import type { ShutdownReason } from './log/system-events';

/** What Windows itself gives as reason when servicing wants one more reboot. */
export const servicingReason: ShutdownReason = {
  process: 'C:\\Windows\\servicing\\TrustedInstaller.exe',
  user: 'NT AUTHORITY\\SYSTEM',
  text: 'Operating System: Upgrade (Planned)',
  code: '0x80020003',
  kind: 'restart',
  comment: '',
};
