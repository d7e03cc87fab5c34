import { buildCabinet, type Method, type TestMember } from './build-cabinet';

export interface TestIdentity {
  readonly kb?: string;
  readonly name?: string;
  readonly processor?: string;
  readonly version?: string;
  readonly language?: string;
  /** What stands inside the package element. */
  readonly inside?: string;
}

/** update.mum as packages for Windows 7 and 2008 R2 have it, as far as anything is read in it. */
export function updateMum(identity: TestIdentity = {}): Buffer {
  const {
    kb = 'KB3004383',
    processor = 'amd64',
    version = '6.1.1.0',
    language = 'neutral',
  } = identity;
  const name = identity.name ?? `Package_for_${kb}`;
  return Buffer.from(`\uFEFF<?xml version="1.0" encoding="utf-8"?>
<assembly xmlns="urn:schemas-microsoft-com:asm.v3" manifestVersion="1.0" description="Fix for ${kb}">
  <assemblyIdentity name="${name}" version="${version}" language="${language}"
    processorArchitecture="${processor}" publicKeyToken="31bf3856ad364e35" />
  <package identifier="${kb}" releaseType="Hotfix" restart="required">
    ${identity.inside ?? ''}
    <installerAssembly name="Microsoft-Windows-ServicingStack" version="6.0.0.0" language="neutral"
      processorArchitecture="${processor}" versionScope="nonSxS" publicKeyToken="31bf3856ad364e35" />
    <update name="1"><package integrate="hidden">
      <assemblyIdentity name="Package_1_for_KB1" version="1.0" language="neutral"
        processorArchitecture="x86" publicKeyToken="31bf3856ad364e35" />
    </package></update>
  </package>
</assembly>`);
}

export const packageCab = (identity: TestIdentity = {}, method: Method = 'mszip'): Buffer =>
  buildCabinet([
    {
      members: [
        { name: 'amd64_component.manifest', bytes: Buffer.alloc(50_000, 'component') },
        { name: 'update.mum', bytes: updateMum(identity) },
      ],
      method,
    },
  ]);

/** The answer file: its sources are the order of the cabinets. */
export const answerFile = (sources: readonly string[]): Buffer =>
  Buffer.from(`<?xml version="1.0" encoding="utf-8"?>
<unattend xmlns="urn:schemas-microsoft-com:unattend"><servicing>
${sources
  .map(
    (source) =>
      `<package action="install"><source location="%configsetroot%\\${source.toUpperCase()}" /></package>`,
  )
  .join('\n')}
</servicing></unattend>`);

export const properties = (kb: string): Buffer =>
  Buffer.from(`Applies to="Windows 7.0"\r\nKB Article Number="${kb}"\r\nLanguage="ALL"\r\n`);

const stem = 'Windows6.1-KB3004383-x64';

/** Members of a .msu with one cabinet. */
export const msuMembers = (identity: TestIdentity = {}): readonly TestMember[] => [
  { name: 'WSUSSCAN.cab', bytes: Buffer.from('only Windows Update reads it') },
  { name: `${stem}.cab`, bytes: packageCab(identity) },
  { name: `${stem}.xml`, bytes: answerFile([`${stem}.cab`]) },
  {
    name: `${stem}-pkgProperties.txt`,
    bytes: properties((identity.kb ?? 'KB3004383').replace('KB', '')),
  },
];

export const msu = (identity: TestIdentity = {}, method: Method = 'none'): Buffer =>
  buildCabinet([{ members: msuMembers(identity), method }]);
