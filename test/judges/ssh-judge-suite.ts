import { utils } from 'ssh2';
import { startLab } from '../../lab';
import { labHostKey } from '../../lab/ssh/host-key';
import type { Lab } from '../../lab/types';
import { ed25519KeyPair } from '../key-pair';
import { hasPythonModules, judgeTest } from './judge';
import { startTalk } from './python-talk';
import type { PythonTalk } from './python-talk';

const account = { username: 'Administrator', password: 'judged by others, \u00fc' };
const seed = 'ssh judge';
/** Prints a line at once and one a second from then on; nobody waits for its end. */
const endless = 'ping -n 3600 127.0.0.1';

interface Outcome {
  readonly exitCode: number | null;
  readonly exitSignal: unknown;
  readonly stdout: string;
  readonly stderr: string;
}

const bytesOf = (base64: string): Buffer => Buffer.from(base64, 'base64');
const textOf = (base64: string): string => bytesOf(base64).toString('utf8');

/** A client that nobody here wrote, driven by a script that takes these questions. */
export interface SshJudge {
  readonly module: 'asyncssh' | 'paramiko';
  readonly script: string;
  /** What it makes of exit codes. */
  readonly seenExitCode: (code: number) => number;
  /** How it can end a command in the middle. */
  readonly stops: readonly ('KILL' | 'TERM' | 'close')[];
}

