import { getEventListeners, once } from 'node:events';
import { connect as connectTcp } from 'node:net';
import type { Socket } from 'node:net';
import type { SshConnection } from '../../../contracts/fleet';
import { connect, openJumpHost } from '../../../remote/ssh/connect';
import type { ConnectOptions } from '../../../remote/ssh/connect';
import { runCommand } from '../../../remote/ssh/command';
import { dial } from '../../../remote/ssh/dial';
import { whereOf } from '../../../remote/ssh/errors';
import { createJumpPool } from '../../../remote/ssh/jump-pool';
import { failureOf, until } from '../../peers/sshd-scene';
import { rawCredential, rawSshServer, rawTarget, rawTcpServer, welcome } from './raw-servers';
import type { RawServer } from './raw-servers';

const cleanUps: (() => unknown)[] = [];

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
});

const keep = async (starting: Promise<RawServer>): Promise<RawServer> => {
  const server = await starting;
  cleanUps.push(() => server.close());
  return server;
};

const tcp = (onSocket: (socket: Socket) => void) =>
  keep(
    rawTcpServer((socket) => {
      onSocket(socket);
      // The end of what nobody reads is never seen.
      socket.resume();
    }),
  );
const ssh = (...of: Parameters<typeof rawSshServer>) => keep(rawSshServer(...of));

const open = (target: SshConnection, options: ConnectOptions = {}) =>
  connect(target, rawCredential, options);

interface Stuck {
  readonly target: SshConnection;
  readonly options: ConnectOptions;
  /** To which we are connected while we wait. */
  readonly server: RawServer;
}

const direct = (server: RawServer): Stuck => ({
  target: rawTarget(server.port),
  options: {},
  server,
});

/** A jump host that answers to everything but a wish for a connection with the host. */
async function behindSilence(): Promise<Stuck> {
  const server = await ssh((connection) => welcome(connection).on('tcpip', () => undefined));
  const jumpHosts = createJumpPool(openJumpHost, 0);
  const { kind: _, ...hop } = rawTarget(server.port);
  return {
    target: rawTarget(9, { via: [hop] }),
    options: { jumpHosts, resolveCredential: () => Promise.resolve(rawCredential) },
    server,
  };
}

/** A host of each stage that goes no further. */
const stuck: readonly { readonly stage: string; readonly start: () => Promise<Stuck> }[] = [
  { stage: 'connect', start: behindSilence },
  { stage: 'banner', start: async () => direct(await tcp(() => undefined)) },
  {
    stage: 'handshake',
    start: async () => direct(await tcp((socket) => socket.write('SSH-2.0-stuck\r\n'))),
  },
  {
    stage: 'login',
    start: async () =>
      direct(await ssh((connection) => connection.on('authentication', () => undefined))),
  },
];

describe('the time to connect', () => {
  it.each(stuck)('is over in the stage $stage, which is named', async ({ stage, start }) => {
    const { target, options, server } = await start();
    const failure = await failureOf(open(target, { ...options, connectTimeoutMs: 800 }));
    expect(failure).toMatchObject({
      code: 'connect-timeout',
      retryable: true,
      facts: { stage, host: `127.0.0.1:${target.port}`, timeoutMs: stage === 'login' ? 600 : 400 },
    });
    expect(failure.message).toMatch(/ within \d+ ms /);
    await until(() => server.sockets.size === 0, 'the connection was given up');
  });
});

describe('a connection that is cancelled', () => {
  it.each(stuck)('in the stage $stage leaves nothing', async ({ stage, start }) => {
    const { target, options, server } = await start();
    const controller = new AbortController();
    const opening = open(target, { ...options, signal: controller.signal });
    await until(() => server.accepted === 1, 'the server was reached');
    const [socket] = server.sockets;
    // The key exchange takes a few packets; logins and channels are what comes behind them.
    if (stage === 'login' || stage === 'connect')
      await until(() => (socket?.bytesRead ?? 0) > 1000, 'keys were agreed on');
    const reason = new Error('enough');
    controller.abort(reason);
    await expect(opening).rejects.toBe(reason);
    await until(() => server.sockets.size === 0, 'the connection was ended');
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0);
  });

  it('before anybody was talked to talks to nobody', async () => {
    const server = await tcp(() => undefined);
    const controller = new AbortController();
    const opening = open(rawTarget(server.port), { signal: controller.signal });
    const reason = new Error('enough');
    controller.abort(reason);
    await expect(opening).rejects.toBe(reason);
    expect(server.accepted).toBe(0);
  });

  it('while it is dialled leaves nothing', async () => {
    const server = await tcp(() => undefined);
    const target = rawTarget(server.port);
    const controller = new AbortController();
    const dialling = dial(target, whereOf(target), controller.signal);
    const reason = new Error('enough');
    controller.abort(reason);
    await expect(dialling).rejects.toBe(reason);
    await until(() => server.sockets.size === 0, 'the connection was ended');
  });

  it('leaves no listener at a signal that nobody uses', async () => {
    const server = await ssh((connection) => welcome(connection));
    const { signal } = new AbortController();
    const link = await open(rawTarget(server.port), { signal });
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
    await link.end();
    await until(() => server.sockets.size === 0, 'the connection was ended');
  });
});

