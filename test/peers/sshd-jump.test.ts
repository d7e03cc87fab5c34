import type { SshEndpoint } from '../../contracts/fleet';
import type { ConnectOptions } from '../../remote/ssh/connect';
import { openJumpHost } from '../../remote/ssh/connect';
import { createJumpPool } from '../../remote/ssh/jump-pool';
import { judgeTest } from '../judges/judge';
import { hasSshd } from './sshd';
import type { Sshd, SshdOptions } from './sshd';
import {
  createSshdScene,
  credentialFor,
  endpointOf,
  failureOf,
  timesLogged,
  until,
} from './sshd-scene';

const scene = createSshdScene();

afterEach(() => scene.end());

/** A pool of the test's own, whose connections are gone with it. */
function poolOf(idleMs?: number): NonNullable<ConnectOptions['jumpHosts']> {
  const pool = createJumpPool(openJumpHost, idleMs);
  scene.add(() => pool.close());
  return pool;
}

/** Each jump host has a key of its own, which no other server knows. */
const resolving = (jumpHosts: readonly Sshd[], pool = poolOf()): ConnectOptions => ({
  jumpHosts: pool,
  resolveCredential: (ref) => credentialFor(jumpHosts[Number(ref)] as Sshd),
});

const via = (jumpHosts: readonly Sshd[]): readonly SshEndpoint[] =>
  jumpHosts.map((sshd, index) => endpointOf(sshd, String(index)));

const started = (count: number, options?: SshdOptions): Promise<Sshd[]> =>
  Promise.all(Array.from({ length: count }, () => scene.sshd(options)));

const logins = (sshd: Sshd, atLeast: number): Promise<number> =>
  timesLogged(sshd, /Accepted publickey/g, atLeast);

