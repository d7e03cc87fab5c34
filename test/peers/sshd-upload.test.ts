import { execFile, execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { Failure } from '../../contracts/failures';
import type { RunWithInput } from '../../remote/ssh/upload';
import { hasPythonModules, judgePython, judgeTest } from '../judges/judge';
import { failureOf, openUploader, partOf, sha256, sourceOf } from '../remote/ssh/upload-scene';
import type { Uploader } from '../remote/ssh/upload-scene';
import { hasSshd, startSshd } from './sshd';
import type { Sshd, SshdOptions } from './sshd';
import { startTcpProxy } from './tcp-proxy';

const execute = promisify(execFile);
const megabyte = 1024 * 1024;
const path = 'C:\\Temp\\x y.msu';
const isRoot = process.getuid?.() === 0;
const hasDrives = hasSshd && hasPythonModules('paramiko');
const drivesScript = join(__dirname, 'sftp_drives.py');

/** Frees what a test has started, last first. */
const cleanUps: (() => unknown)[] = [];

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
});

async function makeDrive(): Promise<string> {
  const drive = await mkdtemp(join(tmpdir(), 'drive-'));
  cleanUps.push(() => rm(drive, { recursive: true, force: true }));
  return drive;
}

/** A program of these lines, for sshd drops the quotes of a subsystem's command. */
async function script(...lines: readonly string[]): Promise<string> {
  const file = join(await makeDrive(), 'subsystem.sh');
  await writeFile(file, ['#!/bin/bash', ...lines, ''].join('\n'), { mode: 0o755 });
  return file;
}

const drives = (drive: string, ...options: readonly string[]): string =>
  [judgePython, drivesScript, ...options, drive].join(' ');

async function start(options: SshdOptions): Promise<Sshd> {
  const sshd = await startSshd(options);
  cleanUps.push(() => sshd.close());
  return sshd;
}

async function open(sshd: Sshd, run: RunWithInput, port = sshd.port): Promise<Uploader> {
  const uploader = await openUploader(port, {
    credential: { username: sshd.username, privateKey: await sshd.clientKey() },
    fingerprint: sshd.fingerprint(),
    run,
  });
  cleanUps.push(() => uploader.close());
  return uploader;
}

const localPath = (drive: string, windowsPath: string): string =>
  join(drive, windowsPath.slice(3).replaceAll('\\', '/'));

