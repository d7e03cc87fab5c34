import { randomBytes } from 'node:crypto';
import { Failure } from '../../../contracts/failures';
import { framed, packet, serveOddSftp, status, text, uint32 } from './odd-sftp';
import type { Oddity, OddServer } from './odd-sftp';
import { failureOf, openUploader, sourceOf } from './upload-scene';
import type { Uploader } from './upload-scene';

const path = 'C:\\Temp\\x.msu';
const stallMs = 300;

describe('an upload to an SFTP server that is', () => {
  let server: OddServer;
  let uploader: Uploader;
  let commands: string[];

  afterEach(async () => {
    await uploader.close();
    await server.close();
  });

  const upload = async (oddity: Oddity, size = 200_000): Promise<Failure> => {
    server = await serveOddSftp(oddity);
    commands = [];
    uploader = await openUploader(server.port, {
      // The server runs no commands, and none is to be needed before it is found out.
      run: (line) => {
        commands.push(line);
        return Promise.reject(new Failure('protocol-error', 'no commands here'));
      },
    });
    const source = sourceOf(randomBytes(size));
    return failureOf(uploader.upload(source, path, {}, { stallMs }));
  };
  const on =
    (type: number, answer: (id: number) => Buffer | null): Oddity =>
    (request) =>
      request.type === type ? answer(request.id) : undefined;

  it.each([
    { what: 'says no version', oddity: on(packet.init, () => null) },
    { what: 'never tells its home', oddity: on(packet.realpath, () => null) },
    { what: 'never opens', oddity: on(packet.open, () => null) },
    { what: 'acknowledges no write', oddity: on(packet.write, () => null) },
    {
      what: 'answers with ids of nobody',
      oddity: on(packet.write, (id) => status(id + 70_000, 0)),
    },
    {
      what: 'sends half a packet and waits',
      oddity: on(packet.open, (id) => status(id, 0).subarray(0, 9)),
    },
    { what: 'never closes', oddity: on(packet.close, () => null) },
  ])('silent, for it $what: stalled', async ({ oddity }) => {
    const failure = await upload(oddity);
    expect(failure).toMatchObject({ code: 'upload-failed', retryable: true });
    expect(failure.message).toContain('stalled');
    expect(commands).toEqual([]);
  });

  it('slow, but acknowledges in time again and again, is waited for', async () => {
    let held: (() => void)[] = [];
    const timer = setInterval(() => held.shift()?.(), stallMs / 3);
    const failure = await upload(
      (request, channel) => {
        if (request.type !== packet.write) return undefined;
        held.push(() => channel.write(status(request.id, 0)));
        return null;
      },
      10 * 31 * 1024,
    );
    clearInterval(timer);
    held = [];
    expect(server.requests.filter(({ type }) => type === packet.write)).toHaveLength(10);
    // All was written and closed: what fails is the first command.
    expect(commands).toHaveLength(1);
    expect(failure.message).not.toContain('stalled');
  });

  it.each([
    { what: 'an endless packet', oddity: on(packet.write, () => uint32(0x7fff_ffff)) },
    { what: 'an empty packet', oddity: on(packet.write, () => uint32(0)) },
    { what: 'a packet of unknown type', oddity: on(packet.write, () => framed(77, uint32(0))) },
    {
      what: 'a second version',
      oddity: on(packet.write, () => framed(packet.version, uint32(3))),
    },
    {
      what: 'a status OK in place of a handle',
      oddity: on(packet.open, (id) => status(id, 0)),
    },
    {
      what: 'a handle of 100,000 bytes',
      oddity: on(packet.open, (id) =>
        framed(packet.handle, uint32(id), text(Buffer.alloc(100_000))),
      ),
    },
    {
      what: 'a handle that is cut short',
      oddity: on(packet.open, (id) => framed(packet.handle, uint32(id), uint32(50))),
    },
    {
      what: 'attributes without a size',
      oddity: on(packet.stat, (id) => framed(packet.attrs, uint32(id), uint32(0))),
    },
    {
      what: 'a size beyond all numbers',
      oddity: on(packet.stat, (id) =>
        framed(packet.attrs, uint32(id), uint32(1), uint32(0xffff_ffff), uint32(0xffff_ffff)),
      ),
    },
    {
      what: 'a path that is none',
      oddity: on(packet.realpath, (id) => status(id, 0)),
    },
  ])('hostile, with $what, fails as such', async ({ oddity }) => {
    const failure = await upload(oddity);
    expect(failure).toMatchObject({ code: 'hostile-reply', retryable: false });
    expect(commands).toEqual([]);
  });

  it('hostile, with a length that is negative to some, ends the connection and not the process', async () => {
    const failure = await upload(on(packet.write, () => uint32(0xffff_ffff)));
    expect(['connection-lost', 'hostile-reply', 'protocol-error']).toContain(failure.code);
  });

  it.each([
    { code: 3, at: 'created', type: packet.open, advice: 'may write in the folder' },
    { code: 4, at: 'created', type: packet.open, advice: 'in the way' },
    { code: 3, at: 'written', type: packet.write, advice: 'may write in the folder' },
    { code: 4, at: 'written', type: packet.write, advice: 'quota' },
    { code: 8, at: 'written', type: packet.write, advice: 'quota' },
  ])('refusing with status $code that the file is $at says so', async (expected) => {
    const { code, at, type, advice } = expected;
    const failure = await upload(on(type, (id) => status(id, code, 'No, and here is why')));
    expect(failure).toMatchObject({ code: 'upload-failed', facts: { path } });
    expect(failure.message).toContain(`could not be ${at}: SFTP status ${code}, "No, and here`);
    expect(failure.advice).toContain(advice);
    // One question about free space for a plain failure, whatever number of writes was under way.
    expect(commands.filter((line) => line.startsWith('wmic'))).toHaveLength(code === 4 ? 1 : 0);
  });

  it.each([
    { what: 'without a word', end: (channel: { close(): void }) => channel.close() },
    { what: 'by closing its output', end: (channel: { end(): void }) => channel.end() },
  ])('gone in the middle $what fails at once', async ({ end }) => {
    const failure = await upload((request, channel) => {
      if (request.type !== packet.write) return undefined;
      end(channel);
      return null;
    });
    expect(failure).toMatchObject({ code: 'upload-failed', retryable: true });
    expect(failure.message).toContain('ended in the middle');
  });
});
