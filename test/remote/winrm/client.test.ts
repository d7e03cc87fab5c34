import type { Session } from '../../../remote/session';
import { serveWinRm } from '../../../lab/winrm/server';
import type { WinRmServer } from '../../../lab/winrm/server';
import type { WinRmLimits } from '../../../lab/winrm/limits';
import { createFakeMachine } from '../../lab/winrm/fake-machine';
import type { FakeCommand, FakeMachine } from '../../lab/winrm/fake-machine';
import { failureOf, openQuick } from './scene';

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
