import { createHash } from 'node:crypto';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { canonicalJson } from '../contracts/canonical-json';
import { Failure } from '../contracts/failures';
import { previewHash, type PreviewHash, previewHashPattern } from '../contracts/ids';
import type { Preview, PreviewContent } from '../contracts/preview';
import { writeAtomically } from './write-atomically';

/** Previews as files under their hashes: clients write them, workers read them. */
export interface PreviewStore {
  /** Writes again what is there already, which heals a file that was altered. @throws Failure disk-full, bad-request */
  write(content: PreviewContent): Promise<Preview>;
  /** @throws Failure preview-missing, preview-changed */
  read(hash: PreviewHash): Promise<Preview>;
}

/** Previews kept in memory: every activity reads one, and a big one takes a while to parse and hash. */
const maxCached = 8;

export function createPreviewStore(dir: string): PreviewStore {
  const cache = new Map<string, { readonly stamp: string; readonly preview: Promise<Preview> }>();
  const pathOf = (hash: string): string => join(dir, `${hash}.json`);
  return {
    async write(content) {
      const text = canonicalJson(content);
      const hash = hashOf(text);
      await writeAtomically(pathOf(hash), (aside) => writeFile(aside, text, { mode: 0o600 }));
      return { hash, content };
    },
    async read(hash) {
      if (!previewHashPattern.test(hash)) throw missing(hash, dir, 'is no preview hash');
      const stamp = await stampOf(pathOf(hash), hash, dir);
      const cached = cache.get(hash);
      if (cached?.stamp === stamp) return cached.preview;
      const preview = readPreview(pathOf(hash), hash, dir);
      cache.delete(hash);
      cache.set(hash, { stamp, preview });
      const [oldest] = cache.keys();
      if (cache.size > maxCached && oldest !== undefined) cache.delete(oldest);
      // A failure is asked for again: the file may be put right meanwhile.
      preview.catch(() => cache.delete(hash));
      return preview;
    },
  };
}

const hashOf = (text: string): PreviewHash =>
  previewHash(createHash('sha256').update(text, 'utf8').digest('hex'));

async function stampOf(path: string, hash: string, dir: string): Promise<string> {
  try {
    const { mtimeMs, size, ino } = await stat(path);
    return `${mtimeMs} ${size} ${ino}`;
  } catch (error) {
    throw unreadable(error, hash, dir);
  }
}

async function readPreview(path: string, hash: PreviewHash, dir: string): Promise<Preview> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw unreadable(error, hash, dir);
  });
  const changed = (cause?: unknown): Failure =>
    new Failure('preview-changed', `the file of preview ${hash} does not have its content`, {
      facts: { previewHash: hash, path },
      cause,
    });
  let content: PreviewContent;
  try {
    content = JSON.parse(text) as PreviewContent;
  } catch (error) {
    throw changed(error);
  }
  // The hash is of the meaning: blanks that an editor added change nothing.
  if (hashOf(canonicalJson(content)) !== hash) throw changed();
  return { hash, content };
}

function unreadable(error: unknown, hash: string, dir: string): Failure {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOENT'
    ? missing(hash, dir, 'is not there')
    : missing(hash, dir, `cannot be read (${code ?? String(error)})`);
}

function missing(hash: string, dir: string, what: string): Failure {
  return new Failure('preview-missing', `preview ${hash} ${what} in ${dir}`, {
    facts: { previewHash: hash, folder: dir },
  });
}
