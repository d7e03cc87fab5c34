import { access, constants, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Failure } from '../../contracts/failures';
import type { CliIo } from './io';

/** `-`, as everywhere, is what the command prints. */
const standardOutput = '-';

/**
 * Looks whether a file can be written, before anything is done for it.
 *
 * @throws Failure bad-request that names the file
 */
export async function refuseUnwritable(file: string, json: boolean): Promise<void> {
  if (file === standardOutput) {
    if (!json) return;
    const advice = 'write the CSV into a file, or leave out --json';
    throw new Failure('bad-request', 'CSV and JSON cannot both be printed', { advice });
  }
  const isFolder = await stat(file).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (isFolder) throw unwritable(file, 'EISDIR');
  await access(dirname(file), constants.W_OK).catch(refuse(file));
}

/** @throws Failure bad-request that names the file */
export async function writeResult(
  { stdout }: Pick<CliIo, 'stdout'>,
  file: string,
  text: string,
): Promise<void> {
  if (file === standardOutput) stdout.write(text);
  else await writeFile(file, text).catch(refuse(file));
}

const refuse =
  (file: string) =>
  (error: unknown): never => {
    throw unwritable(file, (error as NodeJS.ErrnoException).code ?? String(error));
  };

const unwritable = (file: string, why: string): Failure =>
  new Failure('bad-request', `${file} cannot be written (${why})`, {
    advice: 'name a file in a folder that is there and yours; --csv - prints it',
  });
