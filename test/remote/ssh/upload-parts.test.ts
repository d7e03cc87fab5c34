import { randomBytes } from 'node:crypto';
import { startLab } from '../../../lab';
import { serveWinRm } from '../../../lab/winrm/server';
import { openSsh } from '../../../remote/ssh/client';
import { openTunedWinRm } from '../../../remote/winrm/client';
import { connectionTo as winRmTo, quickTuning as winRmTuning } from '../winrm/scene';
import { serveSsh } from '../../../lab/ssh/server';
import { packet, serveOddSftp, framed, text, uint32 } from './odd-sftp';
import {
  account,
  connectionTo,
  failureOf,
  hostKey,
  openUploader,
  partOf,
  sha256,
  sourceOf,
  startHost,
} from './upload-scene';
import type { Host, Uploader } from './upload-scene';

const path = 'C:\\Temp\\x.msu';
const chunk = 31 * 1024;
const doubtful = 32 * chunk;
const megabyte = 1024 * 1024;

describe('what an upload by SFTP finds of an earlier one', () => {
  let host: Host;
  let uploader: Uploader;

  beforeEach(async () => {
    host = await startHost();
    host.machine.files.makeFolder('C:\\Temp');
    uploader = await openUploader(host.server.port);
  });

  afterEach(async () => {
    await uploader.close();
    await host.close();
  });

  const putPart = (bytes: Buffer, there: Buffer): void => {
    const { files } = host.machine;
    files.truncate(partOf(path, bytes), 0);
    files.write(partOf(path, bytes), 0, there);
  };

  it.each([
    { there: 0, from: 0 },
    { there: doubtful, from: 0 },
    { there: doubtful + chunk, from: chunk },
    { there: doubtful + 2 * chunk - 1, from: chunk },
    { there: 3 * megabyte + 17, from: Math.floor((3 * megabyte + 17 - doubtful) / chunk) * chunk },
  ])('$there bytes: goes on at $from, before all that may have been under way', async (given) => {
    const bytes = randomBytes(4 * megabyte);
    putPart(bytes, bytes.subarray(0, given.there));
    const progress: number[] = [];
    const result = await uploader.upload(sourceOf(bytes), path, {
      onProgress: (sent) => progress.push(sent),
    });
    expect(result).toMatchObject({ resumedFrom: given.from, bytes: bytes.length });
    expect(progress[0]).toBe(given.from);
    expect(host.machine.files.read(path)?.equals(bytes)).toBe(true);
  });

  it('with holes where the last writes were under way: they are filled', async () => {
    const bytes = randomBytes(3 * megabyte);
    const there = Buffer.from(bytes.subarray(0, 2 * megabyte));
    there.fill(0, 2 * megabyte - doubtful + chunk, 2 * megabyte - chunk);
    putPart(bytes, there);
    const { resumedFrom } = await uploader.upload(sourceOf(bytes), path);
    expect(resumedFrom).toBeGreaterThan(0);
    expect(host.machine.files.read(path)?.equals(bytes)).toBe(true);
  });

  it.each([
    { at: 1 * megabyte, stays: [] },
    { at: 6 * megabyte, stays: ['part'] },
  ])('cancelled at $at bytes: what stays is $stays', async ({ at, stays }) => {
    const bytes = randomBytes(8 * megabyte);
    const stop = new AbortController();
    const reason = new Error('window closing');
    const upload = uploader.upload(sourceOf(bytes), path, {
      signal: stop.signal,
      onProgress: (sent) => sent > at && stop.abort(reason),
    });
    await expect(upload).rejects.toBe(reason);
    const part = partOf('x.msu', bytes);
    expect(host.filesIn('C:\\Temp')).toEqual(stays.map(() => part));
    const { resumedFrom } = await uploader.upload(sourceOf(bytes), path);
    expect(resumedFrom > 0).toBe(stays.length > 0);
    expect(host.filesIn('C:\\Temp')).toEqual(['x.msu']);
  });

  it.each([
    { line: 'move', what: 'put in place', advice: 'no program holds the file open' },
    { line: 'certutil', what: 'told no digest', advice: 'free space' },
  ])(
    'whole, when $line is refused: it says so, and the next one has nothing to send',
    async (given) => {
      const bytes = randomBytes(5 * megabyte);
      const refusing = await openUploader(host.server.port, {
        run: (line, options) =>
          uploader.run(line.startsWith(given.line) ? 'cmd /c exit 1' : line, options),
      });
      const failure = await failureOf(refusing.upload(sourceOf(bytes), path));
      await refusing.close();
      expect(failure).toMatchObject({ code: 'upload-failed', facts: { path, exitCode: 1 } });
      expect(failure.message).toContain(given.what);
      expect(failure.advice).toContain(given.advice);
      expect(await uploader.upload(sourceOf(bytes), path)).toMatchObject({
        resumedFrom: bytes.length,
      });
      expect(host.machine.files.read(path)?.equals(bytes)).toBe(true);
    },
  );

  it('brought by commands, over SSH or WinRM: it goes on with that, and they go on with its own', async () => {
    const bytes = randomBytes(3 * megabyte);
    const { machine } = host;
    const bare = await serveSsh(machine, { port: 0, hostKey, sftp: false });
    const byCommands = await openUploader(bare.port);
    const winRm = await serveWinRm(machine, { scheme: 'http' });
    const overWinRm = await openTunedWinRm(
      winRmTo(winRm.port, {}),
      account,
      {},
      { ...winRmTuning, uploadSegmentBytes: 150_000 },
    );
    const cutAt = (from: number) => {
      const stop = new AbortController();
      return {
        signal: stop.signal,
        onProgress: (sent: number) => sent > from && stop.abort(new Error('cut')),
      };
    };
    await overWinRm.upload(sourceOf(bytes), path, cutAt(500_000)).catch(() => undefined);
    const second = byCommands.upload(sourceOf(bytes), path, cutAt(1_600_000));
    await second.catch(() => undefined);
    const there = machine.files.stat(partOf(path, bytes))?.size ?? 0;
    expect(there).toBe(1_500_000);
    expect(await uploader.upload(sourceOf(bytes), path)).toMatchObject({
      way: 'sftp',
      resumedFrom: Math.floor((there - doubtful) / chunk) * chunk,
    });
    expect(machine.files.read(path)?.equals(bytes)).toBe(true);
    putPart(bytes, bytes.subarray(0, 1_650_000));
    expect(await byCommands.upload(sourceOf(bytes), path)).toMatchObject({
      resumedFrom: 1_650_000,
    });
    await Promise.all([byCommands.close(), overWinRm.close()]);
    await Promise.all([bare.close(), winRm.close()]);
  });
});

