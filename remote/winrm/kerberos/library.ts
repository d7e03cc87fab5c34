import { Failure } from '../../../contracts/failures';
import type { CType, Koffi, Library } from './koffi';

/** A pointer of the library's; null is its NULL. */
export type Handle = bigint | null;

/** `gss_buffer_desc`: on the way in `value` is a Buffer, on the way out an address. */
export interface BufferDesc {
  length?: number | bigint;
  value?: Buffer | bigint | null;
}

/** `gss_OID_desc` */
export interface OidDesc {
  readonly length: number;
  readonly elements: Buffer;
}

interface OidSetDesc {
  readonly count: number;
  readonly elements: readonly OidDesc[];
}

interface BindingsDesc {
  readonly initiatorType: number;
  readonly initiator: BufferDesc;
  readonly acceptorType: number;
  readonly acceptor: BufferDesc;
  readonly application: BufferDesc;
}

interface KeyValueSetDesc {
  readonly count: number;
  readonly elements: readonly { readonly key: string; readonly value: string }[];
}

/** Where the library writes a number or a pointer. */
export type Out<T> = [T];

type Call<A extends readonly unknown[]> = (minor: Out<number>, ...rest: A) => number;
/** One that may wait for a KDC: it has a form that runs on a thread of its own. */
type SlowCall<A extends readonly unknown[]> = Call<A> & {
  readonly async: (
    minor: Out<number>,
    ...rest: [...A, (error: Error | null, major: number) => void]
  ) => void;
};

/** The functions of RFC 2744, and of MIT's extensions, that a login needs; each returns the major status. */
export interface Gssapi {
  readonly importName: Call<[name: BufferDesc, type: OidDesc, out: Out<Handle>]>;
  readonly releaseName: Call<[name: Out<Handle>]>;
  readonly acquireWithPassword: SlowCall<
    [Handle, BufferDesc, number, OidSetDesc, number, Out<Handle>, null, null]
  >;
  readonly acquire: SlowCall<[Handle, number, OidSetDesc, number, Out<Handle>, null, null]>;
  /** MIT's alone: Heimdal, and so macOS, has no way to name a cache or keytab for one credential. */
  readonly acquireFrom: SlowCall<
    [Handle, number, OidSetDesc, number, KeyValueSetDesc, Out<Handle>, null, null]
  > | null;
  readonly releaseCredential: Call<[credential: Out<Handle>]>;
  readonly initContext: SlowCall<
    [
      Handle,
      Out<Handle>,
      Handle,
      OidDesc,
      number,
      number,
      BindingsDesc | null,
      BufferDesc | null,
      null,
      BufferDesc,
      Out<number>,
      null,
    ]
  >;
  readonly deleteContext: Call<[context: Out<Handle>, out: null]>;
  readonly wrap: Call<[Handle, number, number, BufferDesc, Out<number>, BufferDesc]>;
  readonly unwrap: Call<[Handle, BufferDesc, BufferDesc, Out<number>, Out<number>]>;
  readonly getMic: Call<[Handle, number, BufferDesc, BufferDesc]>;
  readonly verifyMic: Call<[Handle, BufferDesc, BufferDesc, Out<number>]>;
  readonly displayStatus: Call<[number, number, OidDesc, Out<number>, BufferDesc]>;
  readonly releaseBuffer: Call<[buffer: BufferDesc]>;
  /** The bytes at an address, copied. */
  readonly bytesAt: (address: bigint, length: number) => Buffer;
}

/** How the library is found. Tests put their own in place of these. */
export interface Loading {
  readonly platform: string;
  readonly architecture: string;
  readonly requireKoffi: () => unknown;
}

const thisMachine: Loading = {
  platform: process.platform,
  architecture: process.arch,
  // An optional dependency: whoever does without Kerberos does without it.
  // oxlint-disable-next-line typescript/no-require-imports -- it must not be loaded before it is needed
  requireKoffi: () => require('koffi') as unknown,
};

const notMac = ['libgssapi_krb5.so.2', 'libgssapi.so.3'];
const onMac = ['libgssapi_krb5.2.dylib', '/System/Library/Frameworks/GSS.framework/GSS'];

/**
 * In getaddrinfo and in what resolves names behind it, the C library takes more than the 128 KiB of stack that koffi
 * gives a call on another thread. @unit bytes
 */
const stackForSlowCalls = 1024 * 1024;

let loaded: Gssapi | null = null;

/**
 * The system's GSSAPI: MIT's, else Heimdal's. Loaded once.
 *
 * @throws Failure `kerberos-unavailable` with reason `platform`, `koffi` or `library`
 */
export function loadGssapi(loading: Loading = thisMachine): Gssapi {
  if (loading !== thisMachine) return load(loading);
  loaded ??= load(loading);
  return loaded;
}

function load({ platform, architecture, requireKoffi }: Loading): Gssapi {
  if (platform === 'win32') {
    throw unavailable('platform', 'Kerberos is not supported where this worker runs on Windows', {
      advice: 'run the worker on Linux, or use auth: ntlm',
    });
  }
  let koffi: Koffi;
  try {
    koffi = requireKoffi() as Koffi;
  } catch (cause) {
    throw unavailable('koffi', 'Kerberos needs the npm package koffi, which is not installed', {
      advice: 'install it (`npm install --include=optional`), or use auth: ntlm',
      cause,
    });
  }
  giveStack(koffi);
  const names = platform === 'darwin' ? onMac : notMac;
  const failures: unknown[] = [];
  for (const name of names) {
    try {
      return bind(koffi, koffi.load(name), platform === 'darwin' && architecture === 'x64');
    } catch (error) {
      failures.push(error);
    }
  }
  const what = `Kerberos needs the system's GSSAPI, and neither ${names.join(' nor ')} can be used (${failures.map(String).join('; ')})`;
  throw unavailable('library', what, {
    advice:
      'install it (Debian: apt-get install libgssapi-krb5-2; Red Hat: dnf install krb5-libs), or use auth: ntlm',
    cause: failures[0],
  });
}

