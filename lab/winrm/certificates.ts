import { X509Certificate, createPrivateKey } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { generate } from 'selfsigned';

/** The lab's own CA and the one certificate that all its hosts of a kind show. */
export interface LabCertificates {
  readonly caPem: string;
  readonly key: string;
  readonly cert: string;
  /** SHA-256 of `cert`, lower-case hex. */
  readonly fingerprint: string;
}

export interface CertificateOptions {
  /** `legacy`: RSA of 1024 bits, signed with SHA-1, by a CA of the same make. @default modern */
  readonly kind?: 'modern' | 'legacy';
  /** Folder in which they are kept. Null makes new ones that are forgotten. @default null */
  readonly stateDir?: string | null;
  /** Names of hosts beside localhost and the loopback addresses. */
  readonly names?: readonly string[];
  /** @default a year from now */
  readonly notAfter?: Date;
  readonly notBefore?: Date;
}

type GenerateOptions = NonNullable<Parameters<typeof generate>[1]>;

const fileNames = {
  modern: 'lab-certificates.json',
  legacy: 'lab-legacy-certificates.json',
} as const;

const kinds: { readonly [kind in keyof typeof fileNames]: GenerateOptions } = {
  modern: { keyType: 'ec', curve: 'P-256', algorithm: 'sha256' },
  legacy: { keyType: 'rsa', keySize: 1024, algorithm: 'sha1' },
};

export async function labCertificates(options: CertificateOptions = {}): Promise<LabCertificates> {
  const { stateDir = null, kind = 'modern' } = options;
  if (stateDir === null) return makeCertificates(options);
  const file = join(stateDir, fileNames[kind]);
  const kept = await readKept(file, options.names ?? []);
  if (kept !== null) return kept;
  const made = await makeCertificates(options);
  await mkdir(stateDir, { recursive: true });
  // Renamed, so that a lab that starts at the same moment reads a whole file or none.
  const draft = `${file}.${process.pid}`;
  await writeFile(draft, JSON.stringify(made), { mode: 0o600 });
  await rename(draft, file);
  return made;
}

/** Null when there are none, or they run out within a day, or lack a name. */
async function readKept(path: string, names: readonly string[]): Promise<LabCertificates | null> {
  try {
    const kept = JSON.parse(await readFile(path, 'utf8')) as LabCertificates;
    const certificate = new X509Certificate(kept.cert);
    const lasts = Date.parse(certificate.validTo) > Date.now() + 24 * 3600_000;
    const named = names.every((name) => certificate.checkHost(name) !== undefined);
    const fits = certificate.checkPrivateKey(createPrivateKey(kept.key));
    return lasts && named && fits ? kept : null;
  } catch {
    // Missing or damaged: new ones cost some milliseconds.
    return null;
  }
}

async function makeCertificates(options: CertificateOptions): Promise<LabCertificates> {
  const common: GenerateOptions = { ...kinds[options.kind ?? 'modern'], ...datesOf(options) };
  const ca = await generate([{ name: 'commonName', value: 'Rollout lab CA' }], {
    ...common,
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  const server = await generate([{ name: 'commonName', value: 'Rollout lab host' }], {
    ...common,
    ca: { key: ca.private, cert: ca.cert },
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      { name: 'subjectAltName', altNames: alternativeNames(options.names ?? []) },
    ],
  });
  const { fingerprint256 } = new X509Certificate(server.cert);
  return {
    caPem: ca.cert,
    key: server.private,
    cert: server.cert,
    fingerprint: fingerprint256.replaceAll(':', '').toLowerCase(),
  };
}

/** Begins an hour ago: the clocks of those who check it differ. */
function datesOf({ notBefore, notAfter }: CertificateOptions): {
  notBeforeDate: Date;
  notAfterDate: Date;
} {
  return {
    notBeforeDate: notBefore ?? new Date(Date.now() - 3600_000),
    notAfterDate: notAfter ?? new Date(Date.now() + 365 * 24 * 3600_000),
  };
}

function alternativeNames(names: readonly string[]) {
  return [
    { type: 7 as const, ip: '127.0.0.1' },
    { type: 7 as const, ip: '::1' },
    ...['localhost', ...names].map((value) => ({ type: 2 as const, value })),
  ];
}
