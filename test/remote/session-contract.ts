import { createHash, randomBytes } from 'node:crypto';
import type { Failure } from '../../contracts/failures';
import type { Connection, Credential } from '../../contracts/fleet';
import type { Lab, LabFaults, LabHostOptions, LabTransport, WindowsOptions } from '../../lab/types';
import { openSession } from '../../remote/open-session';
import type { Session } from '../../remote/session';

/** A lab of one host and what a worker knows of it. */
export interface SessionWorld {
  readonly lab: Lab;
  readonly connection: Connection;
  readonly credential: Credential;
}

export interface SessionContract {
  readonly transport: LabTransport;
  /** Starts a lab with one host, `hostId`, closed by the caller. */
  readonly createWorld: (host: LabHostOptions, timeScale: number) => Promise<SessionWorld>;
  /** The same connection with a host key or certificate that is not the host's; null when it has neither. */
  readonly mistrust: ((connection: Connection) => Connection) | null;
  /** Code of the failure then. */
  readonly mistrustCode: 'host-key-changed' | 'certificate-changed';
  /** Which reply to one command, counted from 1, carries its output. */
  readonly outputReply: number;
}

export const hostId = 'ex01';
const password = randomBytes(12).toString('base64url');
const account = { username: 'Administrator', password };
const path = 'C:\\Windows\\Temp\\session contract\\some file.bin';
/** A boot takes less than half a second. */
const timeScale = 100;
/** Never ends by itself: the lab's hosts are told so. */
const endless = 'ping -n 3600 127.0.0.1';

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const sourceOf = (bytes: Uint8Array) => ({ bytes, sha256: sha256(bytes) });
const lines = (bytes: Buffer): string[] =>
  bytes
    .toString('latin1')
    .split('\r\n')
    .map((line) => line.trimEnd())
    .filter((line) => line !== '');

const failureOf = (promise: Promise<unknown>): Promise<Failure> =>
  promise.then(
    (value) => {
      throw new Error(`it did not fail but gave ${JSON.stringify(value)}`);
    },
    (error: Failure) => error,
  );