/** Before the first library of the process only: koffi takes no other setting afterwards, whoever loaded one. */
function giveStack(koffi: Koffi): void {
  const config = koffi.config();
  if ((config.async_stack_size ?? 0) >= stackForSlowCalls) return;
  koffi.config({ ...config, async_stack_size: stackForSlowCalls });
}

function unavailable(
  reason: string,
  what: string,
  options: { readonly advice: string; readonly cause?: unknown },
): Failure {
  return new Failure('kerberos-unavailable', what, { ...options, facts: { reason } });
}

/** What is passed to the functions; in: read by the library, out: written, io: both. */
function typesOf(koffi: Koffi, isPacked: boolean) {
  // Types without names: a name can be given once in a process.
  const struct = (members: { readonly [name: string]: CType }): CType =>
    isPacked ? koffi.pack(members) : koffi.struct(members);
  const buffer = struct({ length: 'size_t', value: 'void *' });
  const oid = struct({ length: 'uint32_t', elements: 'void *' });
  const oids = struct({ count: 'size_t', elements: koffi.pointer(oid) });
  const pair = koffi.struct({ key: 'const char *', value: 'const char *' });
  const pairs = koffi.struct({ count: 'uint32_t', elements: koffi.pointer(pair) });
  const bindings = struct({
    initiatorType: 'uint32_t',
    initiator: buffer,
    acceptorType: 'uint32_t',
    acceptor: buffer,
    application: buffer,
  });
  const [u32, int, ref] = ['uint32_t', 'int', 'void *'] as const;
  const [inBuffer, inOid, inOids] = [
    koffi.pointer(buffer),
    koffi.pointer(oid),
    koffi.pointer(oids),
  ];
  const outBuffer = koffi.out(koffi.pointer(buffer));
  const outRef = koffi.out(koffi.pointer('void *'));
  const ioRef = koffi.inout(koffi.pointer('void *'));
  const outU32 = koffi.out(koffi.pointer('uint32_t'));
  const ioU32 = koffi.inout(koffi.pointer('uint32_t'));
  const outInt = koffi.out(koffi.pointer('int'));
  const inBindings = koffi.pointer(bindings);
  const inPairs = koffi.pointer(pairs);
  const ioBuffer = koffi.inout(koffi.pointer(buffer));
  return {
    u32,
    int,
    ref,
    inBuffer,
    inOid,
    inOids,
    inBindings,
    inPairs,
    outBuffer,
    ioBuffer,
    outRef,
    ioRef,
    outU32,
    ioU32,
    outInt,
  } as const;
}

/**
 * @param isPacked Apple's gssapi.h packs its structures on Intel: no gap before a pointer
 */
function bind(koffi: Koffi, library: Library, isPacked: boolean): Gssapi {
  const { u32, int, ref, ...types } = typesOf(koffi, isPacked);
  const { inBuffer, inOid, inOids, inBindings, inPairs, outBuffer, ioBuffer } = types;
  const { outRef, ioRef, outU32, ioU32, outInt } = types;
  const call = (name: string, given: readonly CType[]): never =>
    library.func(`gss_${name}`, u32, [outU32, ...given]) as never;
  const optional = (name: string, given: readonly CType[]): Gssapi['acquireFrom'] => {
    try {
      return call(name, given);
    } catch {
      return null;
    }
  };
  return {
    importName: call('import_name', [inBuffer, inOid, outRef]),
    releaseName: call('release_name', [ioRef]),
    acquireWithPassword: call('acquire_cred_with_password', [
      ref,
      inBuffer,
      u32,
      inOids,
      int,
      outRef,
      ref,
      ref,
    ]),
    acquire: call('acquire_cred', [ref, u32, inOids, int, outRef, ref, ref]),
    acquireFrom: optional('acquire_cred_from', [ref, u32, inOids, int, inPairs, outRef, ref, ref]),
    releaseCredential: call('release_cred', [ioRef]),
    initContext: call('init_sec_context', [
      ref,
      ioRef,
      ref,
      inOid,
      u32,
      u32,
      inBindings,
      inBuffer,
      ref,
      outBuffer,
      outU32,
      ref,
    ]),
    deleteContext: call('delete_sec_context', [ioRef, ref]),
    wrap: call('wrap', [ref, int, u32, inBuffer, outInt, outBuffer]),
    unwrap: call('unwrap', [ref, inBuffer, outBuffer, outInt, outU32]),
    getMic: call('get_mic', [ref, u32, inBuffer, outBuffer]),
    verifyMic: call('verify_mic', [ref, inBuffer, inBuffer, outU32]),
    displayStatus: call('display_status', [u32, int, inOid, ioU32, outBuffer]),
    releaseBuffer: call('release_buffer', [ioBuffer]),
    // Copied at once: the view is of memory that is about to be released.
    bytesAt: (address, length) => Buffer.from(Buffer.from(koffi.view(address, length))),
  };
}
