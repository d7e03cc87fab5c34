import { Failure } from '../../../contracts/failures';
import type { WinRmAuth } from '../../../contracts/fleet';
import type { Target } from '../errors';
import type { HttpReply } from '../http-connection';
import { parseAccount } from './account';
import { parseChallenges } from './challenges';

/** What was tried when a host answered 401. */
export interface Attempt {
  readonly auth: WinRmAuth;
  readonly username: string;
  readonly isTls: boolean;
  /** Schemes of the `Authorization` header that were sent. */
  readonly schemes: readonly string[];
  /** Why Kerberos was not used where it was asked for first; null when it was, or was not asked for. */
  readonly withoutKerberos: string | null;
}

/** Skew from which Kerberos refuses a ticket, and from which a clock is worth a word. */
const skewMs = 5 * 60_000;

/**
 * Why a login was refused, as far as the wire tells: whether the method is offered at all, what the host's clock shows,
 * and what else gives the same answer. Never names more than was seen.
 */
export function loginRefused(
  reply: HttpReply,
  attempt: Attempt,
  target: Target,
  now: number,
): Failure {
  const offered = [...new Set(parseChallenges(reply.challenges).map(({ scheme }) => scheme))];
  // Windows lists no scheme for certificates.
  const isOffered =
    attempt.auth === 'certificate' ||
    offered.length === 0 ||
    attempt.schemes.some((one) => offered.includes(one.toLowerCase()));
  const skew = clockSkew(reply.date, now);
  const facts = {
    host: target.host,
    username: attempt.username,
    auth: attempt.auth,
    offered: offered.join(', '),
    reason: isOffered ? 'refused' : 'method-not-offered',
    clockSkewMs: skew,
  };
  if (!isOffered) {
    const what = `${target.url} does not offer ${attempt.schemes.join(' or ')} authentication (it offers ${offered.join(', ')})`;
    return new Failure('login-refused', what, { facts, advice: adviceForMethod(attempt) });
  }
  const { withoutKerberos } = attempt;
  const what = `${target.url} refused the login of ${attempt.username} (${attempt.auth})`;
  const why = withoutKerberos === null ? '' : `; NTLM was used because ${withoutKerberos}`;
  return new Failure('login-refused', `${what}${why}`, {
    facts,
    advice: adviceForLogin(attempt, skew),
  });
}

function adviceForMethod({ auth, isTls }: Attempt): string {
  if (auth === 'basic' && !isTls) {
    return 'the host takes no Basic over plain HTTP (AllowUnencrypted is false) or none at all: use auth: ntlm, which seals its messages, or https';
  }
  if (auth === 'basic')
    return 'allow Basic in the WinRM service of the host (service/auth), or use auth: ntlm';
  return 'allow Negotiate in the WinRM service of the host (service/auth), or use a method that it offers';
}

function adviceForLogin({ auth, username, isTls }: Attempt, skew: number | null): string {
  const { domain, realm, name } = parseAccount(username);
  const isLocal = domain === '' && realm === null;
  const causes = [
    auth === 'certificate'
      ? 'check that certificates are allowed (service/auth), that this one is mapped to an account (winrm/config/service/certmapping) and that the password of the mapping is current'
      : 'check user name and password behind the credentialRef',
    ...(skew !== null && Math.abs(skew) > skewMs
      ? [`correct the clocks: that of the host differs by ${Math.round(skew / 1000)} s`]
      : []),
    ...(isLocal && name.toLowerCase() !== 'administrator' && auth !== 'certificate'
      ? ['for a local account: set LocalAccountTokenFilterPolicy to 1 on the host']
      : []),
    ...(isTls && (auth === 'ntlm' || auth === 'negotiate' || auth === 'kerberos')
      ? [
          'if the password is right: something between shows another certificate than the host has (CbtHardeningLevel)',
        ]
      : []),
  ];
  return causes.join('; ');
}

function clockSkew(date: string, now: number): number | null {
  const at = Date.parse(date);
  return Number.isNaN(at) ? null : at - now;
}
