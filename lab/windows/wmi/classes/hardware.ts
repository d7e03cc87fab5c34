import { type Instance, noMethods, type WmiClass } from './wmi-class';

const diskBytes = 100 * 1024 ** 3;
const memoryBytes = 17_179_332_608;

export const logicalDisk: WmiClass = {
  name: 'Win32_LogicalDisk',
  alias: 'logicaldisk',
  key: 'DeviceID',
  takesKey: true,
  properties: {
    Caption: 'string',
    Compressed: 'boolean',
    Description: 'string',
    DeviceID: 'string',
    DriveType: 'uint32',
    FileSystem: 'string',
    FreeSpace: 'uint64',
    MediaType: 'uint32',
    Name: 'string',
    Size: 'uint64',
    SystemName: 'string',
    VolumeName: 'string',
    VolumeSerialNumber: 'string',
  },
  brief: ['DeviceID', 'DriveType', 'FreeSpace', 'Size', 'VolumeName'],
  methods: noMethods,
  instances: ({ host }): Instance[] => {
    const { computerName, seed } = host.windows;
    const common = (deviceId: string): Instance => ({
      Caption: deviceId,
      DeviceID: deviceId,
      Name: deviceId,
      SystemName: computerName,
    });
    const free = host.files.freeBytes();
    const disk: Instance = {
      ...common('C:'),
      Compressed: false,
      Description: 'Local Fixed Disk',
      DriveType: 3,
      FileSystem: 'NTFS',
      FreeSpace: free,
      MediaType: 12,
      Size: Math.max(diskBytes, free),
      VolumeName: '',
      VolumeSerialNumber: seed.toString(16).toUpperCase().padStart(8, '0'),
    };
    // An empty drive has a type and no more.
    const cdRom: Instance = {
      ...common('D:'),
      Description: 'CD-ROM Disc',
      DriveType: 5,
      MediaType: 11,
    };
    return [disk, cdRom];
  },
};

export const computerSystem: WmiClass = {
  name: 'Win32_ComputerSystem',
  alias: 'computersystem',
  key: 'Name',
  takesKey: false,
  properties: {
    Caption: 'string',
    DNSHostName: 'string',
    Domain: 'string',
    DomainRole: 'uint16',
    Manufacturer: 'string',
    Model: 'string',
    Name: 'string',
    NumberOfLogicalProcessors: 'uint32',
    NumberOfProcessors: 'uint32',
    PartOfDomain: 'boolean',
    Status: 'string',
    SystemType: 'string',
    TotalPhysicalMemory: 'uint64',
  },
  brief: ['Domain', 'Manufacturer', 'Model', 'Name', 'TotalPhysicalMemory'],
  methods: noMethods,
  instances: ({ host: { windows } }) => [
    {
      Caption: windows.computerName,
      DNSHostName: windows.computerName.toLowerCase(),
      Domain: windows.domain,
      DomainRole: windows.role === 'domain-controller' ? 4 : 3,
      Manufacturer: 'Lab',
      Model: 'Virtual Machine',
      Name: windows.computerName,
      NumberOfLogicalProcessors: 4,
      NumberOfProcessors: 2,
      PartOfDomain: true,
      Status: 'OK',
      SystemType: 'x64-based PC',
      TotalPhysicalMemory: memoryBytes,
    },
  ],
};

export const processor: WmiClass = {
  name: 'Win32_Processor',
  alias: 'cpu',
  key: 'DeviceID',
  takesKey: false,
  properties: {
    AddressWidth: 'uint16',
    Architecture: 'uint16',
    Caption: 'string',
    CurrentClockSpeed: 'uint32',
    DeviceID: 'string',
    LoadPercentage: 'uint16',
    MaxClockSpeed: 'uint32',
    Name: 'string',
    NumberOfCores: 'uint32',
    NumberOfLogicalProcessors: 'uint32',
    Status: 'string',
  },
  brief: ['Caption', 'DeviceID', 'MaxClockSpeed', 'Name', 'Status'],
  methods: noMethods,
  instances: ({ host: { windows } }) =>
    [0, 1].map((number) => ({
      AddressWidth: 64,
      // 9: x64.
      Architecture: 9,
      Caption: 'Intel64 Family 6 Model 44 Stepping 2',
      CurrentClockSpeed: 2400,
      DeviceID: `CPU${number}`,
      LoadPercentage: (windows.seed + number * 7) % 40,
      MaxClockSpeed: 2400,
      Name: 'Virtual CPU @ 2.40GHz',
      NumberOfCores: 2,
      NumberOfLogicalProcessors: 2,
      Status: 'OK',
    })),
};

export const bios: WmiClass = {
  name: 'Win32_BIOS',
  alias: 'bios',
  key: 'Name',
  takesKey: false,
  properties: {
    Caption: 'string',
    Manufacturer: 'string',
    Name: 'string',
    SerialNumber: 'string',
    SMBIOSBIOSVersion: 'string',
    Version: 'string',
  },
  brief: ['Manufacturer', 'Name', 'SerialNumber', 'Version'],
  methods: noMethods,
  instances: ({ host: { windows } }) => [
    {
      Caption: 'Lab BIOS',
      Manufacturer: 'Lab',
      Name: 'Lab BIOS',
      SerialNumber: `LAB-${windows.seed}`,
      SMBIOSBIOSVersion: '1.0',
      Version: 'LAB - 1',
    },
  ],
};
