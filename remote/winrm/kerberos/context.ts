import { Failure } from '../../../contracts/failures';
import type { AuthenticationStep, SecurityContext } from '../security-context';
import type { GssCalls, InitStep } from './gss-calls';
import { neededFlags } from './gss-calls';
import { GssError } from './gss-error';
import type { Login } from './kerberos-failure';
import { hostileToken, kerberosFailure, ticketRefused } from './kerberos-failure';
import type { Handle } from './library';
import type { SpnegoAnswer } from './spnego';
import {
  SpnegoRefused,
  decodeSpnegoAnswer,
  encodeSpnegoInit,
  encodeSpnegoMic,
  isKerberos,
  offeredMechanisms,
} from './spnego';
import type { Ticket } from './ticket';
import { toWindowsParts } from './windows-token';

export interface KerberosContextOptions {
  readonly calls: GssCalls;
  readonly ticket: Ticket;
  readonly login: Login;
  readonly scheme: 'Negotiate' | 'Kerberos';
  readonly channelBindings: Buffer | null;
}

const nothingMore: AuthenticationStep = { token: null, isLast: true };

export function createKerberosContext(options: KerberosContextOptions): SecurityContext {
  const { calls, login, scheme } = options;
  const gss = createGssContext(options);
  return {
    mechanism: 'kerberos',
    step: async (received) => {
      if (received === null) {
        const token = await gss.first();
        return { token: scheme === 'Negotiate' ? encodeSpnegoInit(token) : token, isLast: true };
      }
      if (gss.isComplete()) return nothingMore;
      if (scheme === 'Negotiate') return answerSpnego(gss, received, options);
      await gss.finish(received);
      return nothingMore;
    },
    isComplete: () => gss.isComplete(),
    seal: (message) => {
      const { bytes, isSealed } = calls.wrap(gss.handle(), message);
      const parts = isSealed ? toWindowsParts(bytes, message.length) : null;
      if (parts === null) throw cipherTooOld(login);
      return parts;
    },
    unseal: ({ header, data }) => {
      try {
        const { bytes, isSealed } = calls.unwrap(gss.handle(), Buffer.concat([header, data]));
        if (isSealed) return bytes;
      } catch (error) {
        if (error instanceof GssError) throw hostileToken(error.message, login, error);
        throw error;
      }
      throw hostileToken('its message is signed and not sealed', login);
    },
    dispose: () => gss.dispose(),
  };
}

/** RFC 4178, 4.2.2: Kerberos' own answer, the state of the negotiation, and a proof of it where one was asked for. */
async function answerSpnego(
  gss: GssContext,
  received: Buffer,
  { calls, login }: KerberosContextOptions,
): Promise<AuthenticationStep> {
  const answer = readAnswer(received, login);
  const { state, mechanism, token } = answer;
  if (mechanism !== null && !isKerberos(mechanism)) throw ticketRefused(login);
  // With a refusal may come a KRB-ERROR, which says why: it makes this throw.
  if (token !== null) await gss.finish(token);
  if (state === 'reject') throw ticketRefused(login);
  if (!gss.isComplete()) return nothingMore;
  const mic = micOf(answer);
  if (mic !== null) verifyOffer(gss, mic, { calls, login });
  // Asked for in either way, or the acceptor's own waits for its counterpart (RFC 4178, 5).
  const isAsked = state === 'request-mic' || (mic !== null && state !== 'completed');
  if (!isAsked) return nothingMore;
  return { token: encodeSpnegoMic(calls.getMic(gss.handle(), offeredMechanisms)), isLast: true };
}

/** Windows 2000 repeats its token in place of a MIC. */
const micOf = ({ mic, token }: SpnegoAnswer): Buffer | null =>
  mic !== null && token !== null && mic.equals(token) ? null : mic;

function verifyOffer(
  gss: GssContext,
  mic: Buffer,
  { calls, login }: Pick<KerberosContextOptions, 'calls' | 'login'>,
): void {
  try {
    calls.verifyMic(gss.handle(), offeredMechanisms, mic);
  } catch (error) {
    if (!(error instanceof GssError)) throw error;
    throw hostileToken('the list of mechanisms was altered on its way', login, error);
  }
}

function readAnswer(received: Buffer, login: Login): SpnegoAnswer {
  try {
    return decodeSpnegoAnswer(received);
  } catch (error) {
    if (error instanceof SpnegoRefused) throw hostileToken(error.message, login);
    throw error;
  }
}

/** The context of the library, which must not be freed while a call on another thread uses it. */
interface GssContext {
  first(): Promise<Buffer>;
  /** Takes the host's answer: its proof that it has the key of the service. */
  finish(received: Buffer): Promise<void>;
  isComplete(): boolean;
  /** @throws Error before it is complete, and after it was disposed of */
  handle(): Handle;
  dispose(): void;
}

function createGssContext(options: KerberosContextOptions): GssContext {
  const { calls, ticket, login, channelBindings } = options;
  let context: Handle = null;
  let isComplete = false;
  let isDisposed = false;
  let isBusy = false;

  const free = (): void => {
    calls.deleteContext(context);
    context = null;
    isComplete = false;
  };
  const init = async (received: Buffer | null): Promise<InitStep> => {
    if (isDisposed || isBusy) throw new Error('the login was given up, or is under way');
    isBusy = true;
    const given = context;
    // A call that fails frees it.
    context = null;
    try {
      const step = await ticket.use((credential, target) =>
        calls.initContext({ credential, target, channelBindings, received, context: given }),
      );
      context = step.context;
      return step;
    } finally {
      isBusy = false;
      if (isDisposed) free();
    }
  };

  return {
    first: async () => {
      try {
        const { token } = await init(null);
        if (token !== null) return token;
      } catch (error) {
        throw kerberosFailure(error, login, 'ticket');
      }
      throw new Error('the GSSAPI began a login without a token');
    },
    finish: async (received) => {
      if (context === null) throw hostileToken('it answers no login', login);
      const step = await init(received).catch((error: unknown) => {
        throw kerberosFailure(error, login, 'host');
      });
      const isWhole = (step.flags & neededFlags) === neededFlags;
      if (step.isComplete && !isWhole) throw hostileToken('it does without proof or seal', login);
      isComplete = step.isComplete && !isDisposed;
    },
    isComplete: () => isComplete,
    handle: () => {
      if (!isComplete) throw new Error('the login is not complete');
      return context;
    },
    dispose: () => {
      isDisposed = true;
      if (!isBusy) free();
    },
  };
}

/**
 * The tokens of RC4 (RFC 4757) are padded by a byte, and how Windows lays out that one in a sealed message is not known
 * for certain. Whoever still has it has AES too, from Windows Server 2008 on, once the account allows it.
 */
function cipherTooOld({ host, username, servicePrincipal }: Login): Failure {
  const what = `the Kerberos ticket for ${servicePrincipal} is of a cipher older than AES, with which messages are not sealed here`;
  return new Failure('kerberos-unavailable', what, {
    facts: { host, username, servicePrincipal, reason: 'cipher' },
    advice:
      'let the account of the host use AES (msDS-SupportedEncryptionTypes), or use https or auth: ntlm',
  });
}