describe('a drive that SFTP shows under a name that may be another thing', () => {
  /** A POSIX server with a folder /c, of which Windows' commands see nothing. */
  const posixHome = () =>
    serveOddSftp(({ type, id, body }) => {
      const name = () => body.subarray(4, 4 + body.readUInt32BE(0)).toString();
      if (type === packet.realpath)
        return framed(packet.name, uint32(id), uint32(1), text('/home/x'), text(''), uint32(0));
      if (type === packet.stat && name() !== '/c/')
        return framed(packet.status, uint32(id), uint32(2), text('no'), text(''));
      return undefined;
    });

  it('is given up when commands do not see what was put there, for the rest of the session', async () => {
    const server = await posixHome();
    const host = await startHost({ sftp: false });
    const windows = await openUploader(host.server.port);
    const uploader = await openUploader(server.port, { run: windows.run });
    const bytes = randomBytes(1000);
    expect(await uploader.upload(sourceOf(bytes), path)).toMatchObject({ way: 'commands' });
    expect(host.machine.files.read(path)?.equals(bytes)).toBe(true);
    expect(server.requests.map(({ type }) => type)).toContain(packet.remove);
    expect(server.requests.map(({ type }) => type)).not.toContain(packet.write);
    const asked = server.requests.length;
    await uploader.upload(sourceOf(randomBytes(10)), path);
    expect(server.requests).toHaveLength(asked);
    await Promise.all([uploader.close(), windows.close()]);
    await Promise.all([server.close(), host.close()]);
  });
});

describe('a host without SFTP whose shell keeps standard input for itself', () => {
  it('takes a package by lines that are echoed, segment after segment', async () => {
    const host = await startHost({ sftp: false });
    const windows = await openUploader(host.server.port);
    const uploader = await openUploader(host.server.port, {
      run: (line, options) => windows.run(line, options),
    });
    const bytes = randomBytes(160_000);
    const progress: number[] = [];
    const result = await uploader.upload(sourceOf(bytes), path, {
      onProgress: (sent) => progress.push(sent),
    });
    expect(result).toMatchObject({ way: 'commands', resumedFrom: 0 });
    expect(host.machine.files.read(path)?.equals(bytes)).toBe(true);
    expect(host.filesIn('C:\\Temp')).toEqual(['x.msu']);
    expect(progress.at(-1)).toBe(bytes.length);
    // It was tried once, and no line is longer than cmd.exe takes with a shell around it.
    expect(uploader.lines.filter((line) => line.includes('findstr'))).toHaveLength(1);
    expect(Math.max(...uploader.lines.map(({ length }) => length))).toBeLessThan(7000);
    await Promise.all([uploader.close(), windows.close()]);
    await host.close();
  });
});

describe('a host of the lab without an sftp subsystem', () => {
  it.each(['cmd', 'powershell', 'posix'] as const)(
    'takes a package through the commands of %s',
    async (shell) => {
      const transport = { kind: 'ssh', sftp: false, shell } as const;
      const lab = await startLab({ hosts: [{ id: 'ex01', transport, credential: account }] });
      const { port, hostKey: fingerprint } = lab.endpoint('ex01');
      const session = await openSsh(connectionTo(port, fingerprint), account);
      const bytes = randomBytes(200_000);
      expect(await session.upload(sourceOf(bytes), path)).toMatchObject({ way: 'commands' });
      const { stdout } = await session.run(`certutil -hashfile "${path}" SHA256`);
      expect(stdout.toString().replaceAll(' ', '')).toContain(sha256(bytes));
      await session.close();
      await lab.close();
    },
  );
});
