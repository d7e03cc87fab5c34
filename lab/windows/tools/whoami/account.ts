import type { Invocation } from '../../process/invocation';

export interface Account {
  /** `domain\user`, lower case as whoami prints it. */
  readonly name: string;
  readonly sid: string;
  /** Null for an account that no domain knows. */
  readonly upn: string | null;
}

/** Whose token the process has: the session's administrator, or the local system of a task. */
export function accountOf({ context, host }: Invocation): Account {
  const { windows, options } = host;
  if (context.identity === 'system')
    return { name: 'nt authority\\system', sid: 'S-1-5-18', upn: null };
  const { username } = options.credential;
  const [, domain, user = username] = /^(?:(.+)\\)?([^@\\]+)(?:@.*)?$/.exec(username) ?? [];
  const isInDomain = (domain !== undefined && domain !== '.') || username.includes('@');
  const scope = isInDomain ? (domain ?? windows.domain.split('.')[0] ?? '') : windows.computerName;
  return {
    name: `${scope}\\${user}`.toLowerCase(),
    sid: `S-1-5-21-${isInDomain ? '1004336348-1177238915-682003330' : machineSid(windows.seed)}-500`,
    upn: isInDomain ? `${user}@${windows.domain}` : null,
  };
}

/** Three numbers that are the machine's own, the same in every run. */
function machineSid(seed: number): string {
  return [seed, Math.imul(seed, 2_654_435_761) >>> 0, Math.imul(seed, 40_503) >>> 0].join('-');
}
