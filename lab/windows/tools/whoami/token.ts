import type { Identity } from '../../process/invocation';

type Row = readonly string[];

const usual = 'Mandatory group, Enabled by default, Enabled group';
const wellKnown = 'Well-known group';

/** Groups in the token. A network logon of an administrator has the whole token: no split, high integrity. */
export function groupsOf(identity: Identity): readonly Row[] {
  if (identity === 'system') {
    return [
      [
        'BUILTIN\\Administrators',
        'Alias',
        'S-1-5-32-544',
        'Enabled by default, Enabled group, Group owner',
      ],
      ['Everyone', wellKnown, 'S-1-1-0', usual],
      ['NT AUTHORITY\\Authenticated Users', wellKnown, 'S-1-5-11', usual],
      ['Mandatory Label\\System Mandatory Level', 'Label', 'S-1-16-16384', ''],
    ];
  }
  return [
    ['Everyone', wellKnown, 'S-1-1-0', usual],
    ['BUILTIN\\Administrators', 'Alias', 'S-1-5-32-544', `${usual}, Group owner`],
    ['BUILTIN\\Users', 'Alias', 'S-1-5-32-545', usual],
    ['NT AUTHORITY\\NETWORK', wellKnown, 'S-1-5-2', usual],
    ['NT AUTHORITY\\Authenticated Users', wellKnown, 'S-1-5-11', usual],
    ['NT AUTHORITY\\This Organization', wellKnown, 'S-1-5-15', usual],
    ['Mandatory Label\\High Mandatory Level', 'Label', 'S-1-16-12288', usual],
  ];
}

export const privileges: readonly Row[] = [
  ['SeIncreaseQuotaPrivilege', 'Adjust memory quotas for a process', 'Enabled'],
  ['SeSecurityPrivilege', 'Manage auditing and security log', 'Enabled'],
  ['SeTakeOwnershipPrivilege', 'Take ownership of files or other objects', 'Enabled'],
  ['SeLoadDriverPrivilege', 'Load and unload device drivers', 'Enabled'],
  ['SeSystemtimePrivilege', 'Change the system time', 'Enabled'],
  ['SeBackupPrivilege', 'Back up files and directories', 'Enabled'],
  ['SeRestorePrivilege', 'Restore files and directories', 'Enabled'],
  ['SeShutdownPrivilege', 'Shut down the system', 'Enabled'],
  ['SeDebugPrivilege', 'Debug programs', 'Enabled'],
  ['SeChangeNotifyPrivilege', 'Bypass traverse checking', 'Enabled'],
  ['SeRemoteShutdownPrivilege', 'Force shutdown from a remote system', 'Enabled'],
  ['SeImpersonatePrivilege', 'Impersonate a client after authentication', 'Enabled'],
];
