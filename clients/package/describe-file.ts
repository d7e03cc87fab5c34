import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';

export interface FileDigest {
  readonly sha256: string;
  readonly bytes: number;
}

/** @throws an error of the file system */
export async function describeFile(path: string): Promise<FileDigest> {
  const file = await stat(path);
  if (!file.isFile()) throw Object.assign(new Error('no file'), { code: 'EISDIR' });
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return { sha256: hash.digest('hex'), bytes: file.size };
}
