import { execFileSync, spawnSync } from 'node:child_process';
import { chmod, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { openSession } from '../../remote/open-session';
import type { Session } from '../../remote/session';
import { ask } from '../../remote/windows/composite';
import { quoteArgument, quotePath } from '../../remote/windows/quoting';
import { judgeTest } from '../judges/judge';
import { startSshd } from './sshd';
import type { Sshd } from './sshd';
import { startWineHost } from './wine/host';
import type { WineHost } from './wine/host';
import { hasWine } from './wine/place';

const compiler = 'x86_64-w64-mingw32-gcc';
const available = hasWine && spawnSync(compiler, ['--version']).status === 0;

const unit = fc.constantFrom(
  ...Array.from(' "%^&|<>()!\\\',;=@~#$*?[]{}+-/:aB7éß€中😀\t'),
  '%PATH',
  '!PATH!',
  '100%',
  '\\\\',
);

const hexOf = (text: string): string => Buffer.from(text, 'utf16le').swap16().toString('hex');
const lines = (bytes: Buffer): string[] => bytes.toString('latin1').split('\r\n').slice(0, -1);

/**
 * What quoting and wrapping make of hostile texts, read back from a cmd.exe that nobody here wrote: Wine's, once as the
 * shell behind sshd, once started by the POSIX shell of an account. Both servers cut exit codes to 8 bits.
 */
describe("Wine's cmd.exe", () => {
  let host: WineHost | null = null;
  let posix: Sshd | null = null;
  const sessions: Session[] = [];

  beforeAll(async () => {
    if (!available) return;
    host = await startWineHost({ standIns: false });
    const { machine } = host.state;
    const source = join(__dirname, 'wine', 'arguments.c');
    execFileSync(compiler, [
      '-municode',
      '-O1',
      '-o',
      join(machine.driveC, 'arguments.exe'),
      source,
    ]);
    sessions.push(await openSession(host.connection, host.credential));
    posix = await startPosixHost(host);
    sessions.push(
      await openSession(
        { ...host.connection, port: posix.port, hostKey: posix.fingerprint() },
        { username: posix.username, privateKey: await posix.clientKey() },
      ),
    );
  }, 180_000);
  afterAll(async () => {
    await Promise.all(sessions.map((session) => session.close()));
    await posix?.close();
    await host?.close();
  }, 180_000);

  const ways = [
    { name: 'as the shell of the account', index: 0, shell: 'cmd' },
    { name: "behind the account's POSIX shell", index: 1, shell: 'posix' },
  ] as const;

  for (const { name, index, shell } of ways) {
    const session = (): Session => {
      const found = sessions[index];
      if (found === undefined) throw new Error('it was not started');
      return found;
    };

    judgeTest(`${name} is known for what it is`, available, async () => {
      await session().run('ver');
      expect(session().shell?.()).toEqual({ kind: shell, exitCodeBits: 8, conditionals: false });
    });

    judgeTest(`${name} hands hostile arguments to a program, unit by unit`, available, async () => {
      const texts = fc
        .string({ unit, maxLength: 16 })
        .filter(isPassed)
        // Wine looks again at what `!NAME!` was replaced by, which Windows does not (`cmd /?`: at execution time, once).
        .map((text) => (shell === 'posix' ? text.replaceAll('!', '') : text));
      await fc.assert(
        fc.asyncProperty(fc.array(texts, { minLength: 1, maxLength: 30 }), async (all) => {
          const result = await session().run(
            `C:\\arguments.exe ${all.map(quoteArgument).join(' ')}`,
          );
          expect([result.exitCode, lines(result.stdout)]).toEqual([0, all.map(hexOf)]);
        }),
        { numRuns: 8 },
      );
    });

    judgeTest(`${name} makes files of hostile names`, available, async () => {
      const folder = join(host?.state.machine.driveC ?? '', `names-${shell}`);
      await mkdir(folder);
      const nameUnit = fc.constantFrom(
        ...Array.from(" %^&()!',;=@~#$[]{}+-"),
        'a',
        '7',
        'é',
        '€',
        '中',
        '100%',
      );
      // Windows drops blanks and dots at the end; names that differ in case alone are one.
      const names = fc.string({ unit: nameUnit, maxLength: 12 }).map((text) => `n${text}x`);
      const all =
        fc.sample(fc.uniqueArray(names.filter(isPassed), { minLength: 40, maxLength: 40 }), 1)[0] ??
        [];
      const line = all
        .map((one) => `type nul>${quotePath(`C:\\names-${shell}\\${one}`)}`)
        .join('&');
      await session().run(line);
      expect((await readdir(folder)).toSorted()).toEqual(all.toSorted());
    });

    judgeTest(`${name} tells exit codes whole, however a line ends`, available, async () => {
      const expected: [string, number][] = [
        ['exit 3010', 3010],
        ['exit /b 3010', 3010],
        ['cmd /d /c exit -2145124329', 2149842967],
        ['exit 0', 0],
        ['if exist C:\\nothing (exit 5)', 0],
        ['if not exist C:\\nothing exit 5', 5],
        ['(echo a) & exit 256', 256],
        ['echo "a & exit 1" & exit 7', 7],
      ];
      const seen = await Promise.all(
        expected.map(async ([line]) => [line, (await session().run(line)).exitCode]),
      );
      expect(seen).toEqual(expected);
    });

    judgeTest(`${name} gives output without a line end, and both streams`, available, async () => {
      await writeFile(join(host?.state.machine.driveC ?? '', 'no-end.txt'), 'no end');
      const result = await session().run('type C:\\no-end.txt& echo err 1>&2');
      expect([result.stdout.toString(), result.stderr.toString().trimEnd()]).toEqual([
        'no end',
        'err',
      ]);
      const cut = await session().run('type C:\\windows\\win.ini & exit 9', { maxOutputBytes: 10 });
      expect([cut.stdout.length, cut.truncated, cut.exitCode]).toEqual([10, true, 9]);
    });

    judgeTest(`${name} takes a line as long as it may be`, available, async () => {
      const line = `echo ${'x'.repeat(8100)}`;
      expect((await session().run(line)).stdout.toString().trimEnd()).toBe(line.slice(5));
    });

    judgeTest(`${name} gives programs that read their input the end of it`, available, async () => {
      const read = await session().run('findstr "^"', { timeoutMs: 20_000 });
      expect([read.timedOut, read.stdout.length]).toEqual([false, 0]);
      const prompt = await session().run('set /p X=', { timeoutMs: 20_000 });
      expect(prompt.timedOut).toBe(false);
    });

    judgeTest(`${name} answers a composite line question by question`, available, async () => {
      const sections = await ask(session(), [
        { name: 'failed', command: 'cmd /d /c exit 7' },
        { name: 'after', command: 'ver' },
        { name: 'missing', command: 'reg query "HKLM\\SOFTWARE\\No such key" 2>&1' },
        { name: 'there', command: 'reg query "HKLM\\SOFTWARE" >nul 2>&1' },
        { name: 'wide', command: 'wmic os get Version <nul 2>&1' },
        { name: 'last', command: 'echo end' },
      ]);
      const succeeded = ['failed', 'after', 'missing', 'there', 'wide', 'last'].map(
        (one) => sections.of(one).succeeded,
      );
      expect(succeeded).toEqual([false, true, false, true, true, true]);
      // UTF-16 in the middle of the reply.
      expect(sections.of('wide').text).toMatch(/^Version\s+6\.1\.7601\s*$/);
      expect(sections.of('last').text.trim()).toBe('end');
    });
  }
});

/** Whether it is one of the texts that can be passed as they are: no variable, and nothing that might be one. */
function isPassed(text: string): boolean {
  if (/%\w+%/.test(text)) return false;
  try {
    quoteArgument(text);
    return true;
  } catch {
    return false;
  }
}

/** A plain sshd, whose account finds a cmd.exe in its PATH as one of MSYS2 or Cygwin does: the same Windows behind it. */
async function startPosixHost(windows: WineHost): Promise<Sshd> {
  const { environment, prefix } = windows.state.machine;
  const folder = join(prefix, 'posix-path');
  await mkdir(folder);
  await writeFile(
    join(folder, 'cmd.exe'),
    '#!/bin/sh\ncd "$WINEPREFIX/drive_c" && exec wine cmd.exe "$@"\n',
  );
  await chmod(join(folder, 'cmd.exe'), 0o755);
  const variables = {
    PATH: `${folder}:${process.env['PATH'] ?? ''}`,
    HOME: prefix,
    WINEPREFIX: prefix,
    WINEDEBUG: environment['WINEDEBUG'] ?? '-all',
  };
  const settings = Object.entries(variables).map(([name, value]) => `"${name}=${value}"`);
  return startSshd({ config: [`SetEnv SHLVL=1 ${settings.join(' ')}`] });
}
