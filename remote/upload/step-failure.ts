import { Failure } from '../../contracts/failures';
import type { CommandResult } from '../session';
import { askFreeSpace } from './free-space';
import type { SegmentedUpload } from './segments';

/** ERROR_DISK_FULL, plain and as HRESULT: what certutil ends with. */
const diskFullCodes: readonly (number | null)[] = [112, 0x80070070];

/**
 * Why a step of an upload failed. cmd and findstr end with 1 whatever was wrong, and their texts are translated, so
 * the free space of the drive is asked for and compared.
 *
 * @param missingBytes what is still to come of the file
 */
export async function stepFailure(
  upload: SegmentedUpload,
  result: CommandResult,
  step: string,
  missingBytes: number,
): Promise<Failure> {
  const { host, files, segmentBytes } = upload;
  if (result.timedOut) {
    const what = `${step} on ${host} was not done in time`;
    return new Failure('command-timeout', what, { facts: { host } });
  }
  // Lines and bytes of a segment lie beside the part that they are added to.
  const neededBytes = missingBytes + Math.ceil((Math.min(missingBytes, segmentBytes) * 7) / 3);
  const freeBytes = diskFullCodes.includes(result.exitCode)
    ? 0
    : await askFreeSpace(files.path, (line) => upload.run(line));
  const full = freeBytes !== null && freeBytes < neededBytes;
  const what = full
    ? `${step} on ${host} failed: its drive has no room for ${neededBytes} bytes`
    : `${step} on ${host} failed with exit code ${result.exitCode}`;
  return new Failure(full ? 'disk-full' : 'upload-failed', what, {
    facts: {
      host,
      path: files.path,
      exitCode: result.exitCode,
      neededBytes,
      freeBytes,
      stderr: result.stderr.toString('utf8').trim().slice(0, 300),
    },
  });
}
