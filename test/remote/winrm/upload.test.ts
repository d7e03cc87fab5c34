import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { createLedger } from '../../../lab/ledger';
import { createMachine } from '../../../lab/windows/machine';
import type { WindowsMachine } from '../../../lab/windows/machine';
import type { WinRmLimits } from '../../../lab/winrm/limits';
import { serveWinRm } from '../../../lab/winrm/server';
import type { WinRmServer } from '../../../lab/winrm/server';
import type { WinRmConnection } from '../../../contracts/fleet';
import { openTunedWinRm } from '../../../remote/winrm/client';
import type { Session } from '../../../remote/session';
import { createFakeMachine } from '../../lab/winrm/fake-machine';
import type { FakeCommand } from '../../lab/winrm/fake-machine';
import { connectionTo, failureOf, openQuick, quickTuning } from './scene';

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const sourceOf = (bytes: Buffer) => ({ bytes, sha256: sha256(bytes) });

const account = { username: 'Administrator', password: 'Pa55-word' };
const folder = 'C:\\Pack ages\\KB+1';
const path = `${folder}\\x.msu`;
const segment = 150_000;

let machine: WindowsMachine;
let server: WinRmServer;
let session: Session;

async function start(limits: Partial<WinRmLimits> = {}): Promise<void> {
  machine = createMachine(
    { id: 'ex01', transport: { kind: 'winrm', scheme: 'http' }, credential: account },
    { ledger: createLedger(null) },
  );
  server = await serveWinRm(machine, { scheme: 'http', limits });
  session = await open();
}

const open = (more: Partial<WinRmConnection> = {}, uploadSegmentBytes = segment) =>
  openTunedWinRm(
    connectionTo(server.port, more),
    account,
    {},
    { ...quickTuning, uploadSegmentBytes },
  );

const filesThere = (): readonly string[] => machine.files.list(folder) ?? [];
const contentOf = (name: string): Buffer | null => machine.files.read(`${folder}\\${name}`);
const partOf = (bytes: Buffer): string => `x.msu.${sha256(bytes).slice(0, 16)}.part`;

function putPart(bytes: Buffer, content: Buffer): void {
  machine.files.makeFolder('C:\\Pack ages');
  machine.files.makeFolder(folder);
  machine.files.truncate(`${folder}\\${partOf(bytes)}`, 0);
  machine.files.write(`${folder}\\${partOf(bytes)}`, 0, content);
}

/** Every test ends like this: no shell stays behind on the host. */
async function closeAndLookForRemains(): Promise<void> {
  await session.close();
  expect(server.openShells()).toBe(0);
  await server.close();
  machine.dispose();
}

