import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runCommand } from '../../remote/ssh/command';
import { judgeTest } from '../judges/judge';
import { openPosixSession } from './posix-session';
import type { PosixSession } from './posix-session';
import { hasSshd } from './sshd';
import { createSshdScene, endpointOf, failureOf, until } from './sshd-scene';

const scene = createSshdScene();
const seconds = 1000;

afterEach(() => scene.end());

/** Lives as long as somebody reads what it says: a server that is cut off leaves its commands running. */
const talk = 'while echo .; do sleep 0.05; done';

const pidIn = async (file: string) => Number(await readFile(file, 'utf8').catch(() => '0'));

/**
 * sshd hands signals on only where it has separated its privileges after the login, which it does not for root
 * (session.c, session_signal_req): there a command outlives its channel until it writes. So root makes an ordinary user.
 */
async function openAsOrdinaryUser(): Promise<PosixSession> {
  if (process.getuid?.() !== 0) return scene.session(await scene.sshd());
  const username = `sshtest${randomBytes(4).toString('hex')}`;
  const password = randomBytes(12).toString('base64url');
  execFileSync('useradd', ['--no-create-home', '--shell', '/bin/sh', username]);
  scene.add(() => execFileSync('userdel', [username], { stdio: 'ignore' }));
  execFileSync('chpasswd', { input: `${username}:${password}\n` });
  const sshd = await scene.sshd({ config: ['PasswordAuthentication yes'] });
  const session = await openPosixSession(
    { kind: 'ssh', ...endpointOf(sshd) },
    { username, password },
  );
  scene.add(() => session.close());
  return session;
}

const isRunning = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

judgeTest('what was agreed on with sshd is told as sshd itself has it', hasSshd, async () => {
  const sshd = await scene.sshd({ hostKeys: ['ecdsa'] });
  const { link } = await scene.session(sshd);
  const { agreed } = link;
  expect(agreed).toMatchObject({ kind: 'ssh', login: 'publickey', isLegacy: false, via: [] });
  expect(agreed.server).toMatch(/^OpenSSH_\d/);
  expect(agreed.hostKey).toBe(`ecdsa-sha2-nistp256 ${sshd.fingerprint()}`);
  const log = await sshd.log();
  expect(log).toContain(`kex: algorithm: ${agreed.keyExchange}`);
  expect(log).toContain(
    `kex: client->server cipher: ${agreed.cipher} MAC: ${agreed.mac ?? '<implicit>'}`,
  );
});

