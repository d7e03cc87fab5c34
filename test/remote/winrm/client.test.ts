import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Session } from '../../../remote/session';
import { serveWinRm } from '../../../lab/winrm/server';
import type { WinRmServer } from '../../../lab/winrm/server';
import type { WinRmLimits } from '../../../lab/winrm/limits';
import { createFakeMachine } from '../../lab/winrm/fake-machine';
import type { FakeCommand, FakeMachine } from '../../lab/winrm/fake-machine';
import { failureOf, openQuick } from './scene';

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

const commands: { readonly [start: string]: FakeCommand } = {
  greet: ({ out, err, exit }) => {
    out('Grüß Gott\r\n');
    err('€\r\n');
    exit(0);
  },
  end: ({ line, exit }) => exit(Number(line.slice(4))),
  flood: ({ line, out, err, exit }) => {
    const size = Number(line.slice(6));
    out(Buffer.alloc(size, 'o'));
    err(Buffer.alloc(size, 'e'));
    exit(0);
  },
  hang: ({ out }) => out('before'),
  // Ends when its standard input does.
  read: ({ onInput, exit }) =>
    onInput(
      () => undefined,
      () => exit(9),
    ),
};

let machine: FakeMachine;
let server: WinRmServer;
let session: Session;

async function start(
  limits: Partial<WinRmLimits> = {},
  more: { readonly [start: string]: FakeCommand } = {},
): Promise<void> {
  machine = createFakeMachine({ ...commands, ...more });
  server = await serveWinRm(machine, { scheme: 'http', limits });
  session = await openQuick(server.port);
}

/** Every test ends like this: no shell and no process stays behind on the host. */
async function closeAndLookForRemains(): Promise<void> {
  await session.close();
  expect(server.openShells()).toBe(0);
  expect(machine.running.size).toBe(0);
  await server.close();
}

afterEach(closeAndLookForRemains);

const turn = (): Promise<void> => new Promise(setImmediate);

describe('a command', () => {
  test('gives back both streams as UTF-8 bytes', async () => {
    await start();
    const result = await session.run('greet');
    expect(result).toMatchObject({ exitCode: 0, truncated: false, timedOut: false });
    expect(result.stdout.toString()).toBe('Grüß Gott\r\n');
    expect(result.stderr.toString()).toBe('€\r\n');
  });

  test.each([0, 1, 3010, 2148468766, 0xffffffff])(
    'ends with exit code %i, unsigned',
    async (code) => {
      await start();
      await expect(session.run(`end ${code}`)).resolves.toMatchObject({ exitCode: code });
    },
  );

  test('reaches the host as it was written', async () => {
    await start();
    const line = 'end 0 & echo "a <b> \'c\'" | find /v "" > %TEMP%\\ü.txt\t^&\r\n';
    await session.run(line);
    expect(machine.started).toEqual([line]);
  });

  test('with a character that no message can carry is refused before it is sent', async () => {
    await start();
    expect((await failureOf(session.run('end\u00000'))).code).toBe('bad-request');
    expect(machine.started).toEqual([]);
  });

  test('may print more than one message holds', async () => {
    await start();
    const { stdout, stderr, truncated } = await session.run('flood 400000');
    expect([stdout.length, stderr.length, truncated]).toEqual([400_000, 400_000, false]);
    expect(stdout.every((byte) => byte === 0x6f)).toBe(true);
  });

  test('whose output is too long is cut at the limit of each stream, says so and still ends', async () => {
    await start();
    const result = await session.run('flood 300000', { maxOutputBytes: 1000 });
    expect(result).toMatchObject({ truncated: true, exitCode: 0 });
    expect([result.stdout.length, result.stderr.length]).toEqual([1000, 1000]);
  });

  test('that takes exactly the limit is not truncated', async () => {
    await start();
    const result = await session.run('flood 1000', { maxOutputBytes: 1000 });
    expect(result.truncated).toBe(false);
  });

  test('that reads standard input finds its end', async () => {
    await start();
    await expect(session.run('read')).resolves.toMatchObject({ exitCode: 9 });
  });

  test('that does not end is ended at its deadline, with what it had printed', async () => {
    await start();
    const result = await session.run('hang', { timeoutMs: 600 });
    expect(result).toMatchObject({ timedOut: true, exitCode: null });
    expect(result.stdout.toString()).toBe('before');
    expect(machine.running.size).toBe(0);
    expect(server.openShells()).toBe(0);
    await expect(session.run('end 0')).resolves.toMatchObject({ exitCode: 0 });
  });

  test('waits for the one before it', async () => {
    await start();
    const results = await Promise.all([
      session.run('end 1'),
      session.run('end 2'),
      session.run('end 3'),
    ]);
    expect(results.map(({ exitCode }) => exitCode)).toEqual([1, 2, 3]);
    expect(server.openShells()).toBe(1);
  });
});

