import { createHash } from 'node:crypto';
import type { CabinetFile } from './layout';

export interface PackageFileVersion {
  /** e.g. `%windir%\SysWOW64\Appidapi.dll`; `C:\Windows` for `%windir%` is the same. */
  readonly path: string;
  /** Four numbers. */
  readonly version: string;
}

/** What Microsoft's own check of Exchange servers asks for of KB3004383; the list of its other files is not public. */
export const defaultFiles = (kb: string): readonly PackageFileVersion[] =>
  kb.toUpperCase() === 'KB3004383'
    ? ['System32', 'SysWOW64'].map((folder) => ({
        path: `%windir%\\${folder}\\Appidapi.dll`,
        version: '6.1.7601.22823',
      }))
    : [];

/**
 * Component manifests and the files they bring, named as in a component store:
 * `amd64_name_token_version_none_hash.manifest`, and the file in a folder of that name.
 */
export function manifestMembers(
  files: readonly PackageFileVersion[],
  publicKeyToken: string,
): CabinetFile[] {
  return files.flatMap((file) => {
    const { processor, folder, name } = placeOf(file.path);
    const component = `Lab-${name.replace(/\.[^.]*$/, '')}`;
    const hash = createHash('sha256').update(file.path).digest('hex').slice(0, 16);
    const stem = `${processor}_${component.toLowerCase()}_${publicKeyToken}_${file.version}_none_${hash}`;
    const manifest = [
      '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>',
      '<assembly xmlns="urn:schemas-microsoft-com:asm.v3" manifestVersion="1.0">',
      `<assemblyIdentity name="${component}" version="${file.version}" processorArchitecture="${processor}" ` +
        `language="neutral" buildType="release" publicKeyToken="${publicKeyToken}" versionScope="nonSxS"/>`,
      `<file name="${name}" destinationPath="${folder}" sourceName="${name}" sourcePath=".\\" importPath="$(build.nttree)\\"/>`,
      '</assembly>',
      '',
    ].join('\r\n');
    return [
      { name: `${stem}.manifest`, bytes: Buffer.from(manifest) },
      { name: `${stem}\\${name}`, bytes: Buffer.from(`MZ ${name} ${file.version}`) },
    ];
  });
}

/** The 32-bit side of a 64-bit Windows has manifests of its own, in which system32 means SysWOW64. */
function placeOf(path: string): { processor: string; folder: string; name: string } {
  const below = path.replace(/^(?:%windir%|%systemroot%|C:\\Windows)\\/i, '');
  const [first = '', ...rest] = below.split('\\');
  const name = rest.at(-1) ?? first;
  const middle = rest.slice(0, -1).map((part) => `${part}\\`);
  if (/^syswow64$/i.test(first) && rest.length > 0) {
    return { processor: 'wow64', folder: `$(runtime.system32)\\${middle.join('')}`, name };
  }
  const root =
    /^system32$/i.test(first) && rest.length > 0
      ? '$(runtime.system32)\\'
      : `$(runtime.windows)\\${rest.length > 0 ? `${first}\\` : ''}`;
  return { processor: 'amd64', folder: `${root}${middle.join('')}`, name };
}

/** Bytes that look random but are always the same: an xorshift generator with a fixed start. */
export function payload(size: number): Buffer {
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