describe('a command under sshd', () => {
  judgeTest('that a signal ends is killed, and the signal is named', hasSshd, async () => {
    const session = await scene.session(await scene.sshd());
    const failure = await failureOf(session.run('kill -TERM $$'));
    expect(failure).toMatchObject({ code: 'command-killed', facts: { signal: 'SIGTERM' } });
    expect(failure.message).toContain('SIGTERM');
    await expect(session.run('exit 143')).resolves.toMatchObject({ exitCode: 143 });
  });

  judgeTest('is ended there when it is cancelled or out of time', hasSshd, async () => {
    const session = await openAsOrdinaryUser();
    const controller = new AbortController();
    const reason = new Error('changed my mind');
    const begun = join(await scene.folder(), 'begun');
    const running = session.run(`echo $$ > ${begun}; exec sleep 1000`, {
      signal: controller.signal,
    });
    await until(async () => (await pidIn(begun)) > 0, 'the command has begun');
    const pid = await pidIn(begun);
    expect(isRunning(pid)).toBe(true);
    controller.abort(reason);
    await expect(running).rejects.toBe(reason);
    await until(() => !isRunning(pid), 'the command was ended');

    const late = await session.run('echo $$; exec sleep 1000', { timeoutMs: 300 });
    expect(late).toMatchObject({ timedOut: true, exitCode: null });
    const latePid = Number(late.stdout.toString());
    expect(latePid).toBeGreaterThan(1);
    await until(() => !isRunning(latePid), 'the late command was ended');
  });

  judgeTest('that floods us with 200 MB takes no memory for it', hasSshd, async () => {
    const session = await scene.session(await scene.sshd());
    const before = process.memoryUsage().rss;
    let peak = before;
    const watch = setInterval(() => {
      peak = Math.max(peak, process.memoryUsage().rss);
    }, 20);
    try {
      const result = await session.run(
        'head -c 190000000 /dev/zero; head -c 10000000 /dev/zero >&2',
        {
          maxOutputBytes: 1000,
        },
      );
      expect(result).toMatchObject({ exitCode: 0, truncated: true });
      expect(result.stdout).toHaveLength(1000);
      expect(result.stderr).toHaveLength(1000);
    } finally {
      clearInterval(watch);
    }
    // Garbage that is not collected yet is in it; what was sent is several times that.
    expect(peak - before).toBeLessThan(120_000_000);
  });

  judgeTest(
    'has its bytes whole both ways while keys are renewed under load',
    hasSshd,
    async () => {
      const sshd = await scene.sshd({ config: ['RekeyLimit 1M'] });
      const { link } = await scene.session(sshd);
      const sent = randomBytes(20_000_000);
      async function* pieces() {
        for (let at = 0; at < sent.length; at += 100_000)
          yield { bytes: sent.subarray(at, at + 100_000), last: at + 100_000 >= sent.length };
      }
      const result = await runCommand(
        link,
        'cat',
        { maxOutputBytes: sent.length, timeoutMs: 40 * seconds },
        pieces(),
      );
      expect(result).toMatchObject({ exitCode: 0, truncated: false });
      expect(result.stdout.equals(sent)).toBe(true);
      const renewals = (await sshd.log()).match(/SSH2_MSG_NEWKEYS received/g)?.length ?? 0;
      expect(renewals).toBeGreaterThan(10);
    },
  );

  judgeTest('is a lost connection when the network cuts it', hasSshd, async () => {
    const sshd = await scene.sshd();
    const proxy = await scene.proxy(sshd.port);
    const session = await scene.session(sshd, { port: proxy.port });
    const running = session.run(talk);
    const heard = proxy.toClient;
    await until(() => proxy.toClient > heard + 40, 'the command has begun');
    proxy.cut();
    expect(await failureOf(running)).toMatchObject({ code: 'connection-lost', retryable: true });
    expect(await failureOf(session.run('true'))).toMatchObject({ code: 'connection-lost' });
  });

  judgeTest(
    'is a lost connection when the host falls silent, and says how long',
    hasSshd,
    async () => {
      const sshd = await scene.sshd();
      const proxy = await scene.proxy(sshd.port);
      const session = await scene.session(sshd, { port: proxy.port }, { keepaliveIntervalMs: 100 });
      // A host that only has nothing to say is left alone.
      await expect(session.run('sleep 1')).resolves.toMatchObject({ exitCode: 0 });
      const running = session.run(talk);
      proxy.fallSilent();
      const failure = await failureOf(running);
      expect(failure).toMatchObject({
        code: 'connection-lost',
        facts: { stage: 'idle', silentMs: 300 },
      });
      expect(failure.message).toContain('nothing was heard from the host for 0.3 s');
    },
  );

  judgeTest('may take long to bring its output over a slow line', hasSshd, async () => {
    const sshd = await scene.sshd();
    const proxy = await scene.proxy(sshd.port);
    const session = await scene.session(sshd, { port: proxy.port }, { keepaliveIntervalMs: 100 });
    proxy.limitTo(150_000);
    // Answers to our questions wait behind the output, for much longer than a silent host is given.
    const result = await session.run('head -c 300000 /dev/zero');
    expect(result).toMatchObject({ exitCode: 0, truncated: false });
    expect(result.stdout).toHaveLength(300_000);
    expect(result.durationMs).toBeGreaterThan(1 * seconds);
  });

  judgeTest('is lost when the server is killed, and the next session works', hasSshd, async () => {
    const sshd = await scene.sshd();
    const session = await scene.session(sshd);
    const running = session.run(`touch ${sshd.folder}/begun; ${talk}`);
    const other = await scene.session(sshd);
    await until(
      async () => (await other.run(`test -e ${sshd.folder}/begun`)).exitCode === 0,
      'the command has begun',
    );
    await sshd.kill();
    expect(await failureOf(running)).toMatchObject({ code: 'connection-lost', retryable: true });
    expect(await failureOf(scene.session(sshd))).toMatchObject({ code: 'host-unreachable' });
    await sshd.start();
    const again = await scene.session(sshd);
    await expect(again.run('exit 4')).resolves.toMatchObject({ exitCode: 4 });
  });
});
