import { utils } from 'ssh2';
import type { SFTPWrapper } from 'ssh2';
import type { MachineFiles } from '../machine';
import { attributesOf, folderAttributes, listingOf } from './sftp-attributes';
import { createHandles } from './sftp-handles';
import type { Handles } from './sftp-handles';
import { toSftpPath, toWindowsPath } from './sftp-paths';

const { OPEN_MODE: openMode, STATUS_CODE: status } = utils.sftp;

interface Server {
  readonly sftp: SFTPWrapper;
  readonly files: MachineFiles;
  readonly home: string;
  readonly handles: Handles;
}

/** Answers SFTP version 3 (draft-ietf-secsh-filexfer-02) from the files of a machine. */
export function serveSftp(sftp: SFTPWrapper, files: MachineFiles, home: string): void {
  const server: Server = { sftp, files, home, handles: createHandles() };
  sftp.on('error', () => undefined);
  // The client has no more questions and waits for us to close.
  sftp.on('end', () => sftp.end());
  serveOpenFiles(server);
  serveNames(server);
  serveFolders(server);
}

function serveOpenFiles({ sftp, files, home, handles }: Server): void {
  sftp.on('OPEN', (id, name, flags) => {
    const path = toWindowsPath(name, home);
    if (path === null) return sftp.status(id, status.FAILURE);
    const refusal = openFile(files, path, flags);
    if (refusal !== null) return sftp.status(id, refusal);
    return sftp.handle(id, handles.add({ path, listing: null }));
  });
  sftp.on('READ', (id, handle, offset, length) => {
    const content = pathOf(handles, handle, (path) => files.read(path));
    if (content === null) return sftp.status(id, status.FAILURE);
    if (offset >= content.length) return sftp.status(id, status.EOF);
    return sftp.data(id, content.subarray(offset, offset + length));
  });
  sftp.on('WRITE', (id, handle, offset, bytes) => {
    const open = handles.get(handle);
    if (open === undefined) return sftp.status(id, status.FAILURE);
    return sftp.status(
      id,
      attempt(() => files.write(open.path, offset, bytes)),
    );
  });
  sftp.on('FSTAT', (id, handle) => {
    const facts = pathOf(handles, handle, (path) => files.stat(path));
    return facts === null
      ? sftp.status(id, status.NO_SUCH_FILE)
      : sftp.attrs(id, attributesOf(facts));
  });
  sftp.on('FSETSTAT', (id, handle, attrs) => {
    const open = handles.get(handle);
    const known = open !== undefined;
    return sftp.status(id, known ? setSize(files, open.path, attrs) : status.FAILURE);
  });
  sftp.on('CLOSE', (id, handle) => {
    sftp.status(id, handles.remove(handle) ? status.OK : status.FAILURE);
  });
}

function serveNames({ sftp, files, home }: Server): void {
  const stat = (id: number, name: string) => {
    const path = toWindowsPath(name, home);
    if (path === null) return sftp.attrs(id, folderAttributes);
    const facts = files.stat(path);
    return facts === null
      ? sftp.status(id, status.NO_SUCH_FILE)
      : sftp.attrs(id, attributesOf(facts));
  };
  sftp.on('STAT', stat);
  sftp.on('LSTAT', stat);
  sftp.on('SETSTAT', (id, name, attrs) => {
    const path = toWindowsPath(name, home);
    return sftp.status(id, path === null ? status.FAILURE : setSize(files, path, attrs));
  });
  sftp.on('REALPATH', (id, name) => {
    const filename = toSftpPath(toWindowsPath(name, home));
    return sftp.name(id, [{ filename, longname: filename, attrs: folderAttributes }]);
  });
  sftp.on('REMOVE', (id, name) => {
    const path = toWindowsPath(name, home);
    const code = removalOf(files, path, 'file');
    return sftp.status(id, code);
  });
  sftp.on('RENAME', (id, from, to) => {
    const [source, target] = [toWindowsPath(from, home), toWindowsPath(to, home)];
    if (source === null || target === null) return sftp.status(id, status.FAILURE);
    if (files.stat(source) === null) return sftp.status(id, status.NO_SUCH_FILE);
    // Version 3: it is an error if there is a file under the new name already.
    const free = files.stat(target) === null;
    return sftp.status(id, free && files.rename(source, target) ? status.OK : status.FAILURE);
  });
}

function serveFolders({ sftp, files, home, handles }: Server): void {
  sftp.on('OPENDIR', (id, name) => {
    const path = toWindowsPath(name, home);
    const names = path === null ? ['C:'] : files.list(path);
    if (names === null) return sftp.status(id, status.NO_SUCH_FILE);
    const listing = listingOf(files, path, names);
    return sftp.handle(id, handles.add({ path: path ?? '', listing }));
  });
  sftp.on('READDIR', (id, handle) => {
    const listing = handles.get(handle)?.listing;
    if (listing === undefined || listing === null) return sftp.status(id, status.FAILURE);
    const some = listing.splice(0, 100);
    return some.length === 0 ? sftp.status(id, status.EOF) : sftp.name(id, some);
  });
  sftp.on('MKDIR', (id, name) => {
    const path = toWindowsPath(name, home);
    if (path === null || files.stat(path) !== null) return sftp.status(id, status.FAILURE);
    const parent = path.slice(0, Math.max(path.lastIndexOf('\\'), 3));
    if (files.stat(parent) === null) return sftp.status(id, status.NO_SUCH_FILE);
    return sftp.status(
      id,
      attempt(() => files.makeFolder(path)),
    );
  });
  sftp.on('RMDIR', (id, name) => {
    const path = toWindowsPath(name, home);
    return sftp.status(id, removalOf(files, path, 'folder'));
  });
}

const pathOf = <T>(handles: Handles, handle: Buffer, ask: (path: string) => T | null): T | null => {
  const open = handles.get(handle);
  return open === undefined ? null : ask(open.path);
};

/** Null when the file is open; else the status that says why not. */
function openFile(files: MachineFiles, path: string, flags: number): number | null {
  const facts = files.stat(path);
  if (facts?.kind === 'folder') return status.FAILURE;
  if (facts === null && (flags & openMode.CREAT) === 0) return status.NO_SUCH_FILE;
  if (facts !== null && (flags & openMode.EXCL) !== 0) return status.FAILURE;
  if (facts === null) return refusalOf(() => files.write(path, 0, Buffer.alloc(0)));
  return (flags & openMode.TRUNC) === 0 ? null : refusalOf(() => files.truncate(path, 0));
}

function setSize(files: MachineFiles, path: string, attrs: { readonly size?: number }): number {
  if (files.stat(path) === null) return status.NO_SUCH_FILE;
  // Modes, owners and times are accepted and have no meaning on Windows.
  const { size } = attrs;
  return size === undefined ? status.OK : attempt(() => files.truncate(path, size));
}

function removalOf(files: MachineFiles, path: string | null, kind: 'file' | 'folder'): number {
  const facts = path === null ? null : files.stat(path);
  if (path === null || facts === null) return status.NO_SUCH_FILE;
  return facts.kind === kind && files.remove(path) ? status.OK : status.FAILURE;
}

const attempt = (act: () => void): number => refusalOf(act) ?? status.OK;

/** A full disk has no status of its own in version 3. */
function refusalOf(act: () => void): number | null {
  try {
    act();
    return null;
  } catch (error) {
    return (error as { code?: string }).code === 'ENOENT' ? status.NO_SUCH_FILE : status.FAILURE;
  }
}
