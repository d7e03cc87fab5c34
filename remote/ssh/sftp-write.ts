import { sshFailure } from './errors';
import { refusedWrite } from './upload-failure';
import type { SftpUpload } from './upload-sftp';

/**
 * What every server takes in one packet: 34000 bytes with its frame (draft-ietf-secsh-filexfer-02 section 3), of which
 * ssh2 keeps 2048 for the frame. More it would send as two writes, the second when the first is answered.
 */
export const chunkBytes = 31 * 1024;
/** Writes under way at once: a single one would make the speed chunk size by round-trip time. */
export const writesInFlight = 32;

/** Bytes of the file that the host has acknowledged, those of earlier uploads included. */
export interface Progress {
  acknowledged: number;
}

/** Workers share one position, so that the writes that are under way are always the next ones. */
export async function writeFrom(
  upload: SftpUpload,
  handle: Buffer,
  from: number,
  progress: Progress,
): Promise<void> {
  const { bytes } = upload.source;
  let next = from;
  progress.acknowledged = from;
  upload.tell(from);
  const takePosition = (): number | null => {
    if (next >= bytes) return null;
    const position = next;
    next += chunkBytes;
    return position;
  };
  const work = async () => {
    for (let position = takePosition(); position !== null; position = takePosition()) {
      upload.signal.throwIfAborted();
      const written = await writeChunk(upload, handle, position);
      // Read behind the await: others have added theirs meanwhile.
      progress.acknowledged += written;
      upload.tell(progress.acknowledged);
    }
  };
  const failures: unknown[] = [];
  const workOrStopAll = () =>
    work().catch((error: unknown) => {
      next = bytes;
      failures.push(error);
    });
  await Promise.all(Array.from({ length: writesInFlight }, workOrStopAll));
  upload.signal.throwIfAborted();
  // Only the first is looked into: the others are what it has brought about.
  if (failures.length > 0)
    await refusedWrite(upload, failures[0], 'written', bytes - progress.acknowledged);
}

async function writeChunk(upload: SftpUpload, handle: Buffer, position: number): Promise<number> {
  const { source, place, link, files } = upload;
  const length = Math.min(chunkBytes, source.bytes - position);
  const chunk = await source.readAt(position, length);
  if (chunk.length !== length)
    throw sshFailure('upload-failed', 'the file to upload became shorter meanwhile', link.where, {
      facts: { path: files.path },
      advice: 'see who writes to it on the worker',
    });
  await place.sftp.write(handle, chunk, position);
  return length;
}
