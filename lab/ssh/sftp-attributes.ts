import type { Attributes, FileEntry } from 'ssh2';
import type { MachineFiles } from '../machine';

type FileFacts = NonNullable<ReturnType<MachineFiles['stat']>>;

/** POSIX file types and full permissions: what Windows' sftp-server reports for an administrator. */
const folderMode = 0o040777;
const fileMode = 0o100666;

export const attributesOf = (facts: FileFacts): Attributes => ({
  mode: facts.kind === 'folder' ? folderMode : fileMode,
  uid: 0,
  gid: 0,
  size: facts.size,
  atime: Math.floor(facts.modifiedAt / 1000),
  mtime: Math.floor(facts.modifiedAt / 1000),
});

/** Of the root above the drives, and wherever nobody looks at them. */
export const folderAttributes: Attributes = attributesOf({
  kind: 'folder',
  size: 0,
  modifiedAt: 0,
});

export function listingOf(
  files: MachineFiles,
  folder: string | null,
  names: readonly string[],
): FileEntry[] {
  return names.map((filename) => {
    const path = folder === null ? `${filename}\\` : `${folder.replace(/\\$/, '')}\\${filename}`;
    const facts = files.stat(path);
    const attrs = facts === null ? folderAttributes : attributesOf(facts);
    return { filename, longname: longNameOf(filename, attrs), attrs };
  });
}

/** As `ls -l` prints it; clients show it and do not take it apart. */
function longNameOf(filename: string, attrs: Attributes): string {
  const kind = attrs.mode === folderMode ? 'drwxrwxrwx' : '-rw-rw-rw-';
  const day = new Date(attrs.mtime * 1000).toISOString().slice(0, 10);
  return `${kind}    1 0        0        ${String(attrs.size).padStart(12)} ${day} ${filename}`;
}
