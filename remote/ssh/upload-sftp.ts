import { digestLine, readSize, sizeLine } from '../upload/commands';
import { digestIn, emptySha256 } from '../upload/digest';
import { isUseless } from '../upload/segments';
import { sshFailure } from './errors';
import type { SftpPlace } from './sftp-place';
import { isRefusal, sftpStatus } from './sftp-requests';
import { chunkBytes, writeFrom, writesInFlight } from './sftp-write';
import type { Progress } from './sftp-write';
import { refusedWrite } from './upload-failure';
import type { Upload } from './upload';

export interface SftpUpload extends Upload {
  readonly place: SftpPlace;
}

/**
 * What may have been under way when an upload was cut. A server may have written the last of it and not what is before:
 * the size of the file is no word for these bytes, so they are sent again.
 */
const doubtfulBytes = chunkBytes * writesInFlight;
/** A shorter part of an upload that was given up is sent again sooner than it is missed; it goes with the upload. */
const worthKeepingBytes = 4 * 1024 * 1024;

/**
 * Puts a file on the host: SFTP to the part, digest on the host, rename. Two uploads of the same bytes write the same to
 * the same places of one part and never cut it short, so whichever ends first renames a whole file.
 *
 * @returns offset from which something had to be sent; null when what SFTP shows is not the drive
 */
export async function bringBySftp(upload: SftpUpload): Promise<number | null> {
  const { sftp } = upload.place;
  const there = await lookAtPart(upload);
  const handle = await openPart(upload);
  const progress: Progress = { acknowledged: there };
  try {
    if (upload.place.isGuess && !(await isSeenByWindows(upload))) {
      upload.place.giveUp();
      await discard(upload, handle);
      return null;
    }
    const from = resumePoint(there, upload.source.bytes);
    await writeFrom(upload, handle, from, progress);
    await sftp
      .closeFile(handle)
      .catch((error: unknown) => refusedWrite(upload, error, 'written', 0));
    await compareDigest(upload);
    await rename(upload);
    return from;
  } catch (error) {
    if (isUseless(error) || progress.acknowledged < worthKeepingBytes)
      await discard(upload, handle);
    else await sftp.closeFile(handle).catch(() => undefined);
    throw error;
  }
}

/** Size of what an earlier upload has brought. What is longer than the file, or no file, is in the way and goes. */
async function lookAtPart({ place, files, source }: SftpUpload): Promise<number> {
  const part = place.nameOf(files.part);
  const facts = await place.sftp.stat(part).catch((error: unknown) => {
    if (isRefusal(error)) return null;
    throw error;
  });
  if (facts === null) return 0;
  if (facts.kind === 'file' && facts.size <= source.bytes) return facts.size;
  await place.sftp.remove(part).catch((error: unknown) => {
    if (!isRefusal(error)) throw error;
  });
  return 0;
}

/** A whole part was cut while it was digested or renamed; its digest tells whether it is what it should be. */
function resumePoint(there: number, bytes: number): number {
  if (there === bytes) return bytes;
  const sure = Math.max(0, there - doubtfulBytes);
  return sure - (sure % chunkBytes);
}

async function openPart(upload: SftpUpload): Promise<Buffer> {
  const { files, place, source } = upload;
  const part = place.nameOf(files.part);
  try {
    return await place.sftp.open(part);
  } catch (error) {
    if (!isRefusal(error) || error.code !== sftpStatus.noSuchFile)
      return refusedWrite(upload, error, 'created', source.bytes);
    const exitCode = await makeFolder(upload);
    return place.sftp.open(part).catch((again: unknown) => {
      // Another upload may have made it meanwhile, which is as good.
      if (exitCode === 0 || !isRefusal(again))
        return refusedWrite(upload, again, 'created', source.bytes);
      throw sshFailure(
        'upload-failed',
        `the folder ${files.folder} could not be made (exit ${exitCode})`,
        upload.link.where,
        {
          facts: { path: files.path },
          advice: 'check the drive and its free space, and that the account may make folders there',
        },
      );
    });
  }
}

/** cmd's mkdir makes the whole way down, which SFTP's does not. */
async function makeFolder({ files, run }: SftpUpload): Promise<number | null> {
  return (await run(`mkdir "${files.folder}"`)).exitCode;
}

async function isSeenByWindows({ files, run }: SftpUpload): Promise<boolean> {
  return readSize((await run(sizeLine(files.part))).stdout) !== null;
}

async function compareDigest(upload: SftpUpload): Promise<void> {
  const { files, sha256, link } = upload;
  const actual = await digestOnHost(upload);
  if (actual === sha256) return;
  throw sshFailure('upload-corrupt', `${files.path} arrived with another content`, link.where, {
    facts: { path: files.path, expected: sha256, found: actual },
  });
}

async function digestOnHost({ source, run, files, link }: SftpUpload): Promise<string> {
  if (source.bytes === 0) return emptySha256;
  const { exitCode, stdout } = await run(digestLine(files));
  const digest = exitCode === 0 ? digestIn(stdout) : null;
  if (digest !== null) return digest;
  throw sshFailure(
    'upload-failed',
    `certutil told no digest of ${files.part} (exit ${exitCode})`,
    link.where,
    { facts: { path: files.path, exitCode } },
  );
}

/**
 * By cmd's `move`, which is one MoveFileEx with MOVEFILE_REPLACE_EXISTING: under the final name there is the old file or
 * the new one. Win32-OpenSSH's posix-rename@openssh.com deletes the old file first and renames then, and plain SFTP
 * refuses a name that is taken.
 */
async function rename({ run, files, link }: SftpUpload): Promise<void> {
  const { exitCode } = await run(`move /y "${files.part}" "${files.path}"`);
  if (exitCode !== 0)
    throw sshFailure(
      'upload-failed',
      `${files.path} could not be put in place (move ended with ${exitCode})`,
      link.where,
      {
        facts: { path: files.path, exitCode },
        advice: 'check that no program holds the file open and that the account may replace it',
      },
    );
}

/** Nothing that is of no use stays behind while the host can still be told. */
async function discard({ link, place, files }: SftpUpload, handle: Buffer): Promise<void> {
  if (link.lost !== null) return;
  await place.sftp.closeFile(handle).catch(() => undefined);
  await place.sftp.remove(place.nameOf(files.part)).catch(() => undefined);
}