/** What every session does, whichever way it goes: one suite, run over each transport on a real lab. */
export function describeSession(name: string, contract: SessionContract): void {
  describe(`a session over ${name}`, () => {
    let world: SessionWorld;
    let sessions: Session[] = [];

    const start = async (faults: LabFaults = {}, windows: WindowsOptions = {}): Promise<void> => {
      world = await contract.createWorld(
        { id: hostId, transport: contract.transport, credential: account, faults, windows },
        timeScale,
      );
    };
    const open = async (connection = world.connection): Promise<Session> => {
      const session = await openSession(connection, world.credential, { connectTimeoutMs: 5000 });
      sessions.push(session);
      return session;
    };
    const opened = async (faults: LabFaults = {}): Promise<Session> => {
      await start(faults);
      return open();
    };

    afterEach(async () => {
      await Promise.all(sessions.map((session) => session.close()));
      sessions = [];
      await world.lab.close();
    });

    describe('runs a command', () => {
      it('and keeps stdout and stderr apart', async () => {
        const session = await opened();
        const result = await session.run('echo out& echo err 1>&2');
        expect(result).toMatchObject({ exitCode: 0, timedOut: false, truncated: false });
        expect([lines(result.stdout), lines(result.stderr)]).toEqual([['out'], ['err']]);
        expect(result.durationMs).toBeGreaterThanOrEqual(0);
      });

      it.each([
        { code: 0, exitCode: 0 },
        { code: 1, exitCode: 1 },
        { code: 3, exitCode: 3 },
        { code: 3010, exitCode: 3010 },
        { code: 2148468766 - 2 ** 32, exitCode: 2148468766 },
        { code: -2145124329, exitCode: 2149842967 },
      ])('that ends with $code and tells $exitCode', async ({ code, exitCode }) => {
        const session = await opened();
        await expect(session.run(`exit ${code}`)).resolves.toMatchObject({ exitCode });
      });

      it('that is not known: a result, not an error', async () => {
        const session = await opened();
        const { exitCode, stderr } = await session.run('nosuchprogram /x');
        expect(exitCode).toBe(1);
        expect(stderr.toString('latin1')).toContain('nosuchprogram');
      });

      it.each([
        ['echo "a b"  c', '"a b"  c'],
        ['echo a ^& b ^^ "x & y | z > q"', 'a & b ^ "x & y | z > q"'],
        ['echo 100% <tag>'.replace('<tag>', '^<tag^>'), '100% <tag>'],
        ['echo [%COMPUTERNAME%]', '[EX01]'],
        ["echo 'single' (round) {curly} ; , =", "'single' (round) {curly} ; , ="],
      ])('whose line %p arrives unharmed', async (line, says) => {
        const session = await opened();
        const { stdout } = await session.run(line);
        expect(lines(stdout)).toEqual([says]);
      });

      it('and gives back bytes that are no text in any code page', async () => {
        const session = await opened();
        const bytes = Buffer.from([0x81, 0x84, 0xe1, 0xff, 0xc3, 0x28, 13, 13, 10, 0x41]);
        await session.upload(sourceOf(bytes), path);
        const { stdout } = await session.run(`type "${path}"`);
        expect(stdout).toEqual(bytes);
      });

      it('and finds no standard input', async () => {
        const session = await opened();
        const { exitCode, stdout } = await session.run('findstr "^"');
        expect([exitCode, stdout.length]).toEqual([1, 0]);
      });

      it('whose output is too big, says so and keeps its beginning and its exit code', async () => {
        const session = await opened();
        const bytes = Buffer.from('0123456789abcdef'.repeat((5 * 1024 * 1024) / 16));
        await session.upload(sourceOf(bytes), path);
        const options = { maxOutputBytes: 100_000 };
        const result = await session.run(`type "${path}"& exit 7`, options);
        expect(result).toMatchObject({ exitCode: 7, truncated: true });
        expect(result.stdout.equals(bytes.subarray(0, 100_000))).toBe(true);
      });

      it('whose output of 1 MB is whole', async () => {
        const session = await opened();
        const bytes = Buffer.from(`${randomBytes(30).toString('hex')}\r\n`.repeat(17_000));
        await session.upload(sourceOf(bytes), path);
        const result = await session.run(`type "${path}"`);
        expect(result.truncated).toBe(false);
        expect(result.stdout.equals(bytes)).toBe(true);
      });

      it('that takes too long: it is ended, and the session goes on', async () => {
        const session = await opened({ hang: ['ping'] });
        const result = await session.run(endless, { timeoutMs: 300 });
        expect(result).toMatchObject({ exitCode: null, timedOut: true });
        expect(lines((await session.run('echo next')).stdout)).toEqual(['next']);
      });

      it('that is cancelled: it rejects with the reason, and the session goes on', async () => {
        const session = await opened({ hang: ['ping'] });
        const controller = new AbortController();
        const reason = new Error('not wanted any more');
        const running = session.run(endless, { signal: controller.signal });
        const stop = world.lab.onEffect(({ effect }) => {
          if (effect === 'command') controller.abort(reason);
        });
        setTimeout(() => controller.abort(reason), 300);
        await expect(running).rejects.toBe(reason);
        stop();
        expect(lines((await session.run('echo next')).stdout)).toEqual(['next']);
      });

      it('that was cancelled before it began: nothing runs', async () => {
        const session = await opened();
        const reason = new Error('too late');
        const signal = AbortSignal.abort(reason);
        await expect(session.run('echo x> C:\\ran.txt', { signal })).rejects.toBe(reason);
        const { exitCode } = await session.run('if exist C:\\ran.txt exit 5');
        expect(exitCode).toBe(0);
      });

      it('after the other, 25 times', async () => {
        const session = await opened();
        for (let turn = 1; turn <= 25; turn += 1) {
          const result = await session.run(`echo ${turn}& exit ${turn}`);
          expect([result.exitCode, lines(result.stdout)]).toEqual([turn, [String(turn)]]);
        }
      });

      it('in ten sessions side by side', async () => {
        // WinRM of older editions allows five shells only.
        await start({}, { edition: '2012r2' });
        const all = await Promise.all(Array.from({ length: 10 }, () => open()));
        const results = await Promise.all(
          all.flatMap((session, index) =>
            [1, 2, 3].map(async (turn) => {
              const { stdout } = await session.run(`echo ${index}-${turn}`);
              return lines(stdout)[0] === `${index}-${turn}`;
            }),
          ),
        );
        expect(results).toEqual(results.map(() => true));
      });

      it('whose line is longer than cmd takes: never cut and run', async () => {
        const session = await opened();
        const line = `echo x> C:\\ran.txt& echo ${'x'.repeat(9000)}`;
        const answer = await session.run(line).catch((error: Failure) => error);
        // WinRM has no such limit of its own: there it is cmd that says so.
        if (answer instanceof Error) expect(answer.code).toBe('bad-request');
        else expect([answer.exitCode, answer.stdout.length]).toEqual([1, 0]);
        await expect(session.run('if exist C:\\ran.txt exit 5')).resolves.toMatchObject({
          exitCode: 0,
        });
      });
    });

    describe('loses the connection', () => {
      it('in the middle of a reply: whether the command ran is unknown', async () => {
        const session = await opened();
        // Over SSH the first command also asks for the shell.
        await session.run('ver');
        world.lab.setFaults(hostId, { cutReply: contract.outputReply });
        const failure = await failureOf(session.run('echo some words that are cut in the middle'));
        expect(failure).toMatchObject({ code: 'connection-lost', retryable: true });
        expect(failure.message).toContain(world.connection.address);
      });

      it('when the host reboots; afterwards it takes new sessions on the same port', async () => {
        const session = await opened({ hang: ['ping'] });
        const running = failureOf(session.run(endless));
        const booted = new Promise<void>((resolve) => {
          world.lab.onEffect(({ effect }) => {
            if (effect === 'booted') resolve();
          });
        });
        const other = await open();
        await other.run('shutdown /r /t 0 /f /d p:2:17').catch(() => undefined);
        expect(await running).toMatchObject({ code: 'connection-lost' });
        await booted;
        const again = await openWhenUp();
        expect(lines((await again.run('echo back')).stdout)).toEqual(['back']);
      });

      /** The ledger has the boot before the service listens. */
      const openWhenUp = async (): Promise<Session> => {
        for (;;) {
          const answer = await open().catch((error: Failure) => error);
          if (!(answer instanceof Error)) return answer;
          expect(answer).toMatchObject({ retryable: true });
        }
      };
    });

    describe('does not open', () => {
      it('with a wrong password', async () => {
        await start();
        const opening = openSession(world.connection, { ...account, password: 'Wrong-1' });
        const failure = await failureOf(opening);
        expect(failure).toMatchObject({ code: 'login-refused', retryable: false });
        expect(JSON.stringify([failure.message, failure.facts])).not.toContain('Wrong-1');
        expect(world.lab.ledger.map(({ effect }) => effect)).toContain('login-refused');
      });

      it('when the account may not log in', async () => {
        await start({ refuseLogin: true });
        expect(await failureOf(open())).toMatchObject({ code: 'login-refused' });
      });

      it('when the port is closed', async () => {
        await start({ unreachable: 'always' });
        const failure = await failureOf(open());
        expect(failure).toMatchObject({ code: 'host-unreachable', retryable: true });
        expect(failure.message).toContain(String(world.connection.port));
      });

      it('when it was cancelled', async () => {
        await start();
        const reason = new Error('never mind');
        const signal = AbortSignal.abort(reason);
        await expect(openSession(world.connection, account, { signal })).rejects.toBe(reason);
      });

      const { mistrust, mistrustCode } = contract;
      if (mistrust !== null)
        it('when the host is not the one that the fleet pins, and sends it nothing', async () => {
          await start();
          const failure = await failureOf(open(mistrust(world.connection)));
          expect(failure).toMatchObject({ code: mistrustCode, retryable: false });
          expect(world.lab.ledger).toEqual([]);
        });
    });

    describe('uploads', () => {
      it.each([0, 1, 100_000, 1024 * 1024])('%p bytes', async (size) => {
        const session = await opened();
        const bytes = randomBytes(size);
        const progress: number[] = [];
        const result = await session.upload(sourceOf(bytes), path, {
          onProgress: (sent) => progress.push(sent),
        });
        expect(result.bytes).toBe(size);
        expect(progress.at(-1)).toBe(size);
        expect(progress).toEqual(progress.toSorted((a, b) => a - b));
        expect(await digestOf(session)).toBe(size === 0 ? null : sha256(bytes));
        expect(await filesBeside(session)).toEqual(['some file.bin']);
      });

      it('in place of a file that is there', async () => {
        const session = await opened();
        await session.upload(sourceOf(Buffer.from('first, and longer')), path);
        await session.upload(sourceOf(Buffer.from('second')), path);
        expect((await session.run(`type "${path}"`)).stdout.toString()).toBe('second');
      });

      it('nothing of another content than was promised', async () => {
        const session = await opened();
        const wrong = { bytes: Buffer.from('x'), sha256: sha256(Buffer.from('y')) };
        expect(await failureOf(session.upload(wrong, path))).toMatchObject({
          code: 'upload-corrupt',
        });
        expect(await filesBeside(session)).toEqual([]);
      });

      it('nothing on a full disk, and says so', async () => {
        const session = await opened({ diskFull: true });
        const failure = await failureOf(session.upload(sourceOf(randomBytes(50_000)), path));
        expect(['disk-full', 'upload-failed']).toContain(failure.code);
        expect(failure.advice).toContain('free space');
        expect(await filesBeside(session)).toEqual([]);
      });

      it('nothing more once it was cancelled', async () => {
        const session = await opened();
        const controller = new AbortController();
        const reason = new Error('stop');
        const upload = session.upload(sourceOf(randomBytes(3_000_000)), path, {
          signal: controller.signal,
          onProgress: (sent) => {
            if (sent > 200_000) controller.abort(reason);
          },
        });
        await expect(upload).rejects.toBe(reason);
        expect(await filesBeside(session)).toEqual([]);
      });

      it.each(['relative\\x', 'C:\\a"b', 'C:\\folder\\'])('nothing to %p', async (wrong) => {
        const session = await opened();
        const failure = await failureOf(session.upload(sourceOf(Buffer.from('x')), wrong));
        expect(failure.code).toBe('bad-request');
      });

      const digestOf = async (session: Session): Promise<string | null> => {
        const { stdout } = await session.run(`certutil -hashfile "${path}" SHA256`);
        return (
          lines(stdout)
            .map((line) => line.replaceAll(' ', ''))
            .find((line) => /^[0-9a-f]{64}$/.test(line)) ?? null
        );
      };
      const filesBeside = async (session: Session): Promise<string[]> => {
        const folder = path.slice(0, path.lastIndexOf('\\'));
        const { stdout } = await session.run(`dir /b "${folder}" 2>nul`);
        return lines(stdout);
      };
    });

    describe('closes', () => {
      it('twice without complaint, and then refuses work', async () => {
        const session = await opened();
        await session.close();
        await session.close();
        const failure = await failureOf(session.run('echo x'));
        expect(failure).toMatchObject({ name: 'Failure', code: 'bad-request' });
        expect(failure.message).toContain('closed');
      });

      it('while the host is gone', async () => {
        const session = await opened();
        world.lab.setFaults(hostId, { unreachable: 'always' });
        await expect(session.close()).resolves.toBeUndefined();
      });
    });
  });
}
