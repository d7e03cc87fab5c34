import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { BadInput } from '../../../clients/input';
import { msu } from '../package/build-package';

export const hotfixDir = join(__dirname, '../../../hotfixes');
/** A package of KB3004383 for x64. */
export const packageBytes = msu();
export const sha256 = createHash('sha256').update(packageBytes).digest('hex');

/** Writes files into a folder that is new for each test; lines are given as they are in the file. */
export function inputFiles(): {
  folder: () => string;
  write: (name: string, text: string | Buffer) => string;
} {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'rollout-test-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  return {
    folder: () => folder,
    write: (name, text) => {
      const path = join(folder, name);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
      return path;
    },
  };
}

export async function badInputOf(work: Promise<unknown>): Promise<BadInput> {
  const error: unknown = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (error instanceof BadInput) return error;
  throw new Error('expected bad input', { cause: error });
}
