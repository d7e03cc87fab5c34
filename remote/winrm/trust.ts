import { X509Certificate } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { createSecureContext } from 'node:tls';
import { Failure } from '../../contracts/failures';
import type { WinRmConnection } from '../../contracts/fleet';

/** Why a server's certificate is believed. */
export type Trust =
  /** Those that the system trusts; null: no list of the system was found, and Node's own stands in for it. */
  | { readonly kind: 'system'; readonly pem: string | null }
  /** `revoked` is what the same file has of revocation lists; with one, every issuer needs one. */
  | { readonly kind: 'issuers'; readonly pem: string; readonly revoked: string | null }
  /** SHA-256, 64 lower-case hex digits; stands in place of chain, name and dates. */
  | { readonly kind: 'pinned'; readonly fingerprint: string };

/** Where systems keep the list that their administrator can extend; the first that is there counts. */
const systemLists: readonly string[] = [
  '/etc/ssl/certs/ca-certificates.crt', // Debian, Ubuntu, Alpine, Arch
  '/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem', // RHEL, Fedora
  '/etc/pki/tls/certs/ca-bundle.crt', // older RHEL
  '/etc/ssl/ca-bundle.pem', // SUSE
  '/etc/ssl/cert.pem', // macOS, the BSDs
];

/**
 * @param lists files of which the first that can be read is the system's list @default the usual places
 * @throws Failure bad-request when caFile cannot be read or holds no certificate, or the fingerprint is none.
 */
export async function loadTrust(
  connection: Pick<WinRmConnection, 'address' | 'caFile' | 'certificateFingerprint'>,
  lists: readonly string[] = systemLists,
): Promise<Trust> {
  const { address, caFile, certificateFingerprint } = connection;
  if (certificateFingerprint !== undefined) {
    const fingerprint = normalizeFingerprint(certificateFingerprint);
    if (/^[0-9a-f]{64}$/.test(fingerprint)) return { kind: 'pinned', fingerprint };
    throw new Failure(
      'bad-request',
      `certificateFingerprint of ${address} is no SHA-256: "${certificateFingerprint}"`,
      { facts: { host: address }, advice: 'write the 64 hex digits of its SHA-256' },
    );
  }
  return caFile === undefined ? systemTrust(lists) : issuersOf(address, caFile);
}

/** Accepts the form with colons that Windows and OpenSSL print. */
export function normalizeFingerprint(text: string): string {
  return text.replace(/[:\s]/g, '').toLowerCase();
}

async function issuersOf(address: string, caFile: string): Promise<Trust> {
  const refuse = (what: string, advice: string, cause?: unknown): Failure =>
    new Failure('bad-request', `caFile of ${address} ${what}: ${caFile}`, {
      facts: { host: address, caFile },
      advice,
      cause,
    });
  let text: string;
  try {
    text = await readFile(caFile, 'utf8');
  } catch (cause) {
    const advice = 'correct caFile in the fleet; it is relative to the fleet file';
    throw refuse('cannot be read', advice, cause);
  }
  const certificates = blocksOf(text, 'CERTIFICATE');
  if (certificates.length === 0) {
    const advice = 'put the certificate of the issuer there as PEM, as `openssl x509` prints it';
    throw refuse('holds no certificate in PEM', advice);
  }
  // OpenSSL skips what it cannot read, and the host would then look like one of an unknown issuer.
  const damaged = certificates.findIndex((pem) => !isCertificate(pem));
  if (damaged !== -1) {
    const advice = `replace the ${certificates.length > 1 ? `${damaged + 1}. ` : ''}certificate`;
    throw refuse(`holds a damaged certificate (number ${damaged + 1})`, advice);
  }
  const revoked = blocksOf(text, 'X509 CRL').join('\n') || null;
  if (revoked !== null && !isRevocationList(revoked)) {
    throw refuse('holds a damaged revocation list', 'replace the list, or remove it');
  }
  return { kind: 'issuers', pem: certificates.join('\n'), revoked };
}

/** Up to the next block when its end is missing, so that a cut file shows as a damaged one. */
function blocksOf(text: string, label: string): string[] {
  const begin = `-----BEGIN ${label}-----`;
  const end = `-----END ${label}-----`;
  const blocks = text.split(begin).slice(1);
  return blocks.map((block) => `${begin}${block.split(end)[0]}${end}\n`);
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).raw.length > 0;
  } catch {
    return false;
  }
}

function isRevocationList(pem: string): boolean {
  try {
    createSecureContext({ crl: pem });
    return true;
  } catch {
    return false;
  }
}

/** Kept while the file is the same: reading some hundred certificates takes OpenSSL 30 ms, for every session anew. */
let known: { readonly version: string; readonly trust: Trust } | null = null;

async function systemTrust(lists: readonly string[]): Promise<Trust> {
  for (const path of lists) {
    // oxlint-disable-next-line no-await-in-loop -- the first that can be read counts
    const trust = await systemTrustOf(path).catch(() => null);
    if (trust !== null) return trust;
  }
  return { kind: 'system', pem: null };
}

async function systemTrustOf(path: string): Promise<Trust> {
  const { mtimeMs, size } = await stat(path);
  const version = `${path} ${mtimeMs} ${size}`;
  if (known?.version === version) return known.trust;
  const trust = { kind: 'system', pem: await readFile(path, 'utf8') } as const;
  known = { version, trust };
  return trust;
}
