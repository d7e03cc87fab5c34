import { createCabinet } from './write';

export interface HotfixPackageOptions {
  /** e.g. `KB3004383` */
  readonly kb: string;
  /** Windows version in the file name, and that the package applies to. @default 6.1 */
  readonly os?: string;
  /** @default x64 */
  readonly architecture?: 'x64' | 'x86';
  /** Version of the assembly identity. @default 6.1.1.0 */
  readonly version?: string;
  /** Size of the payload inside, so that an upload takes a while. @default 256 KiB */
  readonly payloadBytes?: number;
}

/** Token of the key that Windows packages are signed with; part of every package identity. */
const publicKeyToken = '31bf3856ad364e35';

/**
 * A stand-in for a hotfix package, for the lab only: a real cabinet with the members of a .msu, but nothing that a real
 * Windows would install. The same options give the same bytes.
 */
export function createHotfixPackage(options: HotfixPackageOptions): Buffer {
  const { kb, os = '6.1', architecture = 'x64', version = '6.1.1.0' } = options;
  const processor = architecture === 'x64' ? 'amd64' : 'x86';
  const name = `Windows${os}-${kb}-${architecture}`;
  const identity =
    `<assemblyIdentity name="Package_for_${kb}" version="${version}" language="neutral" ` +
    `processorArchitecture="${processor}" publicKeyToken="${publicKeyToken}"/>`;
  const cabinet = createCabinet([
    { name: 'update.mum', bytes: Buffer.from(manifest(kb, identity, os)) },
    { name: 'payload.bin', bytes: payload(options.payloadBytes ?? 256 * 1024) },
  ]);
  return createCabinet([
    {
      name: 'WSUSSCAN.cab',
      bytes: createCabinet([
        { name: 'package.xml', bytes: Buffer.from('<OfflineSyncPackage/>\r\n') },
      ]),
    },
    { name: `${name}.cab`, bytes: cabinet },
    { name: `${name}.xml`, bytes: Buffer.from(unattend(identity, name)) },
    { name: `${name}-pkgProperties.txt`, bytes: Buffer.from(properties(kb, architecture)) },
  ]);
}

const manifest = (kb: string, identity: string, os: string): string =>
  [
    '<?xml version="1.0" encoding="utf-8"?>',
    `<assembly xmlns="urn:schemas-microsoft-com:asm.v3" manifestVersion="1.0" description="Fix for ${kb}">`,
    identity,
    `<package identifier="${kb}" releaseType="Hotfix" restart="required" applicableTo="${os}"/>`,
    '</assembly>',
    '',
  ].join('\r\n');

const unattend = (identity: string, name: string): string =>
  [
    '<?xml version="1.0" encoding="utf-8"?>',
    '<unattend xmlns="urn:schemas-microsoft-com:unattend"><servicing>',
    `<package action="install">${identity}<source location="%configsetroot%\\${name}.CAB" /></package>`,
    '</servicing></unattend>',
    '',
  ].join('\r\n');

const properties = (kb: string, architecture: string): string =>
  [
    'ApplicabilityInfo="Windows 7.0 Client;Windows 7.0 Server Core;Windows 7.0 Server;"',
    'Applies to="Windows 7.0"',
    `KB Article Number="${kb.replace(/^KB/i, '')}"`,
    `Processor Architecture="${architecture}"`,
    '',
  ].join('\r\n');

/** Bytes that look random but are always the same: an xorshift generator with a fixed start. */
function payload(size: number): Buffer {
  const bytes = Buffer.alloc(size);
  let state = 0x2545f491;
  for (let at = 0; at < size; at += 1) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    bytes[at] = state & 0xff;
  }
  return bytes;
}
