import { createHash } from 'node:crypto';
import { resolvePath } from '../../files/paths';
import type { Invocation } from '../../process/invocation';
import { missingFileError } from '../matching-files';
import { badParameter, VerbFailed, win32Failure } from './result';

const kept = { md5: 'md5', sha1: 'sha1', sha256: 'sha256' } as const;
const computed: ReadonlySet<string> = new Set(['sha384', 'sha512']);

/** `-hashfile InFile [HashAlgorithm]`. Before Windows 10 the bytes of the digest are separated by blanks. */
export function hashFile(
  invocation: Invocation,
  [typed, algorithm = 'SHA1', more]: string[],
): void {
  if (typed === undefined || more !== undefined) throw badParameter();
  const path = resolvePath(typed, invocation.workingDirectory);
  const bytes = invocation.host.files.read(path);
  if (bytes === null) {
    const { text, win32 } = missingFileError(path, invocation);
    throw win32Failure(text, win32);
  }
  const digest = digestOf(invocation, path, bytes, algorithm.toLowerCase());
  // It maps the file into memory, which cannot be done with an empty one.
  if (bytes.length === 0) {
    const text =
      'The volume for a file has been externally altered so that the opened file is no longer valid.';
    throw win32Failure(text, 1006);
  }
  invocation.stdout.line(`${algorithm.toUpperCase()} hash of file ${typed}:`);
  invocation.stdout.line(digest.replace(/..(?=.)/g, '$& '));
}

function digestOf({ host }: Invocation, path: string, bytes: Buffer, algorithm: string): string {
  if (algorithm === 'md5' || algorithm === 'sha1' || algorithm === 'sha256') {
    return host.files.hash(path, kept[algorithm]) ?? '';
  }
  if (computed.has(algorithm)) return createHash(algorithm).update(bytes).digest('hex');
  throw new VerbFailed('The object was not found.', 0xd0000225, String(0xd0000225 | 0));
}