describe('an upload', () => {
  afterEach(async () => {
    await closeAndLookForRemains();
  });

  test.each([0, 1, 749, 750, 751, segment - 1, segment, segment + 1, 3 * segment, 1_000_001])(
    'of %i bytes arrives whole, and nothing else stays',
    async (size) => {
      await start();
      const bytes = randomBytes(size);
      const result = await session.upload(sourceOf(bytes), path);
      expect(result).toMatchObject({ bytes: size, resumedFrom: 0 });
      expect(filesThere()).toEqual(['x.msu']);
      expect(contentOf('x.msu')?.equals(bytes)).toBe(true);
    },
  );

  test('of a local file tells how far it is, from nothing to all', async () => {
    await start();
    const local = await mkdtemp(join(tmpdir(), 'upload-'));
    const bytes = randomBytes(1_000_001);
    await writeFile(join(local, 'package.msu'), bytes);
    const progress: number[] = [];
    await session.upload({ file: join(local, 'package.msu'), sha256: sha256(bytes) }, path, {
      onProgress: (sent, total) => {
        expect(total).toBe(bytes.length);
        progress.push(sent);
      },
    });
    await rm(local, { recursive: true });
    expect(contentOf('x.msu')?.equals(bytes)).toBe(true);
    expect(progress).toEqual(progress.toSorted((a, b) => a - b));
    expect([progress[0], progress.at(-1)]).toEqual([0, bytes.length]);
  });

  test('takes the place of a file that is there', async () => {
    await start();
    await session.upload(sourceOf(randomBytes(5000)), path);
    await session.upload(sourceOf(Buffer.from('second')), path);
    expect(contentOf('x.msu')?.toString()).toBe('second');
  });

  test('whose connection is lost within a segment goes on at that segment', async () => {
    await start();
    const bytes = randomBytes(5 * segment + 17);
    const cut = session.upload(sourceOf(bytes), path, {
      onProgress: (sent) => {
        if (sent < 2.4 * segment) return;
        machine.setFaults({ unreachable: 'always' });
        server.faultsChanged();
      },
    });
    expect(['connection-lost', 'host-unreachable']).toContain((await failureOf(cut)).code);
    machine.setFaults({});
    server.faultsChanged();
    const again = await open();
    const progress: number[] = [];
    const result = await again.upload(sourceOf(bytes), path, {
      onProgress: (sent) => progress.push(sent),
    });
    expect(result.resumedFrom).toBe(2 * segment);
    expect(progress[0]).toBe(2 * segment);
    expect(contentOf('x.msu')?.equals(bytes)).toBe(true);
    expect(filesThere()).toEqual(['x.msu']);
    await again.close();
  });

  test('that was cut while a segment was appended starts from zero', async () => {
    await start();
    const bytes = randomBytes(3 * segment);
    putPart(bytes, bytes.subarray(0, segment + 4096));
    await expect(session.upload(sourceOf(bytes), path)).resolves.toMatchObject({ resumedFrom: 0 });
    expect(contentOf('x.msu')?.equals(bytes)).toBe(true);
  });

  test('that was cut just before its end only compares and renames', async () => {
    await start();
    const bytes = randomBytes(2 * segment + 5);
    putPart(bytes, bytes);
    const result = await session.upload(sourceOf(bytes), path);
    expect(result.resumedFrom).toBe(bytes.length);
    expect(contentOf('x.msu')?.equals(bytes)).toBe(true);
    expect(filesThere()).toEqual(['x.msu']);
  });

  test('onto a part that is not what it should be is upload-corrupt; the next one begins anew', async () => {
    await start();
    const bytes = randomBytes(3 * segment);
    putPart(bytes, Buffer.alloc(2 * segment));
    expect(await failureOf(session.upload(sourceOf(bytes), path))).toMatchObject({
      code: 'upload-corrupt',
      facts: { expected: sha256(bytes), path },
    });
    expect(filesThere()).toEqual([]);
    await expect(session.upload(sourceOf(bytes), path)).resolves.toMatchObject({ resumedFrom: 0 });
  });

  test('appends nothing to a part to which somebody else has added meanwhile', async () => {
    await start();
    const bytes = randomBytes(3 * segment);
    const name = `${folder}\\${partOf(bytes)}`;
    let isAdded = false;
    const upload = session.upload(sourceOf(bytes), path, {
      onProgress: (sent) => {
        if (isAdded || sent <= segment) return;
        isAdded = true;
        machine.files.write(name, segment, Buffer.alloc(segment, 'x'));
        machine.files.write(name, 2 * segment, Buffer.alloc(10, 'x'));
      },
    });
    expect(await failureOf(upload)).toMatchObject({
      code: 'upload-failed',
      retryable: true,
      facts: { expected: 2 * segment, found: 2 * segment + 10 },
    });
    expect(machine.files.stat(name)?.size).toBe(2 * segment + 10);
  });

  test('that arrives otherwise than it was sent is upload-corrupt, and nothing stays', async () => {
    await start();
    const expected = sha256(Buffer.from('other'));
    const upload = session.upload({ bytes: Buffer.from('this'), sha256: expected }, path);
    expect(await failureOf(upload)).toMatchObject({
      code: 'upload-corrupt',
      facts: { expected, found: sha256(Buffer.from('this')) },
    });
    expect(filesThere()).toEqual([]);
  });

  test('that is cancelled rejects with the reason, and keeps its part and nothing else', async () => {
    await start();
    const stop = new AbortController();
    const reason = new Error('window closing');
    const bytes = randomBytes(4 * segment);
    const upload = session.upload(sourceOf(bytes), path, {
      signal: stop.signal,
      onProgress: (sent) => sent > 1.5 * segment && stop.abort(reason),
    });
    await expect(upload).rejects.toBe(reason);
    expect(filesThere()).toEqual([partOf(bytes)]);
    expect(machine.files.stat(`${folder}\\${partOf(bytes)}`)?.size).toBe(segment);
    await expect(session.upload(sourceOf(bytes), path)).resolves.toMatchObject({
      resumedFrom: segment,
    });
  });

  test('leaves the part of another package alone, and clears what cut segments have left', async () => {
    await start();
    const [mine, other] = [randomBytes(2 * segment), randomBytes(10)];
    putPart(other, other);
    const stale = `${folder}\\x.msu.${sha256(mine).slice(0, 16)}.0badcafe.b64`;
    machine.files.truncate(stale, 1000);
    await session.upload(sourceOf(mine), path);
    expect(filesThere()).toEqual(['x.msu', partOf(other)]);
  });

  test('on a full disk says so and frees what it had taken', async () => {
    await start();
    const bytes = randomBytes(4 * segment);
    const upload = session.upload(sourceOf(bytes), path, {
      onProgress: (sent) => sent > 2 * segment && machine.setFaults({ diskFull: true }),
    });
    expect(await failureOf(upload)).toMatchObject({ code: 'disk-full', facts: { path } });
    machine.setFaults({});
    expect(filesThere()).toEqual([]);
  });

  test('goes on in smaller messages when the host takes none as long as the fleet says', async () => {
    await start({ maxEnvelopeBytes: 153_600 });
    const wide = await open({ maxEnvelopeKb: 500 }, 900_000);
    const bytes = randomBytes(1_000_000);
    const progress: number[] = [];
    await wide.upload(sourceOf(bytes), path, { onProgress: (sent) => progress.push(sent) });
    expect(contentOf('x.msu')?.equals(bytes)).toBe(true);
    expect(progress).toEqual(progress.toSorted((a, b) => a - b));
    await wide.close();
  });

  test('takes fewer messages on a host that takes larger ones', async () => {
    await start({ maxEnvelopeBytes: 512_000 });
    const bytes = randomBytes(900_000);
    const piecesAt = async (maxEnvelopeKb: number): Promise<number> => {
      const own = await open({ maxEnvelopeKb }, 900_000);
      let pieces = 0;
      await own.upload(sourceOf(bytes), path, { onProgress: () => (pieces += 1) });
      await own.close();
      return pieces;
    };
    expect(await piecesAt(500)).toBeLessThan((await piecesAt(150)) / 4);
  });

  test.each([
    'x.bin',
    'C:x',
    'C:\\a"b',
    'C:\\folder\\',
    '\\\\server\\share\\x',
    'C:\\a\r\nb',
    'C:\\%TEMP%\\x',
    '',
  ])('to %j is refused: no full path of a file', async (wrong) => {
    await start();
    const upload = session.upload({ bytes: Buffer.from('x'), sha256: '' }, wrong);
    expect((await failureOf(upload)).code).toBe('bad-request');
  });

  test('of a file that is not there says which', async () => {
    await start();
    const upload = session.upload({ file: '/no/such.msu', sha256: '' }, path);
    expect(await failureOf(upload)).toMatchObject({
      code: 'bad-request',
      facts: { path: '/no/such.msu' },
    });
  });

  test('however often and wherever it is cut, comes to the same file, from whole segments on', async () => {
    await start();
    await session.close();
    session = await open({}, 1500);
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ minLength: 1, maxLength: 9000 }),
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 3 }),
        async (content, cuts) => {
          const bytes = Buffer.from(content);
          for (const cut of cuts) {
            const stop = new AbortController();
            await session
              .upload(sourceOf(bytes), path, {
                signal: stop.signal,
                onProgress: (sent) => sent >= cut * bytes.length && stop.abort(new Error('cut')),
              })
              .catch(() => undefined);
          }
          const { resumedFrom } = await session.upload(sourceOf(bytes), path);
          expect(resumedFrom === bytes.length || resumedFrom % 1500 === 0).toBe(true);
          expect(contentOf('x.msu')?.equals(bytes)).toBe(true);
          expect(filesThere()).toEqual(['x.msu']);
        },
      ),
      { numRuns: 15 },
    );
  });
});

