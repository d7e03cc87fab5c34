import type { SshLink } from './link';
import { openSftp } from './sftp';
import type { Sftp } from './sftp';
import { findRoot, knownOf, sftpPath } from './sftp-roots';
import type { SftpKnowledge } from './sftp-roots';

/** An open SFTP channel, and how its server calls the files of one drive. */
export interface SftpPlace {
  readonly sftp: Sftp;
  /** Whether the drive was found by guessing, so that a file has to be seen through it first. */
  readonly isGuess: boolean;
  nameOf(windowsPath: string): string;
  /** For the rest of the session the drive counts as not shown. */
  giveUp(): void;
}

/** Null when the host has no SFTP, or none that shows the drive; both are found out once in a session. */
export async function openPlace(
  link: SshLink,
  windowsPath: string,
  stallMs: number,
  signal: AbortSignal,
): Promise<SftpPlace | null> {
  const known = knownOf(link);
  const drive = windowsPath.slice(0, 1).toUpperCase();
  if (known.isMissing || known.roots.get(drive) === null) return null;
  const sftp = await openSftp(link, stallMs, signal);
  if (sftp === null) {
    known.isMissing = true;
    return null;
  }
  try {
    const place = await placeOn(sftp, known, drive);
    if (place === null) sftp.end();
    return place;
  } catch (error) {
    sftp.end();
    throw error;
  }
}

async function placeOn(
  sftp: Sftp,
  { roots }: SftpKnowledge,
  drive: string,
): Promise<SftpPlace | null> {
  const root = roots.get(drive) ?? (await findRoot(sftp, drive));
  roots.set(drive, root);
  if (root === null) return null;
  return {
    sftp,
    isGuess: !root.isCertain,
    nameOf: (windowsPath) => sftpPath(root, windowsPath),
    giveUp: () => roots.set(drive, null),
  };
}
