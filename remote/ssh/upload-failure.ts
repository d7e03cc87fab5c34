import { Failure } from '../../contracts/failures';
import { sshFailure } from './errors';
import type { Ssh2Error } from './errors';
import { sftpStatus } from './sftp';
import type { Upload } from './upload';

/**
 * Why the SFTP server took no more. Version 3 of SFTP has no status for a full disk and its texts are anybody's, so the
 * free space of the drive is asked for and compared.
 */
export async function refusedWrite(
  upload: Upload,
  error: unknown,
  what: 'created' | 'written',
): Promise<never> {
  if (error instanceof Failure) throw error;
  if (upload.link.lost !== null) throw upload.link.lost;
  const { code, message } = error as Ssh2Error;
  const freeBytes = code === sftpStatus.failure ? await freeSpace(upload) : null;
  const full = freeBytes !== null && freeBytes < upload.local.size;
  throw sshFailure(
    full ? 'disk-full' : 'upload-failed',
    full
      ? `${upload.path} could not be ${what}: its drive has no room for ${upload.local.size} bytes`
      : `${upload.path} could not be ${what}: ${message} (SFTP status ${code ?? 'unknown'})`,
    upload.link.where,
    { cause: error, facts: { path: upload.path, neededBytes: upload.local.size, freeBytes } },
  );
}

/** Null when that cannot be told, as on hosts that have no wmic any more. */
async function freeSpace(upload: Upload): Promise<number | null> {
  const drive = upload.path.slice(0, 2);
  const question = `wmic logicaldisk where "DeviceID='${drive}'" get FreeSpace /value <nul`;
  const answer = await upload.run(question, upload.commandOptions).catch(() => null);
  const match = /FreeSpace=(\d{1,15})/.exec(answer?.stdout.toString('latin1') ?? '');
  return match === null ? null : Number(match[1]);
}
