import type { Connection } from 'ssh2';
import { connect, openJumpHost } from '../../../remote/ssh/connect';
import type { ConnectOptions } from '../../../remote/ssh/connect';
import { createJumpPool } from '../../../remote/ssh/jump-pool';
import type { SshLink } from '../../../remote/ssh/link';
import { failureOf, until } from '../../peers/sshd-scene';
import { forwardAll, rawCredential, rawSshServer, rawTarget, welcome } from './raw-servers';
import type { RawServer } from './raw-servers';

const cleanUps: (() => unknown)[] = [];

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
});

async function ssh(onConnection: (connection: Connection) => void): Promise<RawServer> {
  const server = await rawSshServer(onConnection);
  cleanUps.push(() => server.close());
  return server;
}

/** A jump host and a host behind it, and sessions on the way through. */
async function scene(jumpHost: (connection: Connection) => void) {
  const target = await ssh((connection) => welcome(connection));
  const jump = await ssh(jumpHost);
  const { kind: _, ...hop } = rawTarget(jump.port);
  const pool = createJumpPool(openJumpHost);
  cleanUps.push(() => pool.close());
  let resolved = 0;
  const options: ConnectOptions = {
    jumpHosts: pool,
    resolveCredential: () => {
      resolved += 1;
      return Promise.resolve(rawCredential);
    },
  };
  const open = async (more: ConnectOptions = {}, via = [hop]): Promise<SshLink> => {
    const link = await connect(rawTarget(target.port, { via }), rawCredential, {
      ...options,
      ...more,
    });
    cleanUps.push(() => link.end());
    return link;
  };
  return { target, jump, hop, open, resolved: () => resolved };
}

/** Opens so many channels on one connection and then has no room for more (RFC 4254 section 5.1, reason 4). */
const roomFor = (count: number) => (connection: Connection) => {
  let open = 0;
  forwardAll(connection);
  const [forward] = connection.listeners('tcpip') as ((...given: unknown[]) => void)[];
  connection.removeAllListeners('tcpip');
  // eslint-disable-next-line no-underscore-dangle -- ssh2's `reject` knows no reason of one's own
  const { _protocol: protocol } = connection as unknown as {
    _protocol: { channelOpenFail(id: number, reason: number, words: string): void };
  };
  const fail = protocol.channelOpenFail.bind(protocol);
  protocol.channelOpenFail = (id, _reason, words) => fail(id, 4, words);
  connection.on('tcpip', (...given) => {
    if (open >= count) return given[1]();
    open += 1;
    return forward?.(...given);
  });
};

describe('the connection with a jump host', () => {
  it('is a second one where the first opens no more channels', async () => {
    const { open, jump, target } = await scene(roomFor(2));
    await Promise.all([1, 2, 3, 4].map(() => open()));
    expect(jump.accepted).toBe(2);
    expect(target.accepted).toBe(4);
  });

  it('that opens not even one channel is given up', async () => {
    const { open, jump } = await scene(roomFor(0));
    const failure = await failureOf(open());
    expect(failure).toMatchObject({
      code: 'too-many-sessions',
      facts: { stage: 'connect', hop: `127.0.0.1:${jump.port}` },
    });
    expect(jump.accepted).toBe(1);
  });

  it('is made once for all who ask meanwhile, and goes on when one of them leaves', async () => {
    let letIn: (() => void) | null = null;
    const { open, jump, resolved } = await scene((connection) => {
      forwardAll(connection);
      connection.removeAllListeners('authentication');
      connection.on('authentication', (context) => (letIn = () => context.accept()));
    });
    const leaving = new AbortController();
    const reason = new Error('enough');
    const [left, ...stayed] = [
      open({ signal: leaving.signal }),
      open(),
      open({ signal: new AbortController().signal }),
    ];
    await until(() => letIn !== null, 'the jump host was asked to let us in');
    leaving.abort(reason);
    await expect(left).rejects.toBe(reason);
    (letIn as unknown as () => void)();
    await Promise.all(stayed);
    expect(jump.accepted).toBe(1);
    expect(resolved()).toBe(1);
  });

  it('is given up when all who wait for it leave', async () => {
    const { open, jump } = await scene((connection) =>
      connection.on('authentication', () => undefined),
    );
    const controller = new AbortController();
    const openings = [open({ signal: controller.signal }), open({ signal: controller.signal })];
    await until(() => jump.accepted === 1, 'the jump host was reached');
    const reason = new Error('enough');
    controller.abort(reason);
    await Promise.all(openings.map((opening) => expect(opening).rejects.toBe(reason)));
    await until(() => jump.sockets.size === 0, 'the connection was ended');
  });

  it('fails for all who wait, in their own names, and is tried anew by the next', async () => {
    let isOpen = false;
    const { open, jump, target } = await scene((connection) => {
      if (isOpen) forwardAll(connection);
      else connection.on('authentication', (context) => context.reject(['password']));
    });
    const failures = await Promise.all([failureOf(open()), failureOf(open())]);
    for (const failure of failures)
      expect(failure).toMatchObject({
        code: 'login-refused',
        facts: { host: `127.0.0.1:${target.port}`, hop: `127.0.0.1:${jump.port}` },
      });
    expect(jump.accepted).toBe(1);
    isOpen = true;
    await open();
    expect(jump.accepted).toBe(2);
  });

  it('that takes too long names the stage of the jump host', async () => {
    const { open, jump } = await scene((connection) =>
      connection.on('authentication', () => undefined),
    );
    const failure = await failureOf(open({ connectTimeoutMs: 400 }));
    expect(failure).toMatchObject({
      code: 'connect-timeout',
      facts: { stage: 'login', hop: `127.0.0.1:${jump.port}` },
    });
  });

  it('is not made without a way to its credential, nor through more than five', async () => {
    const { open, hop, jump, target } = await scene(forwardAll);
    const { signal } = new AbortController();
    const without = connect(rawTarget(target.port, { via: [hop] }), rawCredential, { signal });
    expect(await failureOf(without)).toMatchObject({ code: 'bad-request' });
    const six = Array.from({ length: 6 }, () => hop);
    expect(await failureOf(open({}, six))).toMatchObject({ code: 'bad-request' });
    expect(jump.accepted).toBe(0);
  });
});
