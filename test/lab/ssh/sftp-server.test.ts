import { once } from 'node:events';
import { promisify } from 'node:util';
import { Client } from 'ssh2';
import type { SFTPWrapper } from 'ssh2';
import { labHostKey } from '../../../lab/ssh/host-key';
import { serveSsh } from '../../../lab/ssh/server';
import type { SshServer } from '../../../lab/ssh/server';
import { fakeMachine, password, username } from './fake-machine';
import type { FakeMachine } from './fake-machine';

/** Status codes of SFTP version 3. */
const noSuchFile = 2;
const failure = 4;

describe('SFTP on an emulated host', () => {
  let machine: FakeMachine;
  let server: SshServer;
  let client: Client;
  let sftp: SFTPWrapper;

  beforeEach(async () => {
    machine = fakeMachine();
    server = await serveSsh(machine, { port: 0, hostKey: labHostKey('test', 'ex01') });
    client = new Client();
    client.connect({ host: '127.0.0.1', port: server.port, username, password });
    await once(client, 'ready');
    sftp = await new Promise((resolve, reject) =>
      client.sftp((error, opened) => (error ? reject(error) : resolve(opened))),
    );
  });

  afterEach(async () => {
    const closed = once(client, 'close');
    client.end();
    await closed;
    await server.close();
  });

  /** Status of a request: 0 when it went well. */
  const statusOf = (send: (done: (error?: Error | null) => void) => void): Promise<number> =>
    new Promise((resolve) =>
      send((error) => resolve((error as { code?: number } | null | undefined)?.code ?? 0)),
    );
  const store = (path: string, content = 'x') =>
    machine.stored.set(path.toLowerCase(), Buffer.from(content));

  it('tells of files and folders what Windows does', async () => {
    store('C:\\Temp\\a.txt', 'four');
    const stat = promisify(sftp.stat.bind(sftp)) as (path: string) => Promise<{
      size: number;
      isFile(): boolean;
      isDirectory(): boolean;
    }>;
    const file = await stat('/C:/Temp/a.txt');
    expect([file.size, file.isFile()]).toEqual([4, true]);
    for (const folder of ['/C:/Temp', 'C:\\Temp', '/'])
      expect((await stat(folder)).isDirectory()).toBe(true);
    expect(await statusOf((done) => sftp.stat('/C:/none', done))).toBe(noSuchFile);
  });

  it('finds the home folder of the account', async () => {
    const realpath = promisify<string, string>(sftp.realpath.bind(sftp));
    expect(await realpath('.')).toBe(`/C:/Users/${username}`);
    expect(await realpath('C:\\Windows\\..\\Temp')).toBe('/C:/Temp');
  });

  it('lists folders of any length', async () => {
    for (let number = 0; number < 250; number += 1) store(`C:\\Temp\\f${number}`);
    const readdir = promisify(sftp.readdir.bind(sftp)) as (
      path: string,
    ) => Promise<{ filename: string }[]>;
    expect(await readdir('/C:/Temp')).toHaveLength(250);
    expect((await readdir('/')).map(({ filename }) => filename)).toEqual(['C:']);
  });

  it.each([
    {
      what: 'opening a file that is not there',
      ask: (done: () => void) => sftp.open('/C:/Temp/none', 'r', done),
      code: noSuchFile,
    },
    {
      what: 'making a file in a folder that is not there',
      ask: (done: () => void) => sftp.open('/C:/none/file', 'w', done),
      code: noSuchFile,
    },
    {
      what: 'making a file that is there, exclusively',
      ask: (done: () => void) => sftp.open('/C:/Temp/old', 'wx', done),
      code: failure,
    },
    {
      what: 'opening a folder as a file',
      ask: (done: () => void) => sftp.open('/C:/Temp', 'r', done),
      code: failure,
    },
    {
      what: 'renaming onto a file that is there',
      ask: (done: () => void) => sftp.rename('/C:/Temp/old', '/C:/Temp/older', done),
      code: failure,
    },
    {
      what: 'removing what is not there',
      ask: (done: () => void) => sftp.unlink('/C:/Temp/none', done),
      code: noSuchFile,
    },
    {
      what: 'removing a folder as a file',
      ask: (done: () => void) => sftp.unlink('/C:/Temp', done),
      code: failure,
    },
    {
      what: 'making a folder without its parent',
      ask: (done: () => void) => sftp.mkdir('/C:/no/parent', done),
      code: noSuchFile,
    },
    {
      what: 'making a folder that is there',
      ask: (done: () => void) => sftp.mkdir('/C:/Temp', done),
      code: failure,
    },
    {
      what: 'a handle of nobody',
      ask: (done: () => void) => sftp.close(Buffer.from([0, 0, 0, 99]), done),
      code: failure,
    },
  ])('refuses $what with status $code', async ({ ask, code }) => {
    store('C:\\Temp\\old');
    store('C:\\Temp\\older');
    expect(await statusOf(ask)).toBe(code);
  });

  it('refuses writing on a full disk with a plain failure, as version 3 knows no better', async () => {
    machine.faults = { diskFull: true };
    const handle = await new Promise<Buffer>((resolve, reject) =>
      sftp.open('/C:/Temp/new', 'w', (error, opened) => (error ? reject(error) : resolve(opened))),
    );
    const bytes = Buffer.from('x');
    expect(await statusOf((done) => sftp.write(handle, bytes, 0, 1, 0, done))).toBe(failure);
  });

  it('overwrites, cuts and grows a file', async () => {
    store('C:\\Temp\\f', 'a longer text');
    const write = promisify(sftp.writeFile.bind(sftp)) as (
      path: string,
      text: string,
    ) => Promise<void>;
    await write('/C:/Temp/f', 'short');
    expect(machine.files.read('C:\\Temp\\f')?.toString()).toBe('short');
    expect(await statusOf((done) => sftp.setstat('/C:/Temp/f', { size: 2 }, done))).toBe(0);
    expect(machine.files.read('C:\\Temp\\f')?.toString()).toBe('sh');
  });
});
