import { constants } from 'node:crypto';
import type { Socket } from 'node:net';
import { isIP } from 'node:net';
import { connect, createSecureContext } from 'node:tls';
import type { ConnectionOptions, SecureContext, SecureContextOptions, TLSSocket } from 'node:tls';
import { Failure } from '../../contracts/failures';
import type { CertificateCredential, WinRmConnection } from '../../contracts/fleet';
import { codeOf, socketFailure } from './errors';
import type { Target } from './errors';
import { endedInHandshake, tlsFailure } from './tls-failure';
import type { TlsOffer } from './tls-failure';
import type { Trust } from './trust';
import { summaryOf } from './trust-certificate';
import { certificateFailure } from './trust-failure';

/** What was agreed with a host, for evidence and the doctor. */
export interface AgreedTls {
  /** `TLSv1`, `TLSv1.1`, `TLSv1.2` or `TLSv1.3` */
  readonly protocol: string;
  /** Name of the suite in IANA's register. */
  readonly cipher: string;
  /** TLS 1.0 or 1.1, or a connection for which they, short keys and SHA-1 were allowed. */
  readonly isLegacy: boolean;
}

export interface AcceptedTls {
  readonly tls: AgreedTls;
  readonly offer: TlsOffer;
  /** DER */
  readonly serverCertificate: Buffer;
}

export interface TlsDialOptions {
  readonly connection: WinRmConnection;
  readonly target: Target;
  readonly trust: Trust;
  /** Shown when the host asks for it, at once or by renegotiation as http.sys does. */
  readonly clientCertificate?: CertificateCredential;
}

export interface TlsDial {
  connect(where: ConnectionOptions): TLSSocket;
  /** @throws Failure when the certificate of a socket that is `secureConnect` is not believed. */
  accept(socket: TLSSocket): AcceptedTls;
  /** What went wrong on a socket that never got that far. */
  explain(error: unknown, socket: Socket, isConnected: boolean): Failure;
}

/** @throws Failure credential-malformed when the client certificate cannot be used. */
export function createTlsDial(options: TlsDialOptions): TlsDial {
  const { connection, target, trust, clientCertificate } = options;
  const isLegacy = connection.tls === 'legacy';
  const context = contextOf(options, isLegacy);
  const offer: TlsOffer = {
    isLegacy,
    clientCertificate: clientCertificate === undefined ? null : titleOf(clientCertificate),
  };
  return {
    connect: (where) =>
      connect({
        ...where,
        secureContext: context,
        // An IP address is no server name (RFC 6066, 3).
        ...(isIP(connection.address) === 0 && { servername: connection.address }),
        // `accept` decides. Node itself would drop the certificate together with the connection, and nobody could say
        // what is wrong with it.
        rejectUnauthorized: false,
      }),
    accept: (socket) => {
      const serverCertificate = believe(socket, trust, target, connection.address);
      socket.on('secureConnect', () => refuseOther(socket, serverCertificate, target));
      return { serverCertificate, offer, tls: agreedWith(socket, isLegacy) };
    },
    explain: (error, socket, isConnected) => {
      const errno = codeOf(error);
      const moment = certificateOf(socket as TLSSocket) === null ? 'greeting' : 'handshake';
      const found = tlsFailure(errno, target, moment, offer, error);
      if (found !== null) return found;
      if (isConnected && endings.includes(errno)) return endedInHandshake(errno, target, error);
      return socketFailure(error, target, 'connect');
    },
  };
}

function agreedWith(socket: TLSSocket, isLegacy: boolean): AgreedTls {
  const protocol = socket.getProtocol() ?? 'unknown';
  return {
    protocol,
    cipher: socket.getCipher().standardName,
    isLegacy: isLegacy || ['TLSv1', 'TLSv1.1'].includes(protocol),
  };
}

/** Code of a connection that the other side closed without an error. */
export const closedWhileConnecting = 'closed while connecting';

const endings = ['ECONNRESET', 'EPIPE', 'ECONNABORTED', closedWhileConnecting];

/**
 * The most that TLS of today allows; for `tls: legacy` all that OpenSSL still can: TLS 1.0, keys and hashes of any
 * strength (security level 0), and servers before MS10-049 that do not know RFC 5746. A client certificate ends at
 * TLS 1.2: Schannel asks for it after the handshake, which TLS 1.3 allows only to clients that offered it, and Node does not.
 */
function versionsFor(isLegacy: boolean, hasClientCertificate: boolean): SecureContextOptions {
  return {
    ...(isLegacy && {
      minVersion: 'TLSv1',
      ciphers: 'DEFAULT:@SECLEVEL=0',
      secureOptions: constants.SSL_OP_LEGACY_SERVER_CONNECT,
    }),
    ...(hasClientCertificate && { maxVersion: 'TLSv1.2' }),
  };
}

/** Kept as long as the list of the system is: reading it takes OpenSSL 30 ms, for every session anew. */
const systemContexts = new WeakMap<Trust, Map<boolean, SecureContext>>();

