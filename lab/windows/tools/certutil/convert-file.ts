import { resolvePath } from '../../files/paths';
import type { Invocation } from '../../process/invocation';
import { missingFileError } from '../matching-files';
import { asVerbFailure, badParameter, fileExists, hex, win32Failure } from './result';

export interface Conversion {
  /** What it calls itself when it fails. */
  readonly routine: string;
  readonly convert: (bytes: Buffer) => Buffer;
}

/** `-decode InFile OutFile` and its relatives: they differ only in what they make of the bytes. */
export function convertFile(
  invocation: Invocation,
  { routine, convert }: Conversion,
  [from, to, more]: string[],
  overwrites: boolean,
): void {
  if (from === undefined || to === undefined || more !== undefined) throw badParameter();
  const { host, stdout, workingDirectory } = invocation;
  try {
    const source = resolvePath(from, workingDirectory);
    const target = resolvePath(to, workingDirectory);
    const bytes = host.files.read(source);
    if (bytes === null) {
      const { text, win32 } = missingFileError(source, invocation);
      throw win32Failure(text, win32);
    }
    const converted = convert(bytes);
    if (host.files.stat(target) !== null && !overwrites) throw fileExists();
    host.files.write(target, converted);
    stdout.line(`Input Length = ${bytes.length}`);
    stdout.line(`Output Length = ${converted.length}`);
  } catch (error) {
    const failure = asVerbFailure(error);
    stdout.line(`${routine} returned ${failure.message} ${hex(failure.code)} (${failure.origin})`);
    throw failure;
  }
}