describe('the first words of a server', () => {
  it('may be other lines, and come byte by byte', async () => {
    const server = await ssh((connection) =>
      welcome(connection).on('session', (accept) =>
        accept().on('exec', (acceptExec) => {
          const channel = acceptExec();
          channel.exit(5);
          channel.end();
        }),
      ),
    );
    const talkative = await tcp((socket) => {
      const inner = connectTcp({ host: '127.0.0.1', port: server.port, noDelay: true });
      cleanUps.push(() => inner.destroy());
      socket.setNoDelay(true);
      socket.pipe(inner);
      socket.write('Authorised users only\r\n\r\n');
      inner.once('data', (bytes: Buffer) => {
        inner.pause();
        void byteByByte(socket, bytes).then(() => inner.pipe(socket));
      });
    });
    const link = await open(rawTarget(talkative.port));
    expect(link.agreed.server).toMatch(/^ssh2js/);
    await expect(runCommand(link, 'x', {})).resolves.toMatchObject({ exitCode: 5 });
    await link.end();
  });

  it.each([
    {
      what: 'a line without an end',
      say: (socket: Socket) => void flood(socket, 'x'.repeat(1000)),
      code: 'protocol-error',
      text: 'a line of more than 8192 bytes',
    },
    {
      what: 'lines without an end',
      say: (socket: Socket) => void flood(socket, 'hello\r\n'.repeat(100)),
      code: 'protocol-error',
      text: 'more than 1024 lines and no identification; it says "hello hello',
    },
    {
      what: 'an identification that is too long',
      say: (socket: Socket) => socket.write(`SSH-2.0-${'x'.repeat(300)}\r\n`),
      code: 'protocol-error',
      text: 'longer than 255 bytes',
    },
    {
      what: 'an older protocol',
      say: (socket: Socket) => socket.write('SSH-1.5-old\r\n'),
      code: 'protocol-error',
      text: '"SSH-1.5-old", which is no SSH 2',
    },
    {
      what: 'HTTP',
      say: (socket: Socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'),
      code: 'protocol-error',
      text: 'it says "HTTP/1.1 400 Bad Request"',
    },
    {
      what: 'an alert of TLS',
      say: (socket: Socket) => socket.end(Buffer.from([0x15, 3, 1, 0, 2, 2, 0x46])),
      code: 'protocol-error',
      text: 'hung up before it said what it is',
    },
    {
      what: 'nothing but an end',
      say: (socket: Socket) => socket.end(),
      code: 'connection-lost',
      text: 'hung up before it said what it is',
    },
    {
      what: 'nothing but a reset',
      say: (socket: Socket) => socket.resetAndDestroy(),
      code: 'connection-lost',
      text: 'before the host said what it is',
    },
    {
      what: 'that there are too many logins',
      say: (socket: Socket) => socket.end('Exceeded MaxStartups\r\n'),
      code: 'too-many-sessions',
      text: 'turns us away: Exceeded MaxStartups',
    },
    {
      what: 'that we are punished',
      say: (socket: Socket) => socket.end('Not allowed at this time\r\n'),
      code: 'too-many-sessions',
      text: 'turns us away: Not allowed at this time',
    },
  ])('that are $what: $code', async ({ what, say, code, text }) => {
    const server = await tcp(say);
    const failure = await failureOf(open(rawTarget(server.port)));
    expect(failure.code).toBe(code);
    // A reset may be there before the system has said that we are connected.
    expect(failure.facts['stage']).toMatch(
      what.includes('reset') ? /^(connect|banner)$/ : /^banner$/,
    );
    expect(failure.message).toContain(text);
    expect(failure.message.length).toBeLessThan(400);
    await until(() => server.sockets.size === 0, 'the connection was ended');
  });
});

async function byteByByte(socket: Socket, bytes: Buffer): Promise<void> {
  for (const byte of bytes) {
    socket.write(Buffer.of(byte));
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  }
}

async function flood(socket: Socket, piece: string): Promise<void> {
  while (!socket.destroyed) {
    if (!socket.write(piece)) await Promise.race([once(socket, 'drain'), once(socket, 'close')]);
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  }
}
