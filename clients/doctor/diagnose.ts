import type { HostFacts } from '../../contracts/facts';
import { failureKinds } from '../../contracts/failures';
import type { Failure, FailureCode } from '../../contracts/failures';
import type { Hotfix } from '../../contracts/hotfix';
import type { HostId } from '../../contracts/ids';
import { channelWarning, channelWords } from '../channel-words';

export const checks = ['reachable', 'channel', 'login', 'rights', 'clock', 'disk', 'os'] as const;
export type Check = (typeof checks)[number];

/** What one look at a host says about one question. `null`: could not be asked, because an earlier one failed. */
export interface Finding {
  readonly check: Check;
  readonly ok: boolean | null;
  readonly found: string;
  /** What to do about it; null when it is fine. */
  readonly advice: string | null;
  /** What is not safe although it works, because the fleet asks for it; missing when nothing is. */
  readonly warning?: string;
  /** What cannot be had this way though nothing is wrong; the same words for every host, to be said once. */
  readonly note?: string;
}

export interface Diagnosis {
  readonly hostId: HostId;
  readonly findings: readonly Finding[];
}

/** Skew from which Kerberos refuses tickets and logs of two machines can no longer be laid side by side. */
const maxSkewMs = 5 * 60_000;

/** Pure: facts of the same probe that a rollout asks, so that what the doctor sees is what a rollout will see. */
export const diagnoseFacts = (
  hostId: HostId,
  facts: HostFacts,
  hotfix: Pick<Hotfix, 'install'>,
): Diagnosis => ({
  hostId,
  findings: [
    fine('reachable', 'yes'),
    channel(facts),
    { ...fine('login', 'yes'), note: networkLogon },
    rights(facts),
    clock(facts),
    disk(facts, hotfix.install.freeBytes),
    os(facts),
  ],
});

/**
 * Over either transport Windows makes a network logon (Win32-OpenSSH win32_usertoken_utils.c; Microsoft, KB2773898): what
 * people then try by hand over the same way does not work, and that is no fault of the host.
 */
const networkLogon =
  'a login over WinRM or SSH is a network logon: wusa.exe and Windows Update refuse it (error 5), and its credential goes no further, to no file share and no second host; a rollout installs with dism in a task of the SYSTEM account, from a package that was uploaded or that the host pulls';

/** Which question a failure answers; all others are those of a host that is not reached. */
const checkOf: ReadonlyMap<FailureCode, Check> = new Map([
  ['login-refused', 'login'],
  ['credential-missing', 'login'],
  ['credential-malformed', 'login'],
  ['kerberos-unavailable', 'login'],
  ['kerberos-no-ticket', 'login'],
  ['client-certificate-refused', 'login'],
  // Of what was asked for here, such as a file of the fleet that is not there.
  ['bad-request', 'channel'],
  ['host-key-unknown', 'channel'],
  ['host-key-changed', 'channel'],
  ['host-key-revoked', 'channel'],
  ['algorithms-too-weak', 'channel'],
  ['certificate-invalid', 'channel'],
  ['certificate-changed', 'channel'],
  ['tls-too-old', 'channel'],
  ['unencrypted-refused', 'channel'],
  ['rights-missing', 'rights'],
]);

/** The host itself has answered. */
const reachedCodes: readonly FailureCode[] = [
  'login-refused',
  'client-certificate-refused',
  'host-key-unknown',
  'host-key-changed',
  'host-key-revoked',
  'algorithms-too-weak',
  'certificate-invalid',
  'certificate-changed',
  'tls-too-old',
  'rights-missing',
];

/** Pure: the host could not be asked at all. */
export function diagnoseFailure(hostId: HostId, failure: Failure): Diagnosis {
  const check = checkOf.get(failure.code) ?? 'reachable';
  const isReached = reachedCodes.includes(failure.code);
  return {
    hostId,
    findings: checks.map((each) => {
      if (each === check) {
        return { check, ok: false, found: failure.message, advice: failure.advice };
      }
      return isReached && (each === 'reachable' || (check === 'rights' && each === 'login'))
        ? fine(each, 'yes')
        : { check: each, ok: null, found: 'not asked', advice: null };
    }),
  };
}

const fine = (check: Check, found: string): Finding => ({ check, ok: true, found, advice: null });
const bad = (check: Check, found: string, advice: string): Finding => ({
  check,
  ok: false,
  found,
  advice,
});

function channel({ asked }: HostFacts): Finding {
  const found = asked?.channel ?? null;
  if (found === null) return fine('channel', 'ssh');
  const warning = channelWarning(found);
  return { ...fine('channel', channelWords(found)), ...(warning !== null && { warning }) };
}

/** dism answers administrators only, and it is what a rollout needs the rights for. */
function rights({ package: found, asked }: HostFacts): Finding {
  if (found.known) return fine('rights', 'administrator');
  const advice =
    asked?.by === 'wmi'
      ? 'allow this account shells on the host (policy AllowRemoteShellAccess, winrm/config/winrs): it can be assessed, not changed'
      : failureKinds['rights-missing'].advice;
  return bad('rights', `dism does not answer: ${found.why}`, advice);
}

function clock({ hostTime, clockSkewMs }: HostFacts): Finding {
  if (!hostTime.known || clockSkewMs === null) {
    const why = hostTime.known ? 'no time was told' : hostTime.why;
    return bad('clock', `not known: ${why}`, 'look at the time of the host by hand');
  }
  const seconds = Math.round(clockSkewMs / 1000);
  const found = `${seconds < 0 ? '' : '+'}${String(seconds)} s`;
  return Math.abs(clockSkewMs) <= maxSkewMs
    ? fine('clock', found)
    : bad('clock', found, 'let the host synchronize its time (w32tm /resync), or correct ours');
}

function disk({ freeBytes }: HostFacts, needed: number): Finding {
  if (!freeBytes.known) {
    return bad('disk', `not known: ${freeBytes.why}`, 'look at its free space by hand');
  }
  const found = `${gigabytes(freeBytes.value)} free`;
  return freeBytes.value >= needed
    ? fine('disk', found)
    : bad('disk', `${found}, ${gigabytes(needed)} needed`, failureKinds['disk-full'].advice);
}

const os = ({ os: found }: HostFacts): Finding =>
  found.known
    ? fine(
        'os',
        `${found.value.version} SP${String(found.value.servicePack)} ${found.value.architecture}`,
      )
    : bad('os', `not known: ${found.why}`, failureKinds['unexpected-output'].advice);

const gigabytes = (bytes: number): string => `${(bytes / 1024 ** 3).toFixed(1)} GB`;
