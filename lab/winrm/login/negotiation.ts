import { createNtlmAcceptor } from '../../../remote/winrm/wire/ntlm/acceptor';
import type { NtlmAcceptorOptions } from '../../../remote/winrm/wire/ntlm/acceptor';
import { decodeAuthenticate } from '../../../remote/winrm/wire/ntlm/authenticate-message';
import { NtlmRefused } from '../../../remote/winrm/wire/ntlm/refused';
import type { NtlmSecurity } from '../../../remote/winrm/wire/ntlm/security';
import type { Machine } from '../../machine';
import { decodeSpnego, encodeSpnego, ntlmOid } from './spnego';
import type { SpnegoRequest } from './spnego';

export type NegotiationStep =
  /** 401 with this token; the client has something to say to it. */
  | { readonly kind: 'continue'; readonly token: Buffer }
  | {
      readonly kind: 'accepted';
      readonly username: string;
      readonly security: NtlmSecurity;
      /** What SPNEGO ends with; bare NTLM ends without a word of the host. */
      readonly token: Buffer | null;
    }
  | { readonly kind: 'refused' };

/** One login under `Negotiate`: NTLM bare, as most clients send it, or in SPNEGO; which, the first token tells. */
export interface Negotiation {
  step(token: Buffer): NegotiationStep;
}

type Accepted = Extract<NegotiationStep, { kind: 'accepted' }>;

const refused = { kind: 'refused' } as const;
const ntlmSignature = Buffer.from('NTLMSSP\0', 'latin1');

export function createNegotiation(machine: Machine, options: NtlmAcceptorOptions): Negotiation {
  const ntlm = createNtlmLogin(machine, options);
  const spnego = createSpnegoLogin(ntlm);
  return {
    step: (token) => {
      try {
        return isNtlm(token) ? ntlm.step(token) : spnego.step(token);
      } catch (error) {
        if (error instanceof NtlmRefused) return refused;
        throw error;
      }
    },
  };
}

/** Whether a token begins a login, whatever came before it on the connection. */
export function beginsLogin(token: Buffer): boolean {
  if (isNtlm(token)) return token.length >= 12 && token.readUInt32LE(8) === 1;
  return (decodeSpnego(token)?.mechanisms.length ?? 0) > 0;
}

const isNtlm = (token: Buffer): boolean => token.subarray(0, 8).equals(ntlmSignature);

/** @throws NtlmRefused from `step` when a token is damaged or out of turn */
function createNtlmLogin(machine: Machine, options: NtlmAcceptorOptions): Negotiation {
  const acceptor = createNtlmAcceptor(options);
  let challenged = false;
  return {
    step: (token) => {
      if (!challenged) {
        challenged = true;
        return { kind: 'continue', token: acceptor.challenge(token) };
      }
      const { username, domain } = decodeAuthenticate(token);
      let security: NtlmSecurity | null = null;
      const isAccepted = machine.login({
        username,
        domain,
        proves: (password) => {
          const verdict = acceptor.authenticate(token, () => password);
          if (verdict.ok) ({ security } = verdict);
          return verdict.ok;
        },
      });
      if (!isAccepted || security === null) return refused;
      return { kind: 'accepted', username, security, token: null };
    },
  };
}

/**
 * The host's half of RFC 4178 for NTLM alone. A client that would rather have had another mechanism is asked for the
 * MIC over its list of them, which it sends of itself when NTLM made a MIC ([MS-SPNG] 3.2.5.1); both sides then send one.
 */
function createSpnegoLogin(ntlm: Negotiation): Negotiation {
  let mechanismList: Buffer = Buffer.alloc(0);
  let demandsMic = false;
  let hasAnswered = false;
  const proceed = (token: Buffer | null): NegotiationStep => {
    const isFirst = !hasAnswered;
    hasAnswered = true;
    const answer = encodeSpnego({
      // Both are said in the first answer only (RFC 4178, 4.2.2).
      state: isFirst && demandsMic ? 'requestMic' : 'incomplete',
      ...(isFirst && { mechanism: ntlmOid }),
      ...(token !== null && { token }),
    });
    return { kind: 'continue', token: answer };
  };
  const finish = (step: Accepted, mic: Buffer | null): NegotiationStep => {
    if (mic === null) {
      return demandsMic ? refused : { ...step, token: encodeSpnego({ state: 'complete' }) };
    }
    step.security.verifyMechList(mechanismList, mic);
    const ours = step.security.signMechList(mechanismList);
    return { ...step, token: encodeSpnego({ state: 'complete', mic: ours }) };
  };
  const begin = (request: SpnegoRequest, list: Buffer): NegotiationStep | null => {
    if (!request.mechanisms.includes(ntlmOid)) return refused;
    mechanismList = list;
    demandsMic = request.mechanisms[0] !== ntlmOid;
    // A token that was sent on trust belongs to the mechanism that the client would rather have.
    return demandsMic || request.token === null ? proceed(null) : null;
  };
  return {
    step: (received) => {
      const request = decodeSpnego(received);
      if (request === null) return refused;
      const begun = request.mechanismList === null ? null : begin(request, request.mechanismList);
      if (begun !== null) return begun;
      if (request.token === null) return refused;
      const step = ntlm.step(request.token);
      if (step.kind === 'continue') return proceed(step.token);
      return step.kind === 'accepted' ? finish(step, request.mic) : step;
    },
  };
}