const tools: readonly (readonly [RegExp, readonly [string, ...string[]]])[] = [
  [/^certutil -hashfile "[^"]*" SHA256$/, ['sha256sum', '--zero']],
  [/^mkdir "[^"]*"$/, ['mkdir', '-p']],
  [/^move \/y "[^"]*" "[^"]*"$/, ['mv', '-f', '-T']],
  [/^for %I in \("[^"]*"\) do @echo %~zI$/, ['stat', '-c', '%s']],
];

/** Each of cmd's lines that an upload by SFTP needs, done by the POSIX tool for it in the folder that is the drive. */
const posixTools =
  (drive: string): RunWithInput =>
  async (line) => {
    const command = tools.find(([pattern]) => pattern.test(line))?.[1];
    const names = [...line.matchAll(/"(C:[^"]*)"/g)].map(([, name = '']) => name);
    const paths = names.map((name) => localPath(drive, name));
    if (command === undefined) throw new Failure('protocol-error', `no tool for: ${line}`);
    const outcome = await execute(command[0], [...command.slice(1), ...paths]).then(
      ({ stdout }) => ({ stdout: stdout.replace(/ .*$/s, '\n'), exitCode: 0 }),
      (error: { code: number }) => ({ stdout: '', exitCode: error.code }),
    );
    return {
      exitCode: outcome.exitCode,
      stdout: Buffer.from(outcome.stdout),
      stderr: Buffer.alloc(0),
      truncated: false,
      timedOut: false,
      durationMs: 0,
    };
  };

const contentOf = (drive: string, name = path): Promise<Buffer> => readFile(localPath(drive, name));

describe('an upload through OpenSSH to a drive that a third-party SFTP server shows', () => {
  for (const names of ['win32', 'cygwin', 'msys'])
    judgeTest(`under the name that ${names} gives it arrives whole`, hasDrives, async () => {
      const drive = await makeDrive();
      const sshd = await start({ sftp: drives(drive, '--names', names) });
      const uploader = await open(sshd, posixTools(drive));
      for (const bytes of [randomBytes(2 * megabyte + 1), randomBytes(10), Buffer.alloc(0)]) {
        const result = await uploader.upload(sourceOf(bytes), path);
        expect(result).toMatchObject({ way: 'sftp', resumedFrom: 0, bytes: bytes.length });
        expect((await contentOf(drive)).equals(bytes)).toBe(true);
      }
      expect(await readdir(join(drive, 'Temp'))).toEqual(['x y.msu']);
      // A name that is no drive letter is proved once for each upload; the folder was made by the first.
      const proofs = uploader.lines.filter((line) => line.startsWith('for ')).length;
      expect(proofs).toBe(names === 'win32' ? 0 : 3);
      expect(uploader.lines.filter((line) => line.startsWith('mkdir'))).toHaveLength(1);
    });

  judgeTest('that is cut anywhere goes on, and comes to the same bytes', hasDrives, async () => {
    const drive = await makeDrive();
    const sshd = await start({ sftp: drives(drive) });
    const proxy = await startTcpProxy(sshd.port);
    cleanUps.push(() => proxy.close());
    const all = randomBytes(6 * megabyte);
    let resumed = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: all.length }),
        fc.array(fc.integer({ min: 0, max: all.length }), { minLength: 1, maxLength: 2 }),
        async (size, cuts) => {
          const bytes = all.subarray(0, size);
          for (const cut of cuts.filter((at) => at < size)) {
            const doomed = await open(sshd, posixTools(drive), proxy.port);
            const upload = doomed.upload(sourceOf(bytes), path, {
              onProgress: (sent) => sent >= cut && proxy.cut(),
            });
            await upload.catch(() => undefined);
          }
          const uploader = await open(sshd, posixTools(drive));
          const { resumedFrom } = await uploader.upload(sourceOf(bytes), path);
          resumed = Math.max(resumed, resumedFrom);
          await uploader.close();
          expect((await contentOf(drive)).equals(bytes)).toBe(true);
          expect(await readdir(join(drive, 'Temp'))).toEqual(['x y.msu']);
        },
      ),
      { numRuns: 4, examples: [[all.length, [5 * megabyte]]] },
    );
    expect(resumed).toBeGreaterThan(megabyte);
  });

  judgeTest('whose sshd is killed and started again goes on', hasDrives, async () => {
    const drive = await makeDrive();
    const sshd = await start({ sftp: drives(drive) });
    const bytes = randomBytes(8 * megabyte);
    const proxy = await startTcpProxy(sshd.port);
    cleanUps.push(() => proxy.close());
    let killed: Promise<void> | undefined;
    const doomed = await open(sshd, posixTools(drive), proxy.port);
    const upload = doomed.upload(sourceOf(bytes), path, {
      onProgress: (sent) => {
        if (sent < 5 * megabyte || killed !== undefined) return;
        // The rest would be there before the server is dead.
        proxy.limitTo(100_000);
        killed = sshd.kill();
      },
    });
    expect((await failureOf(upload)).code).toBe('connection-lost');
    await killed;
    await sshd.start();
    const again = await open(sshd, posixTools(drive));
    const { resumedFrom } = await again.upload(sourceOf(bytes), path);
    expect(resumedFrom).toBeGreaterThan(3 * megabyte);
    expect((await contentOf(drive)).equals(bytes)).toBe(true);
  });

  judgeTest(
    'whose SFTP server stops while the connection lives has stalled; what arrived stays',
    hasDrives,
    async () => {
      const drive = await makeDrive();
      const sshd = await start({
        sftp: await script(`echo $$ >${drive}/pid`, `exec ${drives(drive)}`),
      });
      const bytes = randomBytes(8 * megabyte);
      const uploader = await open(sshd, posixTools(drive));
      let pid: number | undefined;
      cleanUps.push(() => pid !== undefined && process.kill(pid, 'SIGKILL'));
      const upload = uploader.upload(
        sourceOf(bytes),
        path,
        {
          onProgress: (sent) => {
            if (sent < 5 * megabyte || pid !== undefined) return;
            pid = Number(execFileSync('cat', [join(drive, 'pid')]));
            expect(pid).toBeGreaterThan(1);
            process.kill(pid, 'SIGSTOP');
          },
        },
        { stallMs: 3000 },
      );
      const failure = await failureOf(upload);
      expect(failure).toMatchObject({ code: 'upload-failed', retryable: true });
      expect(failure.message).toContain('stalled');
      expect(uploader.link.lost).toBeNull();
      expect(existsSync(localPath(drive, partOf(path, bytes)))).toBe(true);
      const again = await (await open(sshd, posixTools(drive))).upload(sourceOf(bytes), path);
      expect(again.resumedFrom).toBeGreaterThan(3 * megabyte);
    },
  );

  judgeTest('beyond the size of file that is allowed it is refused, once', hasDrives, async () => {
    const drive = await makeDrive();
    const sshd = await start({ sftp: await script('ulimit -f 1024', `exec ${drives(drive)}`) });
    const uploader = await open(sshd, posixTools(drive));
    const upload = uploader.upload(sourceOf(randomBytes(3 * megabyte)), path);
    const failure = await failureOf(upload);
    expect(failure).toMatchObject({ code: 'upload-failed' });
    expect(failure.message).toContain('could not be written: SFTP status 4');
    expect(failure.advice).toContain('quota');
    expect(await readdir(join(drive, 'Temp'))).toEqual([]);
  });
});

