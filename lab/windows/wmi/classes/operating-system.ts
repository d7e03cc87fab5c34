import type { Host } from '../../host';
import { cimTime } from './cim-time';
import { shutdownMethods } from './shutdown-methods';
import type { WmiClass } from './wmi-class';

const totalKilobytes = 16_777_216;

export const operatingSystem: WmiClass = {
  name: 'Win32_OperatingSystem',
  alias: 'os',
  key: 'Name',
  takesKey: false,
  properties: {
    BootDevice: 'string',
    BuildNumber: 'string',
    BuildType: 'string',
    Caption: 'string',
    CodeSet: 'string',
    CountryCode: 'string',
    CSDVersion: 'string',
    CSName: 'string',
    FreePhysicalMemory: 'uint64',
    InstallDate: 'datetime',
    LastBootUpTime: 'datetime',
    LocalDateTime: 'datetime',
    Locale: 'string',
    Manufacturer: 'string',
    Name: 'string',
    OSArchitecture: 'string',
    OSLanguage: 'uint32',
    OSType: 'uint16',
    ProductType: 'uint32',
    ServicePackMajorVersion: 'uint16',
    ServicePackMinorVersion: 'uint16',
    Status: 'string',
    SystemDirectory: 'string',
    SystemDrive: 'string',
    TotalVisibleMemorySize: 'uint64',
    Version: 'string',
    WindowsDirectory: 'string',
  },
  brief: ['BuildNumber', 'Name', 'Version'],
  methods: shutdownMethods,
  instances: ({ host }) => [instanceOf(host)],
};

function instanceOf({ windows, clock, power }: Host): ReturnType<WmiClass['instances']>[number] {
  const hasServicePack = windows.servicePack !== '';
  return {
    BootDevice: String.raw`\Device\HarddiskVolume1`,
    BuildNumber: windows.build,
    BuildType: 'Multiprocessor Free',
    Caption: windows.caption,
    CodeSet: '1252',
    CountryCode: '1',
    CSDVersion: hasServicePack ? windows.servicePack : null,
    CSName: windows.computerName,
    FreePhysicalMemory: 4_194_304 + (windows.seed % 4_000_000),
    InstallDate: cimTime(windows.installedAt),
    LastBootUpTime: cimTime(power.bootedAt),
    LocalDateTime: cimTime(clock.now()),
    Locale: '0409',
    Manufacturer: 'Microsoft Corporation',
    Name: `${windows.caption}|C:\\Windows|\\Device\\Harddisk0\\Partition2`,
    OSArchitecture: '64-bit',
    OSLanguage: 1033,
    OSType: 18,
    ProductType: windows.role === 'domain-controller' ? 2 : 3,
    ServicePackMajorVersion: hasServicePack ? Number(windows.servicePack.replaceAll(/\D/g, '')) : 0,
    ServicePackMinorVersion: 0,
    Status: 'OK',
    SystemDirectory: String.raw`C:\Windows\system32`,
    SystemDrive: 'C:',
    TotalVisibleMemorySize: totalKilobytes,
    Version: windows.version,
    WindowsDirectory: String.raw`C:\Windows`,
  };
}
