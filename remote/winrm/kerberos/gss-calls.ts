import { GssError, statusText } from './gss-error';
import type { BufferDesc, Gssapi, Handle, OidDesc, Out } from './library';

const oid = (hex: string): OidDesc => {
  const elements = Buffer.from(hex, 'hex');
  return { length: elements.length, elements };
};

/** 1.2.840.113554.1.2.2 (RFC 4121, 4.1) */
export const krb5Mechanism = oid('2a864886f712010202');
/** GSS_KRB5_NT_PRINCIPAL_NAME, 1.2.840.113554.1.2.2.1 (RFC 1964, 2.1.1) */
const krb5PrincipalName = oid('2a864886f71201020201');

const onlyKrb5 = { count: 1, elements: [krb5Mechanism] };
const forInitiating = 1;
/** GSS_C_INDEFINITE: as long as the KDC gives it. */
const indefinite = 0xffffffff;
const continueNeeded = 1;

/** GSS_C_MUTUAL, REPLAY, SEQUENCE, CONF and INTEG (RFC 2744, 5.19). Not DELEG: no host is handed the ticket itself. */
export const neededFlags = 0x02 | 0x04 | 0x08 | 0x10 | 0x20;

/** Where a credential comes from, by the keys of MIT's credential stores. */
export interface CredentialStore {
  readonly [key: string]: string;
}

export interface InitStep {
  /** The context, to be given to the next call. */
  readonly context: Handle;
  readonly token: Buffer | null;
  readonly isComplete: boolean;
  readonly flags: number;
}

export interface InitArguments {
  readonly credential: Handle;
  /** Null for the first token. */
  readonly context: Handle;
  readonly target: Handle;
  readonly channelBindings: Buffer | null;
  readonly received: Buffer | null;
}

/** The GSSAPI with Buffers for its buffers, and exceptions for its status codes. */
export type GssCalls = ReturnType<typeof createGssCalls>;

/** All of them throw GssError. */
export const createGssCalls = (gss: Gssapi) => ({
  ...credentialCalls(gss),
  ...contextCalls(gss),
  ...messageCalls(gss),
});

const credentialCalls = (gss: Gssapi) => ({
  importPrincipal: (name: string): Handle => {
    const [minor, out]: [Out<number>, Out<Handle>] = [[0], [null]];
    const major = gss.importName(minor, described(Buffer.from(name)), krb5PrincipalName, out);
    check(gss, major, minor);
    return out[0];
  },
  releaseName: (name: Handle): void => {
    if (name !== null) gss.releaseName([0], [name]);
  },
  acquireWithPassword: async (name: Handle, password: Buffer): Promise<Handle> => {
    const [minor, out]: [Out<number>, Out<Handle>] = [[0], [null]];
    const given = [minor, name, described(password), indefinite, onlyKrb5, forInitiating] as const;
    const major = await slow([given, out], (done) => {
      gss.acquireWithPassword.async(...given, out, null, null, done);
    });
    check(gss, major, minor);
    return out[0];
  },
  /** What the default cache holds for a name. */
  acquire: async (name: Handle): Promise<Handle> => {
    const [minor, out]: [Out<number>, Out<Handle>] = [[0], [null]];
    const given = [minor, name, indefinite, onlyKrb5, forInitiating] as const;
    const major = await slow([given, out], (done) => {
      gss.acquire.async(...given, out, null, null, done);
    });
    check(gss, major, minor);
    return out[0];
  },
  /** Null where the library cannot do it. */
  acquireFrom: async (name: Handle, from: CredentialStore): Promise<Handle> => {
    const { acquireFrom } = gss;
    if (acquireFrom === null) return null;
    const [minor, out]: [Out<number>, Out<Handle>] = [[0], [null]];
    const elements = Object.entries(from).map(([key, value]) => ({ key, value }));
    const store = { count: elements.length, elements };
    const given = [minor, name, indefinite, onlyKrb5, forInitiating, store] as const;
    const major = await slow([given, out], (done) => {
      acquireFrom.async(...given, out, null, null, done);
    });
    check(gss, major, minor);
    return out[0];
  },
  releaseCredential: (credential: Handle): void => {
    if (credential !== null) gss.releaseCredential([0], [credential]);
  },
});

