import type { SshLink } from './link';
import type { Sftp } from './sftp';
import { isRefusal } from './sftp-requests';

/** How a server names the root of a drive. */
export interface SftpRoot {
  /** Without the slash at its end, e.g. `/C:`. */
  readonly name: string;
  /**
   * Whether the server itself names its home folder by drive letter. Another name is a guess: a folder `/c` may be
   * anything, and must be shown to be the drive before anything is believed of it.
   */
  readonly isCertain: boolean;
}

/** What is known of the SFTP of a session: asked once, kept as long as its connection. */
export interface SftpKnowledge {
  /** Whether there is no SFTP, or none that can be used. */
  isMissing: boolean;
  /** By drive letter in upper case; null for a drive that the server does not show. */
  readonly roots: Map<string, SftpRoot | null>;
}

const knowledge = new WeakMap<SshLink, SftpKnowledge>();

export function knownOf(link: SshLink): SftpKnowledge {
  const known = knowledge.get(link) ?? { isMissing: false, roots: new Map() };
  knowledge.set(link, known);
  return known;
}

/**
 * Finds out how the server calls a drive: Win32-OpenSSH `/C:`, Cygwin `/cygdrive/c`, MSYS2 `/c`, WSL `/mnt/c`, and
 * some servers `C:` without a root above. Null when it is none of these, as below a ChrootDirectory.
 */
export async function findRoot(sftp: Sftp, drive: string): Promise<SftpRoot | null> {
  const home = await sftp.realPath('.').catch(nullWhenRefused);
  const isWindows = /^\/[A-Za-z]:(\/|$)/.test(home ?? '');
  for (const name of namesOf(drive)) {
    // oxlint-disable-next-line no-await-in-loop -- the first one that fits
    const facts = await sftp.stat(`${name}/`).catch(nullWhenRefused);
    if (facts?.kind === 'folder')
      return { name, isCertain: isWindows && name.startsWith('/') && name.endsWith(':') };
  }
  return null;
}

/** Certain ones first: on a host that has both, `/C:` is the one that means Windows' drive. */
const namesOf = (drive: string): readonly string[] => {
  const letter = drive.toLowerCase();
  return [
    `/${drive.toUpperCase()}:`,
    `/cygdrive/${letter}`,
    `/${letter}`,
    `/mnt/${letter}`,
    `${drive.toUpperCase()}:`,
  ];
};

/** `C:\x\y` below the root of its drive. */
export const sftpPath = (root: SftpRoot, windowsPath: string): string =>
  `${root.name}${windowsPath.slice(2).replaceAll('\\', '/')}`;

function nullWhenRefused(error: unknown): null {
  if (isRefusal(error)) return null;
  throw error;
}
