import { randomBytes } from 'node:crypto';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { Server } from 'ssh2';
import type { Failure } from '../../../contracts/failures';
import type { Credential, SshConnection } from '../../../contracts/fleet';
import { labHostKey } from '../../../lab/ssh/host-key';
import { serveSsh } from '../../../lab/ssh/server';
import type { SshServer, SshServerOptions } from '../../../lab/ssh/server';
import { openSsh } from '../../../remote/ssh/client';
import type { Session } from '../../../remote/session';
import { ed25519KeyPair } from '../../key-pair';
import { fakeMachine, password, username } from '../../lab/ssh/fake-machine';
import type { FakeMachine } from '../../lab/ssh/fake-machine';

const hostKey = labHostKey('test', 'fake');
const credential: Credential = { username, password };
const cleanUps: (() => unknown)[] = [];

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
});

const connectionTo = (port: number): SshConnection => ({
  kind: 'ssh',
  address: '127.0.0.1',
  port,
  credentialRef: 'env:TEST',
  hostKey: hostKey.fingerprint,
});

async function serve(
  machine: FakeMachine,
  options: Partial<SshServerOptions> = {},
): Promise<SshServer> {
  const server = await serveSsh(machine, { port: 0, hostKey, ...options });
  cleanUps.push(() => server.close());
  return server;
}

async function opened(
  machine: FakeMachine,
  options: Partial<SshServerOptions> = {},
  login: Credential = credential,
): Promise<Session> {
  const server = await serve(machine, options);
  const session = await openSsh(connectionTo(server.port), login);
  cleanUps.push(() => session.close());
  return session;
}

const failureOf = (promise: Promise<unknown>): Promise<Failure> =>
  promise.then(
    () => {
      throw new Error('it did not fail');
    },
    (error: Failure) => error,
  );

/** A server of the test's own, for what the lab's never does. */
async function rawServer(onConnection: ConstructorParameters<typeof Server>[1]): Promise<number> {
  const server = new Server({ hostKeys: [hostKey.privateKey] }, onConnection);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanUps.push(() => new Promise((resolve) => server.close(resolve)));
  return (server.address() as AddressInfo).port;
}

