import { BadCabinet, readCabinet, type CabinetFile } from '../../cabinet';
import { attribute, tagIn, tagsIn } from './manifest-tags';

/** What a package's cabinet says of itself. */
export interface PackageFile {
  /** `name~publicKeyToken~arch~~version` */
  readonly identity: string;
  readonly releaseType: string;
  /** Windows version it is for, e.g. `6.1`; null when it does not say. */
  readonly applicableTo: string | null;
  readonly restart: 'required' | 'possible' | 'none';
  /** Names of the packages that have to be there. */
  readonly parents: readonly string[];
  /** Oldest servicing stack that can install it; null when any can. */
  readonly servicingStack: string | null;
  /** Its catalog is signed over SHA-256 and nothing older. */
  readonly needsSha2: boolean;
  /** Files of its components, by full path. */
  readonly files: readonly FileOfPackage[];
}

export interface FileOfPackage {
  readonly path: string;
  readonly version: string;
}

const read = new WeakMap<Buffer, PackageFile | null>();

/** Reads a package cabinet; null when it is none: no cabinet, or one without a manifest that names a package. */
export function readPackageFile(bytes: Buffer): PackageFile | null {
  const known = read.get(bytes);
  if (known !== undefined) return known;
  const found = parsePackage(bytes);
  read.set(bytes, found);
  return found;
}

function parsePackage(bytes: Buffer): PackageFile | null {
  const members = membersOf(bytes);
  const manifest = members.find(({ name }) => name.toLowerCase() === 'update.mum');
  if (manifest === undefined) return null;
  const text = manifest.bytes.toString('utf8');
  const assembly = tagIn(text, 'assemblyIdentity');
  const name = attribute(assembly, 'name');
  const version = attribute(assembly, 'version');
  if (name === null || version === null) return null;
  const processor = attribute(assembly, 'processorArchitecture') ?? 'amd64';
  const token = attribute(assembly, 'publicKeyToken') ?? '';
  const release = tagIn(text, 'package');
  const stack = tagsIn(text, 'installerAssembly').find((tag) => /ServicingStack/i.test(tag)) ?? '';
  return {
    identity: `${name}~${token}~${processor}~~${version}`,
    releaseType: attribute(release, 'releaseType') ?? 'Update',
    // Since Vista the version of an update begins with that of its Windows.
    applicableTo: attribute(release, 'applicableTo') ?? /^6\.\d(?=\.)/.exec(version)?.[0] ?? null,
    restart: restartOf(attribute(release, 'restart')),
    parents: parentsIn(text),
    servicingStack: attribute(stack, 'version'),
    needsSha2: isSha2Only(members),
    files: members.flatMap(filesOfComponent),
  };
}

function membersOf(bytes: Buffer): readonly CabinetFile[] {
  try {
    return readCabinet(bytes);
  } catch (error) {
    if (error instanceof BadCabinet) return [];
    throw error;
  }
}

function restartOf(said: string | null): PackageFile['restart'] {
  const word = said?.toLowerCase();
  return word === 'required' || word === 'none' ? word : 'possible';
}

function parentsIn(manifest: string): string[] {
  return [...manifest.matchAll(/<parent\b[\s\S]*?<\/parent>/g)].flatMap(
    ([parent]) => attribute(tagIn(parent, 'assemblyIdentity'), 'name') ?? [],
  );
}

/** DER object identifiers of SHA-1 and of SHA-256. */
const sha1 = Buffer.from('2b0e03021a', 'hex');
const sha256 = Buffer.from('608648016503040201', 'hex');

function isSha2Only(members: readonly CabinetFile[]): boolean {
  const catalog = members.find(({ name }) => /\.cat$/i.test(name))?.bytes;
  return catalog !== undefined && catalog.includes(sha256) && !catalog.includes(sha1);
}

/** In a 32-bit component of a 64-bit Windows system32 means SysWOW64. */
function filesOfComponent({ name, bytes }: CabinetFile): FileOfPackage[] {
  if (!/\.manifest$/i.test(name)) return [];
  const text = bytes.toString('utf8');
  const identity = tagIn(text, 'assemblyIdentity');
  const version = attribute(identity, 'version');
  if (version === null) return [];
  const is32Bit = /^(?:wow64|x86)$/i.test(attribute(identity, 'processorArchitecture') ?? '');
  return tagsIn(text, 'file').flatMap((file) => {
    const fileName = attribute(file, 'name');
    const folder = folderOf(attribute(file, 'destinationPath') ?? '', is32Bit);
    return fileName === null || folder === null ? [] : [{ path: `${folder}${fileName}`, version }];
  });
}

function folderOf(destination: string, is32Bit: boolean): string | null {
  const match = /^\$\(runtime\.(\w+)\)(.*)$/.exec(destination);
  const root = {
    system32: is32Bit ? 'C:\\Windows\\SysWOW64' : 'C:\\Windows\\System32',
    windows: 'C:\\Windows',
    drivers: 'C:\\Windows\\System32\\drivers',
    programfiles: is32Bit ? 'C:\\Program Files (x86)' : 'C:\\Program Files',
    inf: 'C:\\Windows\\inf',
  }[match?.[1]?.toLowerCase() ?? ''];
  if (root === undefined) return null;
  return `${root}\\${match?.[2] ?? ''}\\`.replaceAll(/\\+/g, '\\');
}
