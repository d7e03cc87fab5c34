import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { failureOf, openUploader, partOf, sha256, sourceOf, startHost } from './upload-scene';
import type { Host, Uploader } from './upload-scene';

const folder = 'C:\\Pack ages & more\\KB+1';
const path = `${folder}\\x.msu`;
const megabyte = 1024 * 1024;

/** Both ways do the same; what differs is how finely a cut upload goes on. */
const ways = [
  { way: 'sftp', sftp: true },
  { way: 'commands', sftp: false },
] as const;

describe.each(ways)('an upload over SSH by $way', ({ way, sftp }) => {
  let host: Host;
  let uploader: Uploader;

  beforeEach(async () => {
    host = await startHost({ sftp });
    uploader = await openUploader(host.server.port);
  });

  afterEach(async () => {
    await uploader.close();
    await host.close();
  });

  const content = (name = path): Buffer | null => host.machine.files.read(name);
  const putPart = (bytes: Buffer, there: Buffer): void => {
    host.machine.files.makeFolder('C:\\Pack ages & more');
    host.machine.files.makeFolder(folder);
    host.machine.files.truncate(partOf(path, bytes), 0);
    host.machine.files.write(partOf(path, bytes), 0, there);
  };

  it.each([0, 1, 749, 751, 32_768, 150_000, 150_001, 1_000_001])(
    'of %p bytes arrives whole, and nothing else stays',
    async (size) => {
      const bytes = randomBytes(size);
      const progress: number[] = [];
      const result = await uploader.upload(sourceOf(bytes), path, {
        onProgress: (sent, total) => {
          progress.push(sent);
          expect(total).toBe(size);
        },
      });
      expect(result).toMatchObject({ bytes: size, resumedFrom: 0, way });
      expect(content()?.equals(bytes)).toBe(true);
      expect(host.filesIn(folder)).toEqual(['x.msu']);
      expect([progress[0], progress.at(-1)]).toEqual([0, size]);
      expect(progress).toEqual(progress.toSorted((a, b) => a - b));
    },
  );

  it('takes the place of a file that is there', async () => {
    await uploader.upload(sourceOf(randomBytes(5000)), path);
    await uploader.upload(sourceOf(Buffer.from('second')), path);
    expect(content()?.toString()).toBe('second');
  });

  it('of a local file arrives whole', async () => {
    const local = await mkdtemp(join(tmpdir(), 'upload-'));
    const bytes = randomBytes(400_001);
    await writeFile(join(local, 'package.msu'), bytes);
    await uploader.upload({ file: join(local, 'package.msu'), sha256: sha256(bytes) }, path);
    await rm(local, { recursive: true });
    expect(content()?.equals(bytes)).toBe(true);
  });

  it('of a local file that becomes shorter meanwhile fails, and leaves no file', async () => {
    const local = await mkdtemp(join(tmpdir(), 'upload-'));
    const file = join(local, 'package.msu');
    const bytes = randomBytes(3 * megabyte);
    await writeFile(file, bytes);
    await truncate(file, megabyte);
    await writeFile(file, bytes);
    const upload = uploader.upload({ file, sha256: sha256(bytes) }, path, {
      onProgress: (sent) => sent > 0 && void truncate(file, megabyte).catch(() => undefined),
    });
    expect(await failureOf(upload)).toMatchObject({ code: 'upload-failed', retryable: true });
    await rm(local, { recursive: true });
    expect(host.filesIn(folder)).not.toContain('x.msu');
  });

  it.each([1, 300])(
    'of %p bytes of another content than promised is upload-corrupt, and leaves what was there',
    async (size) => {
      await uploader.upload(sourceOf(Buffer.from('old')), path);
      const expected = sha256(Buffer.from('other'));
      const upload = uploader.upload({ bytes: Buffer.alloc(size), sha256: expected }, path);
      expect(await failureOf(upload)).toMatchObject({
        code: 'upload-corrupt',
        facts: { expected, found: sha256(Buffer.alloc(size)), path },
      });
      expect(host.filesIn(folder)).toEqual(['x.msu']);
      expect(content()?.toString()).toBe('old');
    },
  );

  it('of no bytes where some were promised is upload-corrupt', async () => {
    const upload = uploader.upload(
      { bytes: Buffer.alloc(0), sha256: sha256(Buffer.from('y')) },
      path,
    );
    expect((await failureOf(upload)).code).toBe('upload-corrupt');
    expect(host.filesIn(folder)).not.toContain('x.msu');
  });

  it('that was cut just before its end only compares and renames', async () => {
    const bytes = randomBytes(400_005);
    putPart(bytes, bytes);
    const { resumedFrom } = await uploader.upload(sourceOf(bytes), path);
    expect(resumedFrom).toBe(bytes.length);
    expect(content()?.equals(bytes)).toBe(true);
    expect(host.filesIn(folder)).toEqual(['x.msu']);
  });

  it('onto a part that is not what it should be is upload-corrupt; the next one begins anew', async () => {
    const bytes = randomBytes(3 * megabyte);
    putPart(bytes, Buffer.alloc(15 * 150_000));
    expect((await failureOf(uploader.upload(sourceOf(bytes), path))).code).toBe('upload-corrupt');
    expect(host.filesIn(folder)).toEqual([]);
    expect(await uploader.upload(sourceOf(bytes), path)).toMatchObject({ resumedFrom: 0 });
    expect(content()?.equals(bytes)).toBe(true);
  });

  it('throws away a part that is longer than the file', async () => {
    const bytes = randomBytes(300_000);
    putPart(bytes, Buffer.alloc(450_000));
    expect(await uploader.upload(sourceOf(bytes), path)).toMatchObject({ resumedFrom: 0 });
    expect(content()?.equals(bytes)).toBe(true);
  });

  it('leaves the part of another package alone', async () => {
    const [mine, other] = [randomBytes(400_000), randomBytes(10)];
    putPart(other, other);
    await uploader.upload(sourceOf(mine), path);
    expect(host.filesIn(folder)).toEqual(['x.msu', partOf('x.msu', other)]);
  });

  it('at the same time as another one of the same package never leaves a file that is not whole', async () => {
    const bytes = randomBytes(2 * megabyte);
    const second = await openUploader(host.server.port);
    const outcomes = await Promise.allSettled([
      uploader.upload(sourceOf(bytes), path),
      second.upload(sourceOf(bytes), path),
    ]);
    await second.close();
    const refused = outcomes.flatMap((outcome) =>
      outcome.status === 'rejected' ? [(outcome.reason as { code: string }).code] : [],
    );
    for (const code of refused) expect(['upload-failed', 'upload-corrupt']).toContain(code);
    await uploader.upload(sourceOf(bytes), path);
    expect(content()?.equals(bytes)).toBe(true);
  });

  it('on a full disk says so, and frees what it had taken', async () => {
    const bytes = randomBytes(6 * megabyte);
    const upload = uploader.upload(sourceOf(bytes), path, {
      onProgress: (sent) => sent > 3 * megabyte && host.machine.setFaults({ diskFull: true }),
    });
    expect(await failureOf(upload)).toMatchObject({ code: 'disk-full', facts: { path } });
    host.machine.setFaults({});
    expect(host.filesIn(folder)).toEqual([]);
  });

  it('that is cancelled rejects with the reason and leaves no file', async () => {
    const stop = new AbortController();
    const reason = new Error('window closing');
    const upload = uploader.upload(sourceOf(randomBytes(3 * megabyte)), path, {
      signal: stop.signal,
      onProgress: (sent) => sent > 100_000 && stop.abort(reason),
    });
    await expect(upload).rejects.toBe(reason);
    expect(host.filesIn(folder)).not.toContain('x.msu');
  });

  it('that takes too long is command-timeout', async () => {
    host.machine.setFaults({ slowMs: 5000 });
    const upload = uploader.upload(sourceOf(Buffer.from('x')), path, { timeoutMs: 300 });
    expect((await failureOf(upload)).code).toBe('command-timeout');
  });

  it('is a lost connection when the host goes down, and goes on when it is back', async () => {
    const bytes = randomBytes(8 * megabyte);
    const upload = uploader.upload(sourceOf(bytes), path, {
      onProgress: (sent) => {
        if (sent < 5 * megabyte) return;
        host.machine.setFaults({ unreachable: 'always' });
        host.server.faultsChanged();
      },
    });
    expect((await failureOf(upload)).code).toBe('connection-lost');
    host.machine.setFaults({});
    host.server.faultsChanged();
    const again = await openUploader(host.server.port);
    const progress: number[] = [];
    const { resumedFrom } = await again.upload(sourceOf(bytes), path, {
      onProgress: (sent) => progress.push(sent),
    });
    await again.close();
    expect(resumedFrom).toBeGreaterThan(3 * megabyte);
    expect(progress[0]).toBe(resumedFrom);
    expect(content()?.equals(bytes)).toBe(true);
    expect(host.filesIn(folder)).toEqual(['x.msu']);
  });

  it.each([
    { what: 'a relative path', wrong: 'Temp\\x' },
    { what: 'a quote in the path', wrong: 'C:\\Temp\\a"b' },
    { what: 'a variable in the path', wrong: 'C:\\%TEMP%\\x' },
    { what: 'no file name', wrong: 'C:\\Temp\\' },
    { what: 'a share', wrong: '\\\\server\\share\\x' },
  ])('with $what is refused before anything is sent', async ({ wrong }) => {
    expect(await failureOf(uploader.upload(sourceOf(Buffer.from('x')), wrong))).toMatchObject({
      code: 'bad-request',
    });
    expect(uploader.lines).toEqual([]);
  });

  it('of a local file that is missing is refused, by name', async () => {
    const source = { file: 'no/such/file.msu', sha256: sha256(Buffer.alloc(0)) };
    const failure = await failureOf(uploader.upload(source, path));
    expect(failure).toMatchObject({ code: 'bad-request', facts: { path: 'no/such/file.msu' } });
  });

  it('however often and wherever it is cut, comes to the same file', async () => {
    const all = randomBytes(3 * megabyte);
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: all.length }),
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 3 }),
        async (size, cuts) => {
          const bytes = all.subarray(0, size);
          for (const cut of cuts) {
            const link = await openUploader(host.server.port);
            await link
              .upload(sourceOf(bytes), path, {
                onProgress: (sent) => sent >= cut * size && link.link.client.destroy(),
              })
              .catch(() => undefined);
          }
          await uploader.upload(sourceOf(bytes), path);
          expect(content()?.equals(bytes)).toBe(true);
          expect(host.filesIn(folder)).toEqual(['x.msu']);
          host.machine.files.remove(path);
        },
      ),
      { numRuns: 12 },
    );
  });
});
