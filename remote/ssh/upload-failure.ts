import type { Failure } from '../../contracts/failures';
import { askFreeSpace } from '../upload/free-space';
import { sshFailure } from './errors';
import { isRefusal, sftpStatus } from './sftp-requests';
import type { SftpRefusal } from './sftp-requests';
import type { SftpUpload } from './upload-sftp';

/**
 * Why the SFTP server took no more. Version 3 of SFTP has no status for a full disk, a quota or a file in use, and its
 * texts are anybody's, so the free space of the drive is asked for and compared.
 *
 * @param missingBytes what is still to come of the file
 */
export async function refusedWrite(
  upload: SftpUpload,
  error: unknown,
  what: 'created' | 'written',
  missingBytes: number,
): Promise<never> {
  if (!isRefusal(error)) throw error;
  const isPlain = error.code === sftpStatus.failure;
  const freeBytes = isPlain ? await freeSpace(upload) : null;
  if (freeBytes === null || freeBytes >= missingBytes)
    throw refusal(upload, error, what, freeBytes);
  throw sshFailure(
    'disk-full',
    `${upload.files.path} could not be ${what}: its drive has no room for ${missingBytes} bytes`,
    upload.link.where,
    {
      cause: error,
      facts: { path: upload.files.path, neededBytes: missingBytes, freeBytes },
    },
  );
}

function refusal(
  { files: { path }, link }: SftpUpload,
  error: SftpRefusal,
  what: 'created' | 'written',
  freeBytes: number | null,
): Failure {
  const status = `SFTP status ${error.code}, ${JSON.stringify(error.message.slice(0, 100))}`;
  return sshFailure('upload-failed', `${path} could not be ${what}: ${status}`, link.where, {
    cause: error,
    facts: { path, freeBytes },
    advice: adviceFor(error.code, what),
  });
}

function adviceFor(code: number, what: 'created' | 'written'): string {
  if (code === sftpStatus.permissionDenied)
    return 'check that the account may write in the folder, and that no program holds the file open';
  if (what === 'created')
    return 'check free space, and that neither a folder nor a program is in the way of the file';
  return 'check free space, disk quota of the account, and that no program holds the file open';
}

/** Of the server, which knows of quotas too; else of Windows, where that has wmic still. */
async function freeSpace({ files, place, run }: SftpUpload): Promise<number | null> {
  const told = await place.sftp.freeBytes(place.nameOf(files.folder)).catch(() => null);
  return told ?? askFreeSpace(files.path, (line) => run(line));
}