function contextOf(options: TlsDialOptions, isLegacy: boolean): SecureContext {
  const { trust, clientCertificate } = options;
  const make = (): SecureContext =>
    createSecureContext({
      ...versionsFor(isLegacy, clientCertificate !== undefined),
      ...(trust.kind !== 'pinned' && trust.pem !== null && { ca: trust.pem }),
      ...(trust.kind === 'issuers' && trust.revoked !== null && { crl: trust.revoked }),
      ...(clientCertificate !== undefined && {
        cert: clientCertificate.certificate,
        key: clientCertificate.privateKey,
        passphrase: clientCertificate.passphrase,
      }),
    });
  if (clientCertificate !== undefined) {
    try {
      return make();
    } catch (error) {
      throw unusableCertificate(codeOf(error), options.target);
    }
  }
  const contexts = systemContexts.get(trust) ?? new Map<boolean, SecureContext>();
  const context = contexts.get(isLegacy) ?? make();
  if (trust.kind === 'system') systemContexts.set(trust, contexts.set(isLegacy, context));
  return context;
}

const certificateFaults: readonly (readonly [RegExp, string, string])[] = [
  [/KEY_VALUES_MISMATCH|KEY_TYPE_MISMATCH/, 'key-mismatch', 'certificate and key are no pair'],
  [/BAD_DECRYPT|PASSPHRASE|INTERRUPTED/, 'wrong-passphrase', 'its passphrase is wrong or missing'],
  [/KEY_TOO_SMALL|MD_TOO_WEAK/, 'too-weak', 'its key or signature is too weak for TLS of today'],
];

/** The error itself is not handed on as the cause: what OpenSSL quotes there is its own affair. */
function unusableCertificate(errno: string, target: Target): Failure {
  const known = certificateFaults.find(([pattern]) => pattern.test(errno));
  const [, reason, what] = known ?? [null, 'not-pem', 'certificate or key cannot be read as PEM'];
  return new Failure(
    'credential-malformed',
    `${target.url}: the client certificate of its credential cannot be used: ${what} (${errno})`,
    {
      facts: { host: target.host, reason, error: errno },
      advice: 'give the credential certificate, privateKey and passphrase that belong together',
    },
  );
}

function titleOf({ certificate }: CertificateCredential): string {
  const { subject, issuer, validTo } = summaryOf(certificate);
  return `"${subject}" of "${issuer}", valid until ${validTo}`;
}

/** The server's certificate, once it is believed. */
function believe(socket: TLSSocket, trust: Trust, target: Target, address: string): Buffer {
  const certificate = certificateOf(socket);
  if (certificate === null) {
    throw new Failure('certificate-invalid', `${target.url} shows no certificate`, {
      facts: { host: target.host, reason: 'none' },
    });
  }
  if (trust.kind === 'pinned') {
    const found = summaryOf(certificate).fingerprint;
    if (found !== trust.fingerprint)
      throw changed(target, 'is not the pinned one', trust.fingerprint, found);
    return certificate;
  }
  if (socket.authorized) return certificate;
  // An error by its type, but Node puts its code there.
  const code = String(socket.authorizationError);
  const chain = [certificate, ...issuersOf(socket)] as const;
  throw certificateFailure({ code, chain, target, address });
}

/**
 * After a renegotiation. Where the extended master secret (RFC 7627) is not known, a server could otherwise pass the
 * handshake on to another one and lend it our client certificate ("triple handshake").
 */
function refuseOther(socket: TLSSocket, expected: Buffer, target: Target): void {
  const found = certificateOf(socket);
  if (found?.equals(expected) === true) return;
  const shown = found === null ? '' : summaryOf(found).fingerprint;
  socket.destroy(
    changed(target, 'was replaced during the connection', summaryOf(expected).fingerprint, shown),
  );
}

function changed(target: Target, what: string, expected: string, found: string): Failure {
  return new Failure(
    'certificate-changed',
    `the certificate of ${target.url} ${what}: expected ${expected}, found ${found || 'none'}`,
    { facts: { host: target.host, expected, found } },
  );
}

/** DER. `getPeerX509Certificate` of Node 20 takes it off the chain, so that a second call gives the issuer's. */
function certificateOf(socket: TLSSocket): Buffer | null {
  // The type does not say so, but without a certificate it is empty, and on a closed socket null.
  const shown = socket.getPeerCertificate() as { readonly raw?: Buffer } | null;
  return shown?.raw ?? null;
}

/** Only as far as they were sent or are trusted; the last one names itself. */
function issuersOf(socket: TLSSocket): Buffer[] {
  const issuers: Buffer[] = [];
  let one = socket.getPeerCertificate(true);
  while (
    one.issuerCertificate !== undefined &&
    one.issuerCertificate !== one &&
    issuers.length < 10
  ) {
    one = one.issuerCertificate;
    issuers.push(one.raw);
  }
  return issuers;
}