describe('a host behind a jump host', () => {
  judgeTest('is reached through it, logged in to with a key of its own', hasSshd, async () => {
    const [jump, target] = (await started(2)) as [Sshd, Sshd];
    const session = await scene.session(target, { via: via([jump]) }, resolving([jump]));
    const { stdout } = await session.run('echo "$SSH_CONNECTION"');
    expect(stdout.toString().trim()).toMatch(new RegExp(` 127.0.0.1 ${target.port}$`));
    expect(session.link.agreed.via).toEqual([`127.0.0.1:${jump.port}`]);
    expect(session.link.agreed.hostKey).toContain(target.fingerprint());
    expect(await timesLogged(jump, new RegExp(`port ${target.port}\\b`, 'g'))).toBeGreaterThan(0);
  });

  judgeTest('may lie behind three of them', hasSshd, async () => {
    const servers = await started(4);
    const jumpHosts = servers.slice(0, 3);
    const target = servers[3] as Sshd;
    const session = await scene.session(target, { via: via(jumpHosts) }, resolving(jumpHosts));
    await expect(session.run('exit 6')).resolves.toMatchObject({ exitCode: 6 });
    expect(session.link.agreed.via).toHaveLength(3);
  });

  judgeTest('shares one connection to it with many sessions', hasSshd, async () => {
    const [jump, target] = (await started(2, { config: ['MaxStartups 100'] })) as [Sshd, Sshd];
    const options = resolving([jump]);
    const sessions = await Promise.all(
      Array.from({ length: 10 }, () => scene.session(target, { via: via([jump]) }, options)),
    );
    const results = await Promise.all(sessions.map((session, exit) => session.run(`exit ${exit}`)));
    expect(results.map(({ exitCode }) => exitCode)).toEqual(sessions.map((_, exit) => exit));
    expect(await logins(jump, 1)).toBe(1);
    expect(await logins(target, 10)).toBe(10);
  });

  judgeTest('leaves the connection to it for a while, then nothing', hasSshd, async () => {
    const [jump, target] = (await started(2)) as [Sshd, Sshd];
    const proxy = await scene.proxy(jump.port);
    const route = [{ ...endpointOf(jump, '0'), port: proxy.port }];
    const options = resolving([jump], poolOf(300));
    for (const exitCode of [1, 2]) {
      const session = await scene.session(target, { via: route }, options);
      await expect(session.run(`exit ${exitCode}`)).resolves.toMatchObject({ exitCode });
      await session.close();
      expect(proxy.connections).toBe(1);
    }
    expect(proxy.accepted).toBe(1);
    await until(() => proxy.connections === 0, 'the connection was ended');
  });

  judgeTest('keeps no process alive by a connection that nobody uses', hasSshd, async () => {
    const sockets = () =>
      process.getActiveResourcesInfo().filter((kind) => kind === 'TCPSocketWrap').length;
    const before = sockets();
    const [jump, target] = (await started(2)) as [Sshd, Sshd];
    const session = await scene.session(target, { via: via([jump]) }, resolving([jump]));
    await session.close();
    await expect(session.run('true')).rejects.toThrow('connection');
    expect(sockets()).toBe(before);
  });

  judgeTest('is not what refused the login when the jump host did', hasSshd, async () => {
    const [jump, target] = (await started(2)) as [Sshd, Sshd];
    const failure = await failureOf(
      scene.session(
        target,
        { via: via([jump]) },
        { ...resolving([jump]), resolveCredential: () => credentialFor(target) },
      ),
    );
    expect(failure).toMatchObject({
      code: 'login-refused',
      facts: { host: `127.0.0.1:${target.port}`, hop: `127.0.0.1:${jump.port}` },
    });
    expect(failure.message).toContain(`at the jump host 127.0.0.1:${jump.port}`);
    // What failed is not remembered.
    const session = await scene.session(target, { via: via([jump]) }, resolving([jump]));
    await expect(session.run('exit 3')).resolves.toMatchObject({ exitCode: 3 });
  });

  judgeTest('is not what changed its key when the jump host did', hasSshd, async () => {
    const [jump, target] = (await started(2)) as [Sshd, Sshd];
    const wrong = [{ ...endpointOf(jump, '0'), hostKey: target.fingerprint() }];
    const failure = await failureOf(scene.session(target, { via: wrong }, resolving([jump])));
    expect(failure).toMatchObject({
      code: 'host-key-changed',
      facts: { hop: `127.0.0.1:${jump.port}` },
    });
  });

  judgeTest('refuses a login of its own as itself', hasSshd, async () => {
    const [jump, target] = (await started(2)) as [Sshd, Sshd];
    const wrong = { via: via([jump]), hostKey: jump.fingerprint() };
    const failure = await failureOf(scene.session(target, wrong, resolving([jump])));
    expect(failure).toMatchObject({
      code: 'host-key-changed',
      facts: { host: `127.0.0.1:${target.port}` },
    });
    expect(failure.facts).not.toHaveProperty('hop');
  });

  judgeTest('cannot be had where forwarding is not allowed', hasSshd, async () => {
    const [jump] = (await started(1, { config: ['AllowTcpForwarding no'] })) as [Sshd];
    const target = await scene.sshd();
    const failure = await failureOf(scene.session(target, { via: via([jump]) }, resolving([jump])));
    expect(failure).toMatchObject({
      code: 'protocol-error',
      facts: { stage: 'connect', hop: `127.0.0.1:${jump.port}` },
    });
    expect(failure.message).toContain('administratively prohibited');
    expect(failure.advice).toContain('AllowTcpForwarding');
  });

  judgeTest('that is down is told from a jump host that is down', hasSshd, async () => {
    const [jump, target] = (await started(2)) as [Sshd, Sshd];
    const options = resolving([jump]);
    await target.kill();
    const behind = await failureOf(scene.session(target, { via: via([jump]) }, options));
    expect(behind).toMatchObject({
      code: 'host-unreachable',
      facts: { host: `127.0.0.1:${target.port}`, hop: `127.0.0.1:${jump.port}` },
    });
    expect(behind.message).toContain('cannot reach the host');
    await jump.kill();
    await until(async () => {
      const failure = await failureOf(scene.session(target, { via: via([jump]) }, options));
      return failure.message.startsWith('at the jump host') && failure.code === 'host-unreachable';
    }, 'the jump host was found to be down');
  });

  judgeTest('is lost with the jump host, and comes back with it', hasSshd, async () => {
    const [jump, target] = (await started(2)) as [Sshd, Sshd];
    const options = resolving([jump]);
    const session = await scene.session(target, { via: via([jump]) }, options);
    // It ends when nobody reads it any more.
    const running = session.run('while echo .; do sleep 0.05; done');
    await jump.kill();
    const failure = await failureOf(running);
    expect(failure).toMatchObject({
      code: 'connection-lost',
      facts: { host: `127.0.0.1:${target.port}`, hop: `127.0.0.1:${jump.port}` },
    });
    await jump.start();
    const again = await scene.session(target, { via: via([jump]) }, options);
    await expect(again.run('exit 2')).resolves.toMatchObject({ exitCode: 2 });
  });
});
