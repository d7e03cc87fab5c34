import { Failure } from '../../../contracts/failures';
import type { PasswordCredential } from '../../../contracts/fleet';
import type { Target } from '../errors';
import type { Mechanism, SecurityContext } from '../security-context';
import { createNtlmInitiator } from '../wire/ntlm/initiator';
import { NtlmRefused } from '../wire/ntlm/refused';
import type { NtlmSecurity } from '../wire/ntlm/security';
import { parseAccount } from './account';

export const spnegoProtocol = 'application/HTTP-SPNEGO-session-encrypted';

/**
 * NTLMv2 in bare tokens under `Negotiate`, without SPNEGO around them: what Windows takes from every client of the
 * field, and the one scheme that all of its versions offer.
 */
export function createNtlmMechanism(
  { username, password }: PasswordCredential,
  servicePrincipal: string,
  target: Target,
): Mechanism {
  const { name, domain } = parseAccount(username);
  return {
    scheme: 'Negotiate',
    protocol: spnegoProtocol,
    createContext: ({ channelBindings }) => {
      const login = { username: name, domain, password };
      return createContext(
        createNtlmInitiator({ login, channelBindings, servicePrincipal }),
        target,
      );
    },
  };
}

function createContext(
  initiator: ReturnType<typeof createNtlmInitiator>,
  target: Target,
): SecurityContext {
  let security: NtlmSecurity | null = null;
  const complete = (): NtlmSecurity => {
    if (security === null) throw new Error('the login is not complete');
    return security;
  };
  const authenticate = (challenge: Buffer): Buffer => {
    const answer = initiator.authenticate(challenge);
    security = answer.security;
    return answer.token;
  };
  return {
    mechanism: 'ntlm',
    // Async, so that what is refused rejects.
    step: async (received) => {
      if (security !== null) return Promise.resolve({ token: null, isLast: true });
      if (received === null) return { token: initiator.negotiate(), isLast: false };
      return { token: refusing(target, () => authenticate(received)), isLast: true };
    },
    isComplete: () => security !== null,
    seal: (message) => complete().seal(message),
    unseal: ({ header, data }) => refusing(target, () => complete().unseal(header, data)),
    dispose: () => security?.dispose(),
  };
}

function refusing<T>(target: Target, act: () => T): T {
  try {
    return act();
  } catch (error) {
    if (!(error instanceof NtlmRefused)) throw error;
    const what = `${target.url} answered in a way that NTLM refuses: ${error.message}`;
    throw new Failure('hostile-reply', what, { facts: { host: target.host }, cause: error });
  }
}
