import type { LabHostOptions, WindowsOptions } from '../types';

/** What a machine is: its options with every default filled in, and what follows from them. */
export interface WindowsFacts extends Required<
  Omit<WindowsOptions, 'codePage' | 'exchange' | 'files'>
> {
  readonly codePage: number;
  /** Null without it. */
  readonly exchange: ExchangeVersion | null;
  /** By full path. */
  readonly files: { readonly [path: string]: string | null };
  /** e.g. `6.1.7601` */
  readonly version: string;
  readonly build: string;
  readonly caption: string;
  readonly servicePack: string;
  /** Full name in the domain. */
  readonly fqdn: string;
  readonly domain: string;
  readonly startedAt: number;
  /** When Windows was installed. */
  readonly installedAt: number;
  /** Differs from machine to machine, the same in every run. */
  readonly seed: number;
}

export type ExchangeVersion = '2010' | '2013';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const domain = 'contoso.test';

const editions = {
  '2008r2-sp1': {
    version: '6.1.7601',
    caption: 'Microsoft Windows Server 2008 R2 Enterprise ',
    servicePack: 'Service Pack 1',
  },
  '2008r2-rtm': {
    version: '6.1.7600',
    caption: 'Microsoft Windows Server 2008 R2 Enterprise ',
    servicePack: '',
  },
  '2012r2': {
    version: '6.3.9600',
    caption: 'Microsoft Windows Server 2012 R2 Standard',
    servicePack: '',
  },
} as const;

const defaults = {
  edition: '2008r2-sp1',
  role: 'member-server',
  exchange: true,
  domainControllers: [1, 2, 3].map((n) => `dc${n}.${domain}`),
  ldap: 'none',
  ldapSinceMs: 2 * hourMs,
  topologyLevel: 1,
  logReachMs: 30 * dayMs,
  hotfix: 'absent',
  packages: {},
  registry: {},
  files: {},
  services: {},
  processorTime: {},
  stoppedServices: [],
  freeBytes: 40 * 1024 ** 3,
  codePage: 437,
  clockOffsetMs: 0,
  trustedRoots: [],
  managementShell: {},
  servicingBusyMs: 0,
} as const satisfies Omit<Required<WindowsOptions>, 'computerName' | 'iis' | 'dns'>;

export function resolveWindows(options: LabHostOptions, startedAt: number): WindowsFacts {
  const given = { ...defaults, ...withoutHoles(options.windows ?? {}) };
  const { version, caption, servicePack } = editions[given.edition];
  const exchange = exchangeOf(given.exchange);
  const computerName = (given.computerName ?? computerNameOf(options.id)).toUpperCase();
  return {
    ...given,
    exchange,
    iis: given.iis ?? exchange !== null,
    dns: given.dns ?? given.role === 'domain-controller',
    files: byFullPath(given.files),
    computerName,
    version,
    build: version.slice(version.lastIndexOf('.') + 1),
    caption,
    servicePack,
    domain,
    fqdn: `${computerName}.${domain}`,
    startedAt,
    installedAt: startedAt - 400 * dayMs,
    seed: hashOf(options.id),
  };
}

function exchangeOf(given: WindowsOptions['exchange']): ExchangeVersion | null {
  if (given === undefined || given === false) return null;
  return given === true ? '2010' : given;
}

function byFullPath(files: Required<WindowsOptions>['files']): WindowsFacts['files'] {
  return Object.fromEntries(
    Object.entries(files).map(([path, version]) => [
      path.replace(/^%(?:windir|systemroot)%/i, 'C:\\Windows'),
      version,
    ]),
  );
}

/** An option that was given as undefined is one that was not given. */
function withoutHoles(given: WindowsOptions): WindowsOptions {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

/** Fifteen letters, digits and hyphens: what NetBIOS takes. */
function computerNameOf(id: string): string {
  const [label = ''] = id.split('.');
  return label.replaceAll(/[^a-z0-9-]/gi, '-').slice(0, 15) || 'HOST';
}

/** FNV-1a: small differences of the name give unlike numbers. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (const char of text) hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  return hash;
}