const contextCalls = (gss: Gssapi) => ({
  /** Frees the context when it fails. */
  initContext: async (step: InitArguments): Promise<InitStep> => {
    const { credential, target, received } = step;
    const [minor, context, flags]: [Out<number>, Out<Handle>, Out<number>] = [
      [0],
      [step.context],
      [0],
    ];
    const token: BufferDesc = {};
    const given = [minor, credential, context, target, krb5Mechanism, neededFlags, 0] as const;
    const input = received === null ? null : described(received);
    const bindings = bindingsOf(step.channelBindings);
    const major = await slow([given, bindings, input, token, flags], (done) => {
      gss.initContext.async(...given, bindings, input, null, token, flags, null, done);
    });
    const bytes = taken(gss, token);
    try {
      check(gss, major, minor);
    } catch (error) {
      deleteContext(gss, context[0]);
      throw error;
    }
    return { context: context[0], token: bytes, isComplete: major === 0, flags: flags[0] };
  },
  deleteContext: (context: Handle): void => deleteContext(gss, context),
});

const messageCalls = (gss: Gssapi) => ({
  wrap: (context: Handle, message: Buffer): Wrapped => {
    const [minor, sealed]: [Out<number>, Out<number>] = [[0], [0]];
    const token: BufferDesc = {};
    const major = gss.wrap(minor, context, 1, 0, described(message), sealed, token);
    return { ...result(gss, token, major, minor), isSealed: sealed[0] !== 0 };
  },
  unwrap: (context: Handle, token: Buffer): Wrapped => {
    const [minor, sealed]: [Out<number>, Out<number>] = [[0], [0]];
    const message: BufferDesc = {};
    const major = gss.unwrap(minor, context, described(token), message, sealed, [0]);
    return { ...result(gss, message, major, minor), isSealed: sealed[0] !== 0 };
  },
  getMic: (context: Handle, message: Buffer): Buffer => {
    const minor: Out<number> = [0];
    const mic: BufferDesc = {};
    const major = gss.getMic(minor, context, 0, described(message), mic);
    return result(gss, mic, major, minor).bytes;
  },
  verifyMic: (context: Handle, message: Buffer, mic: Buffer): void => {
    const minor: Out<number> = [0];
    check(gss, gss.verifyMic(minor, context, described(message), described(mic), [0]), minor);
  },
});

interface Wrapped {
  readonly bytes: Buffer;
  readonly isSealed: boolean;
}

/** Supplementary bits (replayed, out of order) are errors too: on a connection nothing is lost or doubled. */
function check(gss: Gssapi, major: number, [minor]: Out<number>): void {
  if (major <= continueNeeded) return;
  throw new GssError(major, minor, statusText(gss, major, minor, krb5Mechanism));
}

/** What the library wrote, copied; its own is released. */
function taken(gss: Gssapi, buffer: BufferDesc): Buffer | null {
  const { length = 0, value } = buffer;
  const isThere = typeof value === 'bigint' && length > 0;
  const bytes = isThere ? gss.bytesAt(value, Number(length)) : null;
  gss.releaseBuffer([0], buffer);
  return bytes;
}

function result(gss: Gssapi, buffer: BufferDesc, major: number, minor: Out<number>) {
  const bytes = taken(gss, buffer) ?? Buffer.alloc(0);
  check(gss, major, minor);
  return { bytes };
}

function deleteContext(gss: Gssapi, context: Handle): void {
  if (context !== null) gss.deleteContext([0], [context], null);
}

const described = (bytes: Buffer): BufferDesc => ({ length: bytes.length, value: bytes });

/**
 * Application data and no addresses (address type 0 is GSS_C_AF_UNSPEC): what [MS-KILE] 3.1.1.2 and RFC 5929 hash.
 */
function bindingsOf(application: Buffer | null) {
  if (application === null) return null;
  const nothing = { length: 0, value: null };
  return {
    initiatorType: 0,
    initiator: nothing,
    acceptorType: 0,
    acceptor: nothing,
    application: described(application),
  };
}

/** What a call on another thread still reads: the collector must not take it. */
const inUse = new Set<unknown>();

function slow(
  uses: unknown,
  call: (done: (error: Error | null, major: number) => void) => void,
): Promise<number> {
  return new Promise((resolve, reject) => {
    inUse.add(uses);
    call((error, major) => {
      inUse.delete(uses);
      if (error === null) resolve(major);
      else reject(error);
    });
  });
}
