import { readFile } from 'node:fs/promises';
import { Failure } from '../../contracts/failures';
import type { WinRmConnection } from '../../contracts/fleet';

/** Why a server's certificate is believed. */
export type Trust =
  | { readonly kind: 'system' }
  | { readonly kind: 'issuers'; readonly pem: string }
  /** SHA-256, 64 lower-case hex digits; stands in place of chain, name and dates. */
  | { readonly kind: 'pinned'; readonly fingerprint: string };

/** @throws Failure bad-request when caFile cannot be read or the fingerprint is none. */
export async function loadTrust(connection: WinRmConnection): Promise<Trust> {
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
  if (caFile === undefined) return { kind: 'system' };
  try {
    return { kind: 'issuers', pem: await readFile(caFile, 'utf8') };
  } catch (cause) {
    throw new Failure('bad-request', `caFile of ${address} cannot be read: ${caFile}`, {
      facts: { host: address, caFile },
      advice: 'correct caFile in the fleet; it is relative to the fleet file',
      cause,
    });
  }
}

/** Accepts the form with colons that Windows and OpenSSL print. */
export function normalizeFingerprint(text: string): string {
  return text.replace(/[:\s]/g, '').toLowerCase();
}
