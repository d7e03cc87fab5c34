import { ns } from './namespaces';
import { escapeXml } from './xml';

/** What `winrm get winrm/config` shows of a service. */
export interface ServiceConfig {
  readonly maxEnvelopeKb: number;
  readonly maxTimeoutMs: number;
  readonly maxBatchItems: number;
  readonly maxOperationsPerUser: number;
  readonly enumerationTimeoutMs: number;
  readonly maxConnections: number;
  readonly allowsUnencrypted: boolean;
  readonly allowsBasic: boolean;
  readonly allowsNegotiate: boolean;
  readonly allowsCertificate: boolean;
  readonly bindings: string;
  readonly shellIdleMs: number;
  readonly maxShellsPerUser: number;
  readonly maxConcurrentUsers: number;
  readonly maxProcessesPerShell: number;
  readonly maxShellMemoryMb: number;
  readonly allowsShells: boolean;
}

type Tree = readonly (readonly [name: string, value: string | number | boolean | Tree])[];

/** [MS-WSMV], ConfigType: the answer to Get of the configuration. */
export function encodeConfig(config: ServiceConfig): string {
  const tree: Tree = [
    ['MaxEnvelopeSizekb', config.maxEnvelopeKb],
    ['MaxTimeoutms', config.maxTimeoutMs],
    ['MaxBatchItems', config.maxBatchItems],
    ['MaxProviderRequests', 4_294_967_295],
    ['Service', serviceTree(config)],
    [
      'Winrs',
      [
        ['AllowRemoteShellAccess', config.allowsShells],
        ['IdleTimeout', config.shellIdleMs],
        ['MaxConcurrentUsers', config.maxConcurrentUsers],
        ['MaxShellRunTime', 2_147_483_647],
        ['MaxProcessesPerShell', config.maxProcessesPerShell],
        ['MaxMemoryPerShellMB', config.maxShellMemoryMb],
        ['MaxShellsPerUser', config.maxShellsPerUser],
      ],
    ],
  ];
  return `<cfg:Config xmlns:cfg="${ns.config}" xml:lang="en-US">${encodeTree(tree)}</cfg:Config>`;
}

function serviceTree(config: ServiceConfig): Tree {
  return [
    ['MaxConcurrentOperations', 4_294_967_295],
    ['MaxConcurrentOperationsPerUser', config.maxOperationsPerUser],
    ['EnumerationTimeoutms', config.enumerationTimeoutMs],
    ['MaxConnections', config.maxConnections],
    ['AllowUnencrypted', config.allowsUnencrypted],
    [
      'Auth',
      [
        ['Basic', config.allowsBasic],
        ['Kerberos', false],
        ['Negotiate', config.allowsNegotiate],
        ['Certificate', config.allowsCertificate],
        ['CredSSP', false],
        ['CbtHardeningLevel', config.bindings],
      ],
    ],
    ['IPv4Filter', '*'],
    ['IPv6Filter', '*'],
  ];
}

function encodeTree(tree: Tree): string {
  return tree
    .map(([name, value]) => {
      const inside = typeof value === 'object' ? encodeTree(value) : escapeXml(String(value));
      return `<cfg:${name}>${inside}</cfg:${name}>`;
    })
    .join('');
}
