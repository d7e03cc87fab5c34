import { Failure } from '../../contracts/failures';
import type { CommandResult } from '../session';
import type { UploadJob } from './upload';

/** ERROR_DISK_FULL, plain and as HRESULT: what certutil ends with. */
const diskFullCodes: readonly (number | null)[] = [112, 0x80070070];

/**
 * Why a step of an upload failed. cmd and findstr end with 1 whatever was wrong, and their texts are translated, so
 * the free space of the drive is asked for and compared.
 *
 * @param missingBytes what is still to come of the file
 */
export async function uploadFailure(
  job: UploadJob,
  result: CommandResult,
  step: string,
  missingBytes: number,
): Promise<Failure> {
  if (result.timedOut) {
    const what = `${step} on ${job.target.host} was not done in time`;
    return new Failure('command-timeout', what, { facts: { host: job.target.host } });
  }
  // Lines and bytes of a segment lie beside the part that they are added to.
  const neededBytes = missingBytes + Math.ceil((Math.min(missingBytes, job.segmentBytes) * 7) / 3);
  const freeBytes = diskFullCodes.includes(result.exitCode) ? 0 : await freeSpace(job);
  const full = freeBytes !== null && freeBytes < neededBytes;
  const what = full
    ? `${step} on ${job.target.host} failed: its drive has no room for ${neededBytes} bytes`
    : `${step} on ${job.target.host} failed with exit code ${result.exitCode}`;
  return new Failure(full ? 'disk-full' : 'upload-failed', what, {
    facts: {
      host: job.target.host,
      path: job.files.path,
      exitCode: result.exitCode,
      neededBytes,
      freeBytes,
      stderr: result.stderr.toString('utf8').trim().slice(0, 300),
    },
  });
}

/** Null when that cannot be told, as on hosts that have no wmic any more. */
async function freeSpace(job: UploadJob): Promise<number | null> {
  const drive = job.files.path.slice(0, 2);
  const question = `wmic logicaldisk where "DeviceID='${drive}'" get FreeSpace /value <nul`;
  const answer = await job.run(question).catch(() => null);
  const match = /FreeSpace=(\d{1,15})/.exec(
    (answer?.stdout.toString('latin1') ?? '').replaceAll('\0', ''),
  );
  return match === null ? null : Number(match[1]);
}