describe('a command over SSH', () => {
  it.each([0, 1, 255, 3010, 2148468766, -2145124329])(
    'ends with exit code %p, unsigned',
    async (exitCode) => {
      const session = await opened(fakeMachine(() => ({ exitCode })));
      await expect(session.run('anything')).resolves.toMatchObject({
        exitCode: exitCode >>> 0,
        timedOut: false,
        truncated: false,
      });
    },
  );

  it('keeps stdout and stderr apart, byte by byte', async () => {
    const stdout = Buffer.from([0, 0x81, 0xff, 13, 13, 10]);
    const stderr = Buffer.from('sch\u00f6n', 'latin1');
    const session = await opened(fakeMachine(() => ({ stdout, stderr })));
    await expect(session.run('anything')).resolves.toMatchObject({ stdout, stderr });
  });

  it('finds its standard input ended', async () => {
    const session = await opened(fakeMachine(() => ({ copiesInput: true, exitCode: 7 })));
    await expect(session.run('sort')).resolves.toMatchObject({
      exitCode: 7,
      stdout: Buffer.alloc(0),
    });
  });

  it('reaches the host as it was written', async () => {
    const machine = fakeMachine();
    const session = await opened(machine);
    const line = 'echo "a b" %PATH% ^& & echo \u00fc\u20ac "c\\"';
    await session.run(line);
    expect(machine.commands).toEqual([line]);
  });

  it('has both streams of 5 MB whole when that is allowed', async () => {
    const stdout = randomBytes(5 * 1024 * 1024);
    const stderr = randomBytes(5 * 1024 * 1024);
    const session = await opened(fakeMachine(() => ({ stdout, stderr, exitCode: 2 })));
    const result = await session.run('big', { maxOutputBytes: 6 * 1024 * 1024 });
    expect(result).toMatchObject({ exitCode: 2, truncated: false });
    expect(result.stdout.equals(stdout)).toBe(true);
    expect(result.stderr.equals(stderr)).toBe(true);
  });

  it('says when output was dropped, and still has the exit code', async () => {
    const stdout = randomBytes(5 * 1024 * 1024);
    const session = await opened(fakeMachine(() => ({ stdout, exitCode: 9 })));
    const result = await session.run('big', { maxOutputBytes: 1000 });
    expect(result).toMatchObject({ exitCode: 9, truncated: true });
    expect(result.stdout.equals(stdout.subarray(0, 1000))).toBe(true);
  });

  it('is killed on the host when its time is over', async () => {
    const machine = fakeMachine(() => ({ hangs: true, stdout: Buffer.from('so far') }));
    const session = await opened(machine);
    const result = await session.run('hang', { timeoutMs: 100 });
    expect(result).toMatchObject({ exitCode: null, timedOut: true, stdout: Buffer.from('so far') });
    expect(machine.killed).toEqual(['hang']);
    await expect(session.run('hang', { timeoutMs: 100 })).resolves.toMatchObject({
      timedOut: true,
    });
  });

  it('is killed on the host when it is cancelled, and rejects with the reason', async () => {
    const machine = fakeMachine(() => ({ hangs: true }));
    const session = await opened(machine);
    const controller = new AbortController();
    const running = session.run('hang', { signal: controller.signal });
    const reason = new Error('changed my mind');
    setTimeout(() => controller.abort(reason), 50);
    await expect(running).rejects.toBe(reason);
    await session.run('another', { timeoutMs: 50 });
    expect(machine.killed[0]).toBe('hang');
  });

  it('is not sent when it was cancelled before', async () => {
    const machine = fakeMachine();
    const session = await opened(machine);
    const reason = new Error('too late');
    await expect(session.run('x', { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect(machine.commands).toEqual([]);
  });

  it.each([
    { what: 'more than 8191 characters', line: `echo ${'x'.repeat(8187)}` },
    { what: 'a line break', line: 'echo a\necho b' },
  ])('of $what is refused before it is sent', async ({ line }) => {
    const machine = fakeMachine();
    const session = await opened(machine);
    const failure = await failureOf(session.run(line));
    expect(failure).toMatchObject({ name: 'Failure', code: 'bad-request' });
    expect(machine.commands).toEqual([]);
  });

  it('of 8191 characters is sent', async () => {
    const session = await opened(fakeMachine());
    await expect(session.run(`echo ${'x'.repeat(8186)}`)).resolves.toMatchObject({ exitCode: 0 });
  });

  it.each([
    { what: 'the reply is cut in the middle', faults: { cutReply: 1 } },
    { what: 'the host goes down', faults: {} },
  ])('is a lost connection when $what', async ({ faults }) => {
    const machine = fakeMachine(() => ({
      stdout: Buffer.alloc(100),
      hangs: faults.cutReply === undefined,
    }));
    machine.faults = faults;
    const session = await opened(machine);
    const running = failureOf(session.run('x'));
    if (faults.cutReply === undefined) setTimeout(() => machine.setPower('off'), 50);
    expect(await running).toMatchObject({ code: 'connection-lost', retryable: true });
    expect(await failureOf(session.run('again'))).toMatchObject({ code: 'connection-lost' });
  });

  it('that ends without an exit code is a lost connection', async () => {
    const port = await rawServer((client) =>
      client
        .on('authentication', (context) => context.accept())
        .on('session', (accept) =>
          accept().on('exec', (acceptExec) => {
            const channel = acceptExec();
            channel.write('half an answer');
            channel.end();
          }),
        ),
    );
    const session = await openSsh(connectionTo(port), credential);
    cleanUps.push(() => session.close());
    expect(await failureOf(session.run('x'))).toMatchObject({ code: 'connection-lost' });
  });

  it('beyond what the server opens at once is too many sessions', async () => {
    const machine = fakeMachine((line) => ({ hangs: line === 'hang' }));
    const session = await opened(machine, { maxSessions: 1 });
    const controller = new AbortController();
    const hanging = session.run('hang', { signal: controller.signal }).catch(() => 'ended');
    expect(await failureOf(session.run('x'))).toMatchObject({ code: 'too-many-sessions' });
    controller.abort();
    expect(await hanging).toBe('ended');
  });

  it('on a closed session is refused, and closing twice is fine', async () => {
    const session = await opened(fakeMachine());
    await session.close();
    await session.close();
    expect(await failureOf(session.run('x'))).toMatchObject({ code: 'bad-request' });
    expect((await failureOf(session.run('x'))).message).toContain('closed');
  });
});

describe('opening a session over SSH', () => {
  const openTo = (port: number, login: Credential = credential, connectTimeoutMs = 2000) =>
    openSsh(connectionTo(port), login, { connectTimeoutMs });

  it('refuses another host key, names both fingerprints and sends nothing', async () => {
    const machine = fakeMachine();
    const server = await serve(machine, { hostKey: labHostKey('test', 'impostor') });
    const failure = await failureOf(openTo(server.port));
    expect(failure).toMatchObject({ code: 'host-key-changed', retryable: false });
    expect(failure.message).toContain(hostKey.fingerprint);
    expect(failure.message).toContain(server.fingerprint);
    expect(machine.logins).toEqual([]);
  });

  it('is refused with a wrong password, which is tried once', async () => {
    const machine = fakeMachine();
    const server = await serve(machine);
    const failure = await failureOf(openTo(server.port, { username, password: 'Wrong-1' }));
    expect(failure).toMatchObject({ code: 'login-refused', retryable: false });
    expect(failure.message).not.toContain('Wrong-1');
    expect(machine.logins).toHaveLength(1);
  });

  it.each([
    { how: 'plain', passphrase: undefined },
    { how: 'encrypted', passphrase: 'open sesame' },
  ])('logs in with a private key ($how)', async ({ passphrase }) => {
    const { private: privateKey, public: publicKey } = ed25519KeyPair(
      passphrase === undefined ? undefined : { passphrase, cipher: 'aes256-ctr', rounds: 1 },
    );
    const machine = fakeMachine(
      () => ({ exitCode: 5 }),
      (attempt) => 'publicKey' in attempt && publicKey.startsWith(attempt.publicKey),
    );
    const login = passphrase === undefined ? { privateKey } : { privateKey, passphrase };
    const session = await opened(machine, {}, { username, ...login });
    await expect(session.run('x')).resolves.toMatchObject({ exitCode: 5 });
  });

  it('is refused with a key that the host does not know', async () => {
    const { private: privateKey } = ed25519KeyPair();
    const server = await serve(fakeMachine());
    const failure = await failureOf(openTo(server.port, { username, privateKey }));
    expect(failure).toMatchObject({ code: 'login-refused' });
  });

  it.each([
    { what: 'is no key', privateKey: 'nonsense' },
    {
      what: 'is encrypted and has no passphrase',
      privateKey: ed25519KeyPair({
        passphrase: 'x',
        cipher: 'aes256-ctr',
        rounds: 1,
      }).private,
    },
  ])('says so when the private key $what', async ({ privateKey }) => {
    const failure = await failureOf(openTo(1, { username, privateKey }));
    expect(failure).toMatchObject({ code: 'credential-malformed', retryable: false });
  });

  it('answers keyboard-interactive with the password where passwords are not taken', async () => {
    const answers: string[][] = [];
    const port = await rawServer((client) =>
      client.on('authentication', (context) => {
        if (context.method !== 'keyboard-interactive')
          return context.reject(['keyboard-interactive']);
        return context.prompt(
          [
            { prompt: 'Name: ', echo: true },
            { prompt: 'Password: ', echo: false },
          ],
          (given) => {
            answers.push(given);
            context.accept();
          },
        );
      }),
    );
    const session = await openTo(port);
    await session.close();
    expect(answers).toEqual([['', password]]);
  });

  it('says that a password has expired', async () => {
    const port = await rawServer((client) =>
      client.on('authentication', (context) => {
        if (context.method === 'password') context.requestChange('New password: ', () => undefined);
        else context.reject(['password']);
      }),
    );
    const failure = await failureOf(openTo(port));
    expect(failure.code).toBe('login-refused');
    expect(failure.message).toContain('expired');
  });

  it('tells a closed port from a host that is down', async () => {
    const machine = fakeMachine();
    const server = await serve(machine);
    machine.setPower('off');
    expect(await failureOf(openTo(server.port))).toMatchObject({
      code: 'host-unreachable',
      facts: { host: `127.0.0.1:${server.port}` },
    });
  });

  it.each([
    {
      what: 'something that never speaks',
      say: () => undefined,
      code: 'connect-timeout',
    },
    {
      what: 'something that speaks HTTP',
      say: (socket: { end(text: string): void }) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'),
      code: 'protocol-error',
    },
    {
      what: 'something that hangs up',
      say: (socket: { destroy(): void }) => socket.destroy(),
      code: 'connection-lost',
    },
    {
      what: 'an SSH of the nineties',
      say: (socket: { write(text: string): void }) => socket.write('SSH-1.5-old\r\n'),
      code: 'protocol-error',
    },
  ])('meets $what: $code', async ({ say, code }) => {
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      cleanUps.push(() => socket.destroy());
      say(socket);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    cleanUps.push(() => server.close());
    const { port } = server.address() as AddressInfo;
    expect(await failureOf(openTo(port, credential, 300))).toMatchObject({ code });
  });

  it('can be cancelled', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    cleanUps.push(() => server.close());
    const controller = new AbortController();
    const { port } = server.address() as AddressInfo;
    const opening = openSsh(connectionTo(port), credential, { signal: controller.signal });
    const reason = new Error('enough');
    server.once('connection', () => controller.abort(reason));
    await expect(opening).rejects.toBe(reason);
  });
});
