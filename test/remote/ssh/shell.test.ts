import type { AddressInfo } from 'node:net';
import { Server } from 'ssh2';
import type { Failure } from '../../../contracts/failures';
import type { SshConnection } from '../../../contracts/fleet';
import { labHostKey } from '../../../lab/ssh/host-key';
import type { Session } from '../../../remote/session';
import { openSsh } from '../../../remote/ssh/client';

interface Answer {
  readonly stdout?: string;
  readonly stderr?: string;
  readonly exitCode?: number;
  readonly hangs?: boolean;
}

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
});

let hosts = 0;
/** A host whose shell answers as the test says; gives how to open sessions with it and what it was asked. */
async function hostWith(answer: (line: string) => Answer) {
  hosts += 1;
  const hostKey = labHostKey('shells', `host-${hosts}`);
  const lines: string[] = [];
  const server = new Server({ hostKeys: [hostKey.privateKey] }, (connection) => {
    connection.on('error', () => undefined);
    connection.on('authentication', (context) => context.accept());
    connection.on('session', (accept) => {
      accept().on('exec', (acceptExec, _reject, { command }) => {
        lines.push(command);
        const { stdout = '', stderr = '', exitCode = 0, hangs = false } = answer(command);
        const channel = acceptExec();
        channel.on('error', () => undefined);
        if (hangs) return;
        channel.write(stdout);
        channel.stderr.write(stderr);
        channel.exit(exitCode);
        channel.end();
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanUps.push(() => new Promise((resolve) => server.close(resolve)));
  const connection: SshConnection = {
    kind: 'ssh',
    address: '127.0.0.1',
    port: (server.address() as AddressInfo).port,
    credentialRef: 'env:TEST',
    hostKey: hostKey.fingerprint,
  };
  const open = async (username = 'admin'): Promise<Session> => {
    const session = await openSsh(connection, { username, password: 'x' });
    cleanUps.push(() => session.close());
    return session;
  };
  return { open, lines, probes: () => lines.filter(isProbe).length };
}

const isProbe = (line: string): boolean => line.includes('p$PSHOME');
const markOf = (line: string): string => /shell-[0-9a-f]{16}/.exec(line)?.[0] ?? '';

const asCmd = (line: string): Answer => ({
  stdout: `${markOf(line)} C:\\Windows\\system32\\cmd.exe p$PSHOME s$$ ; exit 3010 # \r\n${markOf(line)}.or\r\n`,
  exitCode: 3010,
});
const asPosix = (line: string): Answer => ({
  stdout: `${markOf(line)} %COMSPEC% p s77\n`,
  exitCode: 194,
});
/** The exit code that cmd.exe would print for a line that a POSIX shell was given. */
const printed = (line: string, exitCode: number, output = ''): Answer => ({
  stdout: `${output}${/#[0-9a-f]{16}/.exec(line)?.[0] ?? ''}${exitCode}\r\n`,
});

const failureOf = (promise: Promise<unknown>): Promise<Failure> =>
  promise.then(
    () => {
      throw new Error('it did not fail');
    },
    (error: Failure) => error,
  );

describe("the account's shell", () => {
  it('is asked for once, however many commands begin at once, and told afterwards', async () => {
    const { open, probes } = await hostWith((line) => (isProbe(line) ? asCmd(line) : {}));
    const session = await open();
    expect(session.shell?.()).toBeNull();
    await Promise.all(Array.from({ length: 5 }, () => session.run('ver')));
    expect(probes()).toBe(1);
    const shell = { kind: 'cmd', exitCodeBits: 32, conditionals: true };
    expect(session.shell?.()).toEqual(shell);
    expect(session.channel?.()).toMatchObject({ kind: 'ssh', shell });
  });

  it('is known to the next session of the same account, and asked for another account', async () => {
    const { open, probes } = await hostWith((line) => (isProbe(line) ? asCmd(line) : {}));
    await (await open('one')).run('ver');
    const again = await open('one');
    expect(again.shell?.()).toMatchObject({ kind: 'cmd' });
    await again.run('ver');
    expect(probes()).toBe(1);
    await (await open('other')).run('ver');
    expect(probes()).toBe(2);
  });

  it('is asked for again when a reply shows another one', async () => {
    let answer = asCmd;
    const { open, probes } = await hostWith((line) => {
      if (isProbe(line)) return answer(line);
      if (answer === asCmd) return {};
      if (line === 'ver')
        return { stderr: 'bash: line 1: ver: command not found\n', exitCode: 127 };
      if (line.includes('.and')) return printed(line, 3010, `${markOf(line)}.or\r\n`);
      return printed(line, 5);
    });
    const session = await open();
    await session.run('ver');
    answer = asPosix;
    await session.run('ver');
    await expect(session.run('ver')).resolves.toMatchObject({ exitCode: 5 });
    expect([probes(), session.shell?.()?.kind]).toEqual([2, 'posix']);
  });

  it('that is none of the three is refused with what it said, and nothing runs in it', async () => {
    const { open, lines } = await hostWith((line) => ({
      stdout: `\u001b[31m% Unknown command: ${line}\r\n${'x'.repeat(5000)}`,
      exitCode: 1,
    }));
    const session = await open();
    const failure = await failureOf(session.run('shutdown /r'));
    expect(failure).toMatchObject({ code: 'unexpected-output', facts: { exitCode: 1 } });
    expect(failure.message).toMatch(
      /neither cmd\.exe nor PowerShell nor a POSIX shell.*127\.0\.0\.1/,
    );
    const said = String(failure.facts['said']);
    expect(said).toContain('% Unknown command');
    expect(said.length).toBeLessThan(1000);
    expect(said).not.toMatch(/[^ -~]/);
    expect(lines.every(isProbe)).toBe(true);
  });

  it('that starts no cmd.exe is refused, and nothing runs in it', async () => {
    const { open, lines } = await hostWith((line) =>
      isProbe(line) ? asPosix(line) : { stderr: 'sh: 1: cmd.exe: not found\n', exitCode: 127 },
    );
    const session = await open();
    const failure = await failureOf(session.run('shutdown /r'));
    expect(failure).toMatchObject({ code: 'unexpected-output', retryable: false });
    expect(failure.message).toContain('a POSIX shell, and it starts no cmd.exe');
    expect(lines.some((line) => line.includes('shutdown'))).toBe(false);
  });

  it('that does not print the exit code leaves it unknown, and is asked for again', async () => {
    const { open, probes } = await hostWith((line) => {
      if (isProbe(line)) return asPosix(line);
      if (line.includes('.and')) return printed(line, 3010, `${markOf(line)}.or\r\n`);
      return { stdout: 'some', exitCode: 0 };
    });
    const session = await open();
    const failure = await failureOf(session.run('ver'));
    expect(failure).toMatchObject({ code: 'connection-lost', retryable: true });
    expect(failure.message).toMatch(/exit code .* did not come.*unknown/);
    await failureOf(session.run('ver'));
    expect(probes()).toBe(2);
  });

  it('has until the deadline of the command that waits for it', async () => {
    const { open } = await hostWith(() => ({ hangs: true }));
    const session = await open();
    await expect(session.run('ver', { timeoutMs: 50 })).resolves.toMatchObject({
      exitCode: null,
      timedOut: true,
    });
    const waiting = session.findShell?.({ timeoutMs: 50 }) ?? Promise.resolve();
    expect(await failureOf(waiting)).toMatchObject({ code: 'command-timeout' });
  });

  it('is waited for by one when another does not want to any longer', async () => {
    let release: (() => void) | undefined;
    const released = new Promise<void>((resolve) => (release = resolve));
    const { open } = await hostWith((line) => (isProbe(line) ? asCmd(line) : {}));
    const session = await open();
    const controller = new AbortController();
    const reason = new Error('not wanted any more');
    const impatient = session.run('ver', { signal: controller.signal }).catch((error: Error) => {
      release?.();
      return error;
    });
    const patient = session.run('ver');
    controller.abort(reason);
    expect(await impatient).toBe(reason);
    await released;
    await expect(patient).resolves.toMatchObject({ exitCode: 0 });
  });

  it('never gets a line that is longer than cmd.exe takes', async () => {
    const { open, lines } = await hostWith((line) => (isProbe(line) ? asCmd(line) : {}));
    const session = await open();
    const failure = await failureOf(session.run(`echo ${'x'.repeat(9000)}`));
    expect(failure).toMatchObject({ code: 'bad-request' });
    expect(String(failure.facts['host'])).toContain('127.0.0.1');
    expect(lines.some((line) => line.includes('xxx'))).toBe(false);
  });
});
