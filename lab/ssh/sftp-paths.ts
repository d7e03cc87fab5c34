import { win32 } from 'node:path';

/**
 * A path as SFTP clients write it, as Windows names it: `/C:/x`, `C:/x`, `C:\x`, or relative to the home folder.
 * Null is the root above all drives, which Windows' sftp-server shows as `/`.
 */
export function toWindowsPath(sftpPath: string, home: string): string | null {
  const path = sftpPath.replaceAll('/', '\\');
  const drive = /^\\?([A-Za-z]:)(\\.*)?$/.exec(path);
  if (drive !== null) return trimEnd(win32.normalize(`${drive[1] as string}${drive[2] ?? '\\'}`));
  if (/^\\+\.?$/.test(path)) return null;
  const base = path.startsWith('\\') ? home.slice(0, 2) : home;
  return trimEnd(win32.normalize(`${base}\\${path}`));
}

/** The other way: `C:\x` becomes `/C:/x`. */
export const toSftpPath = (windowsPath: string | null): string =>
  windowsPath === null ? '/' : `/${windowsPath.replaceAll('\\', '/')}`;

/** No trailing backslash, except after a drive. */
const trimEnd = (path: string): string =>
  path.length > 3 && path.endsWith('\\') ? path.slice(0, -1) : path;