describe('cancelling', () => {
  test('ends the command with the reason of the signal, frees the shell, and the session goes on', async () => {
    await start();
    const stop = new AbortController();
    const reason = new Error('the operator said so');
    const running = session.run('hang', { signal: stop.signal }).catch((error: unknown) => error);
    while (machine.running.size === 0) await turn();
    stop.abort(reason);
    expect(await running).toBe(reason);
    await expect(session.run('end 4')).resolves.toMatchObject({ exitCode: 4 });
    expect(machine.running.size).toBe(0);
    expect(server.openShells()).toBe(1);
  });

  test('before the start runs nothing', async () => {
    await start();
    const reason = new Error('too late');
    await expect(session.run('end 0', { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect(machine.started).toEqual([]);
  });

  test('while a session is being opened leaves no shell behind', async () => {
    await start();
    const reason = new Error('changed my mind');
    const stop = new AbortController();
    const opening = openQuick(server.port, { signal: stop.signal });
    stop.abort(reason);
    await expect(opening).rejects.toBe(reason);
    while (machine.logins.length < 2) await turn();
    while (server.openShells() !== 1) await turn();
    expect(server.openShells()).toBe(1);
  });

  test('by closing the session ends what runs in it', async () => {
    await start();
    const running = failureOf(session.run('hang'));
    while (machine.running.size === 0) await turn();
    await session.close();
    expect((await running).code).toBe('bad-request');
    expect(machine.running.size).toBe(0);
  });
});

describe('a session', () => {
  test('can be closed twice, and refuses commands afterwards', async () => {
    await start();
    await session.close();
    await session.close();
    expect((await failureOf(session.run('end 0'))).message).toContain('has been closed');
  });

  test('logs in once for all its commands', async () => {
    await start();
    for (let run = 0; run < 5; run += 1) await session.run('end 0');
    expect(machine.logins).toHaveLength(1);
  });

  test('survives the quota of WinRM 2.0: forty commands, fifteen operations', async () => {
    await start();
    for (let run = 0; run < 40; run += 1) await session.run('end 0');
    expect(machine.started).toHaveLength(40);
  });

  test('survives a quota that is smaller than what it plans with', async () => {
    await start({ maxOperationsPerUser: 3 });
    for (let run = 0; run < 10; run += 1) await session.run('end 0');
    expect(machine.started).toHaveLength(10);
  });

  test('does not open when all shells of the user are taken, and takes none of them', async () => {
    await start({ maxShellsPerUser: 1 });
    expect((await failureOf(openQuick(server.port))).code).toBe('too-many-sessions');
    await expect(session.run('end 0')).resolves.toMatchObject({ exitCode: 0 });
  });

  test('whose shell the host freed for being idle gets a new one', async () => {
    await start({ shellIdleMs: 30 });
    while (server.openShells() > 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await expect(session.run('end 5')).resolves.toMatchObject({ exitCode: 5 });
  });

  test('over a reboot loses its command as connection-lost and works again afterwards', async () => {
    await start();
    const running = failureOf(session.run('hang'));
    while (machine.running.size === 0) await turn();
    machine.switchPower('off');
    expect((await running).code).toBe('connection-lost');
    expect((await failureOf(session.run('end 0'))).code).toBe('host-unreachable');
    machine.switchPower('on');
    await expect(session.run('end 6')).resolves.toMatchObject({ exitCode: 6 });
  });
});

describe('an upload', () => {
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'upload-'));
  });

  afterAll(() => rm(folder, { recursive: true }));

  test('of 3 MB of random bytes arrives whole, in few operations, and tells how far it is', async () => {
    await start();
    const bytes = randomBytes(3_000_001);
    const file = join(folder, 'package.msu');
    await writeFile(file, bytes);
    const progress: number[] = [];
    const result = await session.upload(
      { file, sha256: sha256(bytes) },
      'C:\\Pack ages\\KB 1\\x.msu',
      {
        onProgress: (sent, total) => {
          expect(total).toBe(bytes.length);
          progress.push(sent);
        },
      },
    );
    expect(result.bytes).toBe(bytes.length);
    expect([...machine.disk.keys()]).toEqual(['C:\\Pack ages\\KB 1\\x.msu']);
    expect(sha256(machine.disk.get('C:\\Pack ages\\KB 1\\x.msu') ?? Buffer.alloc(0))).toBe(
      sha256(bytes),
    );
    expect(machine.started).toHaveLength(3);
    expect(progress).toEqual(progress.toSorted((a, b) => a - b));
    expect([progress[0], progress.at(-1)]).toEqual([0, bytes.length]);
  });

  test.each([0, 1, 749, 750, 751])('of %i bytes arrives whole', async (size) => {
    await start();
    const bytes = randomBytes(size);
    await session.upload({ bytes, sha256: sha256(bytes) }, 'C:\\x.bin');
    expect(machine.disk).toEqual(new Map([['C:\\x.bin', bytes]]));
  });

  test('that arrives otherwise than it was sent is upload-corrupt, and nothing stays', async () => {
    await start();
    const expected = sha256(Buffer.from('other'));
    const upload = session.upload({ bytes: Buffer.from('this'), sha256: expected }, 'C:\\x.bin');
    expect(await failureOf(upload)).toMatchObject({
      code: 'upload-corrupt',
      facts: { expected, found: sha256(Buffer.from('this')) },
    });
    expect(machine.disk).toEqual(new Map());
  });

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
    await start(
      {},
      {
        certutil: ({ exit }) => exit(exitCode),
        wmic: ({ out, exit }) => {
          out(free);
          exit(0);
        },
      },
    );
    const bytes = Buffer.from('this');
    const failure = await failureOf(session.upload({ bytes, sha256: sha256(bytes) }, 'C:\\x.bin'));
    expect(failure).toMatchObject({ code, facts: { exitCode, path: 'C:\\x.bin' } });
    expect(machine.disk).toEqual(new Map());
  });

  test('into a folder that cannot be written fails with the exit code, whatever is still to be sent', async () => {
    await start({}, { mkdir: ({ exit }) => exit(1) });
    const bytes = randomBytes(500_000);
    const failure = await failureOf(session.upload({ bytes, sha256: sha256(bytes) }, 'C:\\x.bin'));
    expect(failure).toMatchObject({ code: 'upload-failed', facts: { exitCode: 1 } });
  });

  test('that is cancelled rejects with the reason and tidies up', async () => {
    await start();
    const stop = new AbortController();
    const reason = new Error('window closing');
    const bytes = randomBytes(2_000_000);
    const upload = session.upload({ bytes, sha256: sha256(bytes) }, 'C:\\x.bin', {
      signal: stop.signal,
      onProgress: (sent) => sent > 500_000 && stop.abort(reason),
    });
    await expect(upload).rejects.toBe(reason);
    expect(machine.disk).toEqual(new Map());
  });

  test('that takes too long is command-timeout', async () => {
    await start({}, { certutil: () => undefined });
    const upload = session.upload({ bytes: Buffer.from('x'), sha256: '' }, 'C:\\x', {
      timeoutMs: 600,
    });
    expect((await failureOf(upload)).code).toBe('command-timeout');
  });

  test.each(['x.bin', 'C:x', 'C:\\a"b', 'C:\\folder\\', '\\\\server\\share\\x', 'C:\\a\r\nb', ''])(
    'to %j is refused: no full path of a file',
    async (path) => {
      await start();
      const upload = session.upload({ bytes: Buffer.from('x'), sha256: '' }, path);
      expect((await failureOf(upload)).code).toBe('bad-request');
      expect(machine.started).toEqual([]);
    },
  );

  test('of a file that is not there says which', async () => {
    await start();
    const upload = session.upload({ file: '/no/such.msu', sha256: '' }, 'C:\\x');
    expect(await failureOf(upload)).toMatchObject({
      code: 'bad-request',
      facts: { path: '/no/such.msu' },
    });
  });
});