describe('an upload to a host where something is odd', () => {
  const startFake = async (commands: {
    readonly [start: string]: FakeCommand;
  }): Promise<Session> => {
    const fake = createFakeMachine(commands);
    server = await serveWinRm(fake, { scheme: 'http' });
    return openQuick(server.port);
  };
  const ends =
    (code: number, text = ''): FakeCommand =>
    ({ out, exit }) => {
      out(text);
      exit(code);
    };

  afterEach(() => server.close());

  test.each([
    {
      name: 'without room, by what certutil says',
      code: 'disk-full',
      exitCode: 0x80070070,
      free: '',
    },
    {
      name: 'without room, by what the drive says',
      code: 'disk-full',
      exitCode: 1,
      free: '\r\nFreeSpace=5\r\n',
    },
    {
      name: 'for another reason',
      code: 'upload-failed',
      exitCode: 1,
      free: '\r\nFreeSpace=99999999\r\n',
    },
    { name: 'for a reason that cannot be told', code: 'upload-failed', exitCode: 5, free: '' },
  ])('that fails $name is $code', async ({ code, exitCode, free }) => {
    const odd = await startFake({ mkdir: ends(exitCode), wmic: ends(0, free), del: ends(0) });
    const bytes = randomBytes(500_000);
    const failure = await failureOf(odd.upload(sourceOf(bytes), 'C:\\x.bin'));
    expect(failure).toMatchObject({ code, facts: { exitCode, path: 'C:\\x.bin' } });
    await odd.close();
  });

  test('that prints no digest is upload-failed', async () => {
    const odd = await startFake({ mkdir: ends(0, '4\r\n'), wmic: ends(1), del: ends(0) });
    const failure = await failureOf(odd.upload(sourceOf(Buffer.from('this')), 'C:\\x.bin'));
    expect(failure.code).toBe('upload-failed');
    await odd.close();
  });

  test('that takes too long is command-timeout', async () => {
    const odd = await startFake({ mkdir: () => undefined, del: ends(0) });
    const upload = odd.upload({ bytes: Buffer.from('x'), sha256: '' }, 'C:\\x', { timeoutMs: 600 });
    expect((await failureOf(upload)).code).toBe('command-timeout');
    await odd.close();
  });
});
