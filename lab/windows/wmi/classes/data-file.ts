import type { Host } from '../../host';
import { nameOf, parentOf, resolvePath } from '../../files/paths';
import { cimTime } from './cim-time';
import { type Instance, noMethods, type WmiClass } from './wmi-class';

const root = 'C:\\';

export const dataFile: WmiClass = {
  name: 'CIM_DataFile',
  alias: 'datafile',
  key: 'Name',
  takesKey: true,
  properties: {
    Caption: 'string',
    CSName: 'string',
    Description: 'string',
    Drive: 'string',
    Extension: 'string',
    FileName: 'string',
    FileSize: 'uint64',
    FileType: 'string',
    LastModified: 'datetime',
    Name: 'string',
    Path: 'string',
    Readable: 'boolean',
    Status: 'string',
    Version: 'string',
    Writeable: 'boolean',
  },
  brief: ['Caption', 'FileSize', 'Path'],
  methods: noMethods,
  instances({ host, key }) {
    const paths = key === null ? filesBelow(root, host) : named(key);
    return paths.flatMap((path) => instanceOf(path, host));
  },
};

/** A name that is no full path of a drive names nothing. */
function named(key: string): string[] {
  return /^[a-z]:\\[^/]*$/i.test(key) && !key.includes('\\\\') ? [key] : [];
}

function filesBelow(folder: string, host: Host): string[] {
  return (host.files.list(folder) ?? []).flatMap((name) => {
    const path = resolvePath(name, folder);
    return host.files.stat(path)?.kind === 'folder' ? filesBelow(path, host) : [path];
  });
}

/** CIM has every path in lower case. */
function instanceOf(path: string, host: Host): Instance[] {
  const stat = host.files.stat(path);
  if (stat?.kind !== 'file') return [];
  const name = stat.path.toLowerCase();
  const file = nameOf(name);
  const dot = file.lastIndexOf('.');
  const extension = dot === -1 ? '' : file.slice(dot + 1);
  return [
    {
      Caption: name,
      CSName: host.windows.computerName,
      Description: name,
      Drive: name.slice(0, 2),
      Extension: extension,
      FileName: dot === -1 ? file : file.slice(0, dot),
      FileSize: stat.size,
      FileType: extension === 'dll' ? 'Application Extension' : `${extension.toUpperCase()} File`,
      LastModified: cimTime(stat.modifiedAt),
      Name: name,
      Path: `${parentOf(name).slice(2).replace(/\\$/, '')}\\`,
      Readable: true,
      Status: 'OK',
      Version: host.fileVersion(stat.path),
      Writeable: true,
    },
  ];
}