describe('an upload to a host whose sshd', () => {
  /** Which line the way through commands begins with; this host has nothing that could go on from there. */
  const beginsByCommands = async (options: SshdOptions): Promise<string> => {
    const sshd = await start(options);
    const uploader = await open(sshd, posixTools('/nowhere'));
    const upload = () => uploader.upload(sourceOf(randomBytes(1000)), path);
    expect((await failureOf(upload())).message).toContain('no tool for');
    const asked = (await sshd.log()).split('subsystem request for sftp').length - 1;
    await failureOf(upload());
    // What was found out counts for the whole session.
    expect((await sshd.log()).split('subsystem request for sftp').length - 1).toBe(asked);
    return uploader.lines[0] ?? '';
  };

  for (const { what, sftp } of [
    { what: 'has no sftp subsystem', sftp: null },
    { what: 'names an SFTP program that is not there', sftp: '/no/such/sftp-server' },
    { what: 'shows no drive, for it is a POSIX system', sftp: 'internal-sftp' },
  ])
    judgeTest(`${what} goes through commands`, hasSshd, async () => {
      expect(await beginsByCommands({ sftp })).toContain('findstr "^"');
    });

  judgeTest('runs a profile that prints goes through commands', hasDrives, async () => {
    const sftp = await script(
      'echo Welcome to this server, all is logged',
      `exec ${drives('/tmp')}`,
    );
    expect(await beginsByCommands({ sftp })).toContain('findstr "^"');
  });

  judgeTest('opens no more channels is too-many-sessions', hasDrives, async () => {
    const drive = await makeDrive();
    const sshd = await start({ sftp: drives(drive), config: ['MaxSessions 0'] });
    const uploader = await open(sshd, posixTools(drive));
    const failure = await failureOf(uploader.upload(sourceOf(randomBytes(10)), path));
    expect(failure).toMatchObject({ code: 'too-many-sessions', retryable: true });
  });
});

describe("an upload to OpenSSH's own SFTP server, in a folder that looks like a Windows host", () => {
  /** As root one can show a folder as the root of all: C: is a name like any other there. */
  const startChrooted = async (sizeMb: number | null, sftp: string) => {
    // Every folder on the way must be root's alone, which /tmp is not.
    const root = await mkdtemp('/run/sftp-root-');
    cleanUps.push(() => rm(root, { recursive: true, force: true }));
    if (sizeMb !== null) {
      await execute('mount', ['-t', 'tmpfs', '-o', `size=${sizeMb}m,mode=755`, 'tmpfs', root]);
      cleanUps.push(() => execute('umount', ['-l', root]));
    }
    await execute('chmod', ['755', root]);
    const drive = join(root, 'C:');
    await mkdir(join(drive, 'Temp'), { recursive: true });
    const sshd = await start({ sftp, config: [`ChrootDirectory ${root}`] });
    return { drive, uploader: await open(sshd, posixTools(drive)) };
  };

  judgeTest('arrives whole, and goes on where it was cut', hasSshd && isRoot, async () => {
    const { drive, uploader } = await startChrooted(null, 'internal-sftp -d /C:/Temp');
    const bytes = randomBytes(5 * megabyte);
    const stop = new AbortController();
    const cut = uploader.upload(sourceOf(bytes), path, {
      signal: stop.signal,
      onProgress: (sent) => sent > 4.5 * megabyte && stop.abort(new Error('cut')),
    });
    await expect(cut).rejects.toThrow('cut');
    const { resumedFrom, way } = await uploader.upload(sourceOf(bytes), path);
    expect(resumedFrom).toBeGreaterThan(3 * megabyte);
    expect(way).toBe('sftp');
    expect(sha256(await contentOf(drive))).toBe(sha256(bytes));
    expect(await readdir(join(drive, 'Temp'))).toEqual(['x y.msu']);
  });

  judgeTest('that may only be read says that it is denied', hasSshd && isRoot, async () => {
    const { uploader } = await startChrooted(null, 'internal-sftp -R -d /C:/Temp');
    const failure = await failureOf(uploader.upload(sourceOf(randomBytes(1000)), path));
    expect(failure).toMatchObject({ code: 'upload-failed' });
    expect(failure.message).toContain('could not be created: SFTP status 3');
    expect(failure.advice).toContain('may write in the folder');
  });

  judgeTest(
    'whose disk fills up is disk-full, by the word of the server alone',
    hasSshd && isRoot && mayMount(),
    async () => {
      const { drive, uploader } = await startChrooted(4, 'internal-sftp -d /C:/Temp');
      const upload = uploader.upload(sourceOf(randomBytes(8 * megabyte)), path);
      const failure = await failureOf(upload);
      expect(failure).toMatchObject({ code: 'disk-full', facts: { path } });
      expect(Number(failure.facts['freeBytes'])).toBeLessThan(megabyte);
      expect(await readdir(join(drive, 'Temp'))).toEqual([]);
    },
  );
});

/** Containers often may not. */
function mayMount(): boolean {
  if (!isRoot) return false;
  const folder = execFileSync('mktemp', ['-d'], { encoding: 'utf8' }).trim();
  try {
    execFileSync('mount', ['-t', 'tmpfs', 'tmpfs', folder], { stdio: 'ignore' });
    execFileSync('umount', [folder]);
    return true;
  } catch {
    return false;
  } finally {
    execFileSync('rmdir', [folder]);
  }
}