export function describeSshJudge({ module, script, seenExitCode, stops }: SshJudge): void {
  const available = hasPythonModules(module);

  describe(`${module} against emulated machines`, () => {
    const keys = {
      ed25519: ed25519KeyPair(),
      rsa: utils.generateKeyPairSync('rsa', { bits: 2048 }),
      stranger: ed25519KeyPair(),
    };
    let lab: Lab;
    let talk: PythonTalk | null = null;

    beforeAll(async () => {
      lab = await startLab({
        seed,
        hosts: (['ed25519', 'rsa'] as const).map((id) => ({
          id,
          transport: { kind: 'ssh', sftp: id === 'ed25519' },
          credential: { ...account, publicKey: keys[id].public },
          windows: { codePage: 850 },
        })),
      });
    });

    afterAll(async () => {
      await talk?.end();
      await lab.close();
    });

    const ask = async (
      steps: readonly { readonly do: string; readonly [name: string]: unknown }[],
      more: { readonly [name: string]: unknown } = {},
      host: 'ed25519' | 'rsa' = 'ed25519',
    ) =>
      (await (talk ??= startTalk(script)).ask({
        port: lab.endpoint(host).port,
        hostKey: labHostKey(seed, host).publicKey,
        ...account,
        steps,
        ...more,
      })) as {
        readonly login: string;
        readonly server: string;
        readonly results: readonly never[];
        readonly keyExchanges: number;
      };
    const outcomes = async (lines: readonly string[], input = ''): Promise<readonly Outcome[]> => {
      const given = Buffer.from(input).toString('base64');
      const steps = lines.map((line) => ({ do: 'run', line, input: given }));
      return (await ask(steps)).results;
    };

    describe('logs in', () => {
      const steps = [{ do: 'run', line: 'echo in' }];

      judgeTest('with a password, and sees what Windows calls itself', available, async () => {
        expect(await ask(steps)).toMatchObject({
          login: 'accepted',
          server: 'SSH-2.0-OpenSSH_for_Windows_8.1',
        });
      });

      // Not with rsa-sha2-512 alone: the server's list of signatures (RFC 8308 section 3.1) is ssh2's, which in 1.17 lacks
      // the comma before it.
      for (const { name, host, more } of [
        { name: 'an ed25519 key', host: 'ed25519', more: {} },
        { name: 'an RSA key, as the server asks for it', host: 'rsa', more: {} },
        { name: 'an RSA key and SHA-256', host: 'rsa', more: { signature: 'rsa-sha2-256' } },
      ] as const) {
        judgeTest(`with ${name}`, available, async () => {
          const login = { password: null, privateKey: keys[host].private, ...more };
          expect(await ask(steps, login, host)).toMatchObject({ login: 'accepted' });
        });
      }

      judgeTest('not with a wrong password or the key of a stranger', available, async () => {
        const wrong = { password: 'judged by others, u' };
        const strange = { password: null, privateKey: keys.stranger.private };
        expect(await Promise.all([ask(steps, wrong), ask(steps, strange)])).toEqual([
          { login: 'refused' },
          { login: 'refused' },
        ]);
      });

      judgeTest('not where the host key is another one', available, async () => {
        const hostKey = labHostKey(seed, 'rsa').publicKey;
        const logins = () => lab.ledger.filter(({ effect }) => effect === 'session-opened').length;
        const before = logins();
        expect(await ask(steps, { hostKey })).toEqual({ login: 'host key refused' });
        expect(logins()).toBe(before);
      });
    });

    describe('runs commands', () => {
      judgeTest('and gets their exit codes', available, async () => {
        const codes = [0, 7, 3010, 2_148_468_766, -2_145_124_329];
        const all = await outcomes(codes.map((code) => `cmd /c exit ${code}`));
        expect(all.map(({ exitCode }) => exitCode)).toEqual(codes.map(seenExitCode));
      });

      judgeTest('and gets stderr apart from stdout', available, async () => {
        const [both, wrong] = await outcomes(['echo out& echo err>&2& exit 3', 'nonsense']);
        expect([both?.stdout, both?.stderr].map((text) => textOf(text ?? ''))).toEqual([
          'out\r\n',
          'err\r\n',
        ]);
        expect(both?.exitCode).toBe(3);
        expect(textOf(wrong?.stderr ?? '')).toContain("'nonsense' is not recognized");
      });

      judgeTest('whose standard input and output are large', available, async () => {
        const input = 'some text, a line of it\r\n'.repeat(160_000);
        const [copied] = await outcomes(['findstr "^"'], input);
        expect(copied?.exitCode).toBe(0);
        expect(textOf(copied?.stdout ?? '') === input).toBe(true);
      });

      judgeTest('with text beyond ASCII, which comes in the OEM code page', available, async () => {
        const [said] = await outcomes(['echo gr\u00fc\u00df dich']);
        expect(bytesOf(said?.stdout ?? '')).toEqual(Buffer.from('gr\x81\xe1 dich\r\n', 'latin1'));
      });

      judgeTest('several at once on one connection', available, async () => {
        const lines = Array.from({ length: 8 }, (_, index) => `echo line ${index}& exit ${index}`);
        const { results } = await ask([{ do: 'together', lines }]);
        const all: readonly Outcome[] = results[0] ?? [];
        expect(all.map(({ stdout, exitCode }) => [textOf(stdout), exitCode])).toEqual(
          lines.map((_, index) => [`line ${index}\r\n`, index]),
        );
      });

      judgeTest('of which it may have ten at once, as MaxSessions says', available, async () => {
        const { results } = await ask([{ do: 'crowd', line: endless, most: 20 }]);
        // 2: connect failed (RFC 4254 section 5.1); sshd gives the same for the one too many.
        expect(results).toEqual([{ opened: 10, refusal: 2 }]);
      });

      judgeTest(`and ends them by ${stops.join(', ')}`, available, async () => {
        const running = async () => {
          const [tasks] = await outcomes(['tasklist']);
          return textOf(tasks?.stdout ?? '').match(/^ping\.exe/gim)?.length ?? 0;
        };
        const { results } = await ask(stops.map((by) => ({ do: 'stop', line: endless, by })));
        const signals = stops.filter((by) => by !== 'close');
        // A process that is ended from outside ends with 1, and no signal is told: Windows has none.
        expect(results.slice(0, signals.length)).toEqual(
          signals.map(() => ({ exitCode: 1, exitSignal: null })),
        );
        expect(results).toHaveLength(stops.length);
        // Whoever leaves is not told when the command has ended; it must, or the time of this test is up.
        while ((await running()) > 0);
        expect(await running()).toBe(0);
      });

      judgeTest('while keys are agreed anew', available, async () => {
        const input = 'load in both directions\r\n'.repeat(40_000);
        const step = {
          do: 'run',
          line: 'findstr "^"',
          input: Buffer.from(input).toString('base64'),
        };
        const { results, keyExchanges } = await ask([step], { rekeyBytes: 100_000 });
        const [copied] = results as readonly Outcome[];
        expect(textOf(copied?.stdout ?? '') === input).toBe(true);
        // The one of the login is counted, too.
        expect(keyExchanges).toBeGreaterThan(1);
      });

      judgeTest('after a silence in which only keepalives were answered', available, async () => {
        const steps = [
          { do: 'idle', seconds: 1.5 },
          { do: 'run', line: 'echo still here' },
        ];
        const { results } = await ask(steps, { keepaliveSeconds: 0.2 });
        expect(results).toMatchObject([true, { exitCode: 0 }]);
      });
    });

    judgeTest('sends, finds, renames, gets and removes a file by sftp', available, async () => {
      const step = {
        do: 'files',
        folder: '/C:/Windows/Temp/of a judge',
        name: 'sent \u00fc.bin',
        renamed: 'renamed.bin',
        bytes: 5_000_000,
        digest: 'certutil -hashfile "C:\\Windows\\Temp\\of a judge\\renamed.bin" SHA256',
      };
      const { results } = await ask([step, { do: 'sftp' }]);
      const [found, again] = results as readonly {
        readonly digest: string;
        readonly sha256: string;
      }[];
      expect(found).toMatchObject({
        size: 5_000_000,
        listed: [['sent \u00fc.bin'], ['renamed.bin']],
        same: true,
        middle: true,
        realpath: '/C:/Windows/Temp/of a judge/renamed.bin',
        kinds: [true, true],
        left: false,
        missing: 2,
      });
      // 2008 R2 prints the digest in pairs.
      expect(textOf(found?.digest ?? '').replaceAll(' ', '')).toContain(found?.sha256);
      expect(again).toBe('served');
    });

    judgeTest('is told where there is no sftp, and goes on', available, async () => {
      const steps = [{ do: 'sftp' }, { do: 'run', line: 'exit 4' }];
      const { results } = await ask(steps, {}, 'rsa');
      expect(results[0]).not.toBe('served');
      expect(results[1]).toMatchObject({ exitCode: 4 });
    });
  });
}
