import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export const hasOpenssl = spawnSync('openssl', ['version']).status === 0;

/** Kinds of keys, and what makes openssl make them. */
export const keyKinds = {
  'rsa:512': ['rsa:512'],
  'rsa:1024': ['rsa:1024'],
  'rsa:2048': ['rsa:2048'],
  'rsa-pss': ['rsa-pss', '-pkeyopt', 'rsa_keygen_bits:2048'],
  ec: ['ec', '-pkeyopt', 'ec_paramgen_curve:P-256'],
  dsa: ['dsa:dsa.params'],
  ed25519: ['ed25519'],
  ed448: ['ed448'],
} as const;

export interface CertificateWish {
  /** @default rsa:2048 */
  readonly key?: keyof typeof keyKinds;
  /** Of the signature. @default sha256 */
  readonly digest?: string;
  /** Options of the signature, such as `rsa_padding_mode:pss`. @default none */
  readonly signing?: readonly string[];
  /** Common name. */
  readonly name: string;
  /** Alternative names as openssl writes them; null: none. @default IP:127.0.0.1 */
  readonly names?: string | null;
  /** @default an hour ago */
  readonly from?: Date;
  /** @default in a day */
  readonly to?: Date;
  /** Extended key usage. @default serverAuth,clientAuth */
  readonly usage?: string;
}

export interface MadeCertificate {
  readonly certFile: string;
  readonly keyFile: string;
  readonly pem: string;
  readonly keyPem: string;
}

/** A certification authority made by openssl's own commands. */
export interface TlsAuthority {
  readonly certFile: string;
  readonly pem: string;
  issue(wish: CertificateWish): MadeCertificate;
  revoke(certificate: MadeCertificate): void;
  /** PEM of the list of what was revoked. */
  revocationList(): string;
}

/** Has signed itself. */
export function selfSigned(folder: string, wish: CertificateWish): MadeCertificate {
  const { key = 'rsa:2048', digest = 'sha256', signing = [], name } = wish;
  const { names = 'IP:127.0.0.1' } = wish;
  if (key === 'dsa') {
    openssl(folder, 'genpkey -genparam -algorithm dsa -pkeyopt pbits:1024 -out dsa.params');
  }
  openssl(
    folder,
    `req -x509 -nodes -days 2 -subj /CN=${name} -${digest} -keyout ${name}.key -out ${name}.crt -newkey`,
    [
      ...keyKinds[key],
      ...signing.flatMap((option) => ['-sigopt', option]),
      ...(names === null ? [] : ['-addext', `subjectAltName=${names}`]),
    ],
  );
  return made(folder, name);
}

/** @param label tells the files of several authorities in one folder apart */
export function createAuthority(folder: string, label: string): TlsAuthority {
  const file = (end: string): string => join(folder, `${label}.${end}`);
  writeFileSync(file('index'), '');
  writeFileSync(file('cnf'), configuration(label));
  openssl(
    folder,
    `req -x509 -nodes -days 2 -subj /CN=${label} -keyout ${label}.key -out ${label}.crt ` +
      '-addext keyUsage=critical,keyCertSign,cRLSign -newkey',
    keyKinds.ec,
  );
  return {
    certFile: file('crt'),
    pem: readFileSync(file('crt'), 'utf8'),
    issue: (wish) => issue(folder, label, wish),
    revoke: ({ certFile }) => void openssl(folder, `ca -config ${label}.cnf -revoke`, [certFile]),
    revocationList: () => {
      openssl(folder, `ca -config ${label}.cnf -gencrl -crldays 1 -out ${label}.crl`);
      return readFileSync(file('crl'), 'utf8');
    },
  };
}

function issue(folder: string, label: string, wish: CertificateWish): MadeCertificate {
  const { key = 'rsa:2048', digest = 'sha256', signing = [], name } = wish;
  const { names = 'IP:127.0.0.1', usage = 'serverAuth,clientAuth' } = wish;
  const { from = new Date(Date.now() - 3600_000), to = new Date(Date.now() + 24 * 3600_000) } =
    wish;
  openssl(
    folder,
    `req -new -nodes -subj /CN=${name} -keyout ${name}.key -out ${name}.csr -newkey`,
    keyKinds[key],
  );
  const extensions = `extendedKeyUsage=${usage}\n`;
  const alternative = names === null ? '' : `subjectAltName=${names}\n`;
  writeFileSync(join(folder, `${name}.ext`), extensions + alternative);
  openssl(
    folder,
    `ca -config ${label}.cnf -batch -notext -md ${digest} -in ${name}.csr -out ${name}.crt ` +
      `-extfile ${name}.ext -startdate ${asn1Time(from)} -enddate ${asn1Time(to)}`,
    signing.flatMap((option) => ['-sigopt', option]),
  );
  return made(folder, name);
}

function made(folder: string, name: string): MadeCertificate {
  const certFile = join(folder, `${name}.crt`);
  const keyFile = join(folder, `${name}.key`);
  const [pem, keyPem] = [readFileSync(certFile, 'utf8'), readFileSync(keyFile, 'utf8')];
  return { certFile, keyFile, pem, keyPem };
}

/** Runs openssl in that folder, with words that blanks divide and others that may hold some. */
export function openssl(folder: string, words: string, more: readonly string[] = []): string {
  const args = [...words.split(' '), ...more];
  return execFileSync('openssl', args, { cwd: folder, encoding: 'utf8', stdio: 'pipe' });
}

const asn1Time = (time: Date): string => `${time.toISOString().slice(0, 19).replace(/\D/g, '')}Z`;

const configuration = (label: string): string => `
[ca]
default_ca = own
[own]
database = ${label}.index
new_certs_dir = .
certificate = ${label}.crt
private_key = ${label}.key
default_md = sha256
rand_serial = yes
unique_subject = no
policy = any
[any]
commonName = supplied
`;
