import { defaultFiles, manifestMembers, payload, type PackageFileVersion } from './hotfix-payload';
import { createCabinet } from './write';

export interface HotfixPackageOptions {
  /** e.g. `KB3004383` */
  readonly kb: string;
  /** Windows version in the file name, and that the package applies to. @default 6.1 */
  readonly os?: string;
  /** @default x64 */
  readonly architecture?: 'x64' | 'x86';
  /** Version of the assembly identity. @default 6.1.1.0, or what begins with another `os` */
  readonly version?: string;
  /** Name in the identity. @default `Package_for_` and the KB */
  readonly name?: string;
  /** Size of the payload inside, so that an upload takes a while. @default 256 KiB */
  readonly payloadBytes?: number;
  /** Files that it brings to a newer version where they are. @default those of KB3004383, none for another KB */
  readonly files?: readonly PackageFileVersion[];
  /** Whether it is in force only after a reboot, and what it says of that. @default required */
  readonly restart?: 'required' | 'possible' | 'none';
  /** @default Hotfix */
  readonly releaseType?: string;
  /** Names of packages that have to be there, e.g. `Package_for_KB2919355`. @default none */
  readonly prerequisites?: readonly string[];
  /** Oldest servicing stack that can install it, e.g. `6.1.7601.24383`. @default any */
  readonly servicingStack?: string;
  /** Hash that its catalog is signed over. @default sha1 */
  readonly signature?: 'sha1' | 'sha256';
  /** Further packages of the same file, each a cabinet of its own, installed after this one. @default none */
  readonly followedBy?: readonly HotfixPackageOptions[];
}

/** Token of the key that Windows packages are signed with; part of every package identity. */
const publicKeyToken = '31bf3856ad364e35';

/**
 * A stand-in for a hotfix package, for the lab only: a real cabinet with the members of a .msu, but nothing that a real
 * Windows would install. The same options give the same bytes.
 */
export function createHotfixPackage(options: HotfixPackageOptions): Buffer {
  const { kb, architecture = 'x64', followedBy = [] } = options;
  const all = [options, ...followedBy];
  const name = fileStem(options);
  return createCabinet([
    {
      name: 'WSUSSCAN.cab',
      bytes: createCabinet([
        { name: 'package.xml', bytes: Buffer.from('<OfflineSyncPackage/>\r\n') },
      ]),
    },
    ...all.map((one) => ({
      name: `${fileStem(one)}.cab`,
      bytes: createPackageCabinet(one),
    })),
    { name: `${name}.xml`, bytes: Buffer.from(unattend(all)) },
    { name: `${name}-pkgProperties.txt`, bytes: Buffer.from(properties(kb, architecture)) },
  ]);
}

/** The cabinet alone, as it comes out of the .msu. */
export function createPackageCabinet(options: HotfixPackageOptions): Buffer {
  const files = options.files ?? defaultFiles(options.kb);
  return createCabinet([
    { name: 'update.mum', bytes: Buffer.from(manifest(options)) },
    { name: 'update.cat', bytes: catalog(options.signature ?? 'sha1') },
    ...manifestMembers(files, publicKeyToken),
    { name: 'payload.bin', bytes: payload(options.payloadBytes ?? 256 * 1024) },
  ]);
}

const fileStem = ({ kb, os = '6.1', architecture = 'x64' }: HotfixPackageOptions): string =>
  `Windows${os}-${kb}-${architecture}`;

function identityOf(options: HotfixPackageOptions): string {
  const { kb, os = '6.1', architecture = 'x64' } = options;
  const { version = `${os}.1.0`, name = `Package_for_${kb}` } = options;
  const processor = architecture === 'x64' ? 'amd64' : 'x86';
  return (
    `<assemblyIdentity name="${name}" version="${version}" language="neutral" ` +
    `processorArchitecture="${processor}" publicKeyToken="${publicKeyToken}"/>`
  );
}

/** `update.mum`, as packages of this age write it: parents are what has to be there before. */
function manifest(options: HotfixPackageOptions): string {
  const { kb, os = '6.1', restart = 'required', releaseType = 'Hotfix' } = options;
  const { prerequisites = [], servicingStack } = options;
  const parents = prerequisites.map(
    (name) =>
      `<parent buildCompare="GE" disposition="detect" integrate="separate"><assemblyIdentity name="${name}" ` +
      `language="neutral" publicKeyToken="${publicKeyToken}"/></parent>`,
  );
  const installer =
    servicingStack === undefined
      ? []
      : [
          `<installerAssembly name="Microsoft-Windows-ServicingStack" version="${servicingStack}" ` +
            `language="neutral" publicKeyToken="${publicKeyToken}"/>`,
        ];
  const open = `<package identifier="${kb}" releaseType="${releaseType}" restart="${restart}" applicableTo="${os}"`;
  const inner = [...parents, ...installer];
  return [
    '<?xml version="1.0" encoding="utf-8"?>',
    `<assembly xmlns="urn:schemas-microsoft-com:asm.v3" manifestVersion="1.0" description="Fix for ${kb}">`,
    identityOf(options),
    ...(inner.length === 0 ? [`${open}/>`] : [`${open}>`, ...inner, '</package>']),
    '</assembly>',
    '',
  ].join('\r\n');
}

/** The order of the elements is that of the installation. */
function unattend(all: readonly HotfixPackageOptions[]): string {
  const packages = all.map(
    (one) =>
      `<package action="install">${identityOf(one)}<source location="%configsetroot%\\${fileStem(one)}.CAB" /></package>`,
  );
  return [
    '<?xml version="1.0" encoding="utf-8"?>',
    '<unattend xmlns="urn:schemas-microsoft-com:unattend"><servicing>',
    ...packages,
    '</servicing></unattend>',
    '',
  ].join('\r\n');
}

const properties = (kb: string, architecture: string): string =>
  [
    'ApplicabilityInfo="Windows 7.0 Client;Windows 7.0 Server Core;Windows 7.0 Server;"',
    'Applies to="Windows 7.0"',
    `KB Article Number="${kb.replace(/^KB/i, '')}"`,
    `Processor Architecture="${architecture}"`,
    '',
  ].join('\r\n');

/** DER object identifiers of SHA-1 (1.3.14.3.2.26) and SHA-256 (2.16.840.1.101.3.4.2.1), as a PKCS #7 file has them. */
const hashIdentifiers = { sha1: '06052b0e03021a', sha256: '0609608648016503040201' } as const;

/** No signature, but the algorithm that one would name. */
function catalog(hash: keyof typeof hashIdentifiers): Buffer {
  return Buffer.from(`300b${hashIdentifiers[hash]}`, 'hex');
}
