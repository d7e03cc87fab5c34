import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { labHostKey } from '../../lab/ssh/host-key';
import { serveSsh } from '../../lab/ssh/server';
import type { SshServer } from '../../lab/ssh/server';
import { fakeMachine, username } from '../lab/ssh/fake-machine';
import type { FakeCommand, FakeMachine } from '../lab/ssh/fake-machine';
import { judgeTest } from './judge';
import { hasOpenSsh as available, openSshClient } from './openssh-client';
import type { OpenSsh } from './openssh-client';

const hostKey = labHostKey('judge', 'ex01');

const commands: { [line: string]: FakeCommand } = {
  'say both': { stdout: Buffer.from('out\r\n'), stderr: Buffer.from('err\r\n'), exitCode: 3 },
  'exit 3010': { exitCode: 3010 },
  copy: { copiesInput: true, exitCode: 7 },
  'echo "a b" %PATH% & rest': { stdout: Buffer.from('as written') },
};

describe("OpenSSH's own client against the SSH service of the lab", () => {
  let folder: string;
  let client: OpenSsh;
  let machine: FakeMachine;
  let server: SshServer;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'openssh-'));
    client = openSshClient(folder, username);
    if (available) for (const name of ['id', 'stranger']) client.makeKey(name);
  });

  beforeEach(async () => {
    const known = available ? await readFile(join(folder, 'id.pub'), 'utf8') : '';
    machine = fakeMachine(
      (line) => commands[line],
      (attempt) => 'publicKey' in attempt && known.startsWith(attempt.publicKey),
    );
    server = await serveSsh(machine, { port: 0, hostKey });
    await trust(hostKey.publicKey);
  });

  afterEach(() => server.close());

  afterAll(() => rm(folder, { recursive: true }));

  const trust = (publicKey: string) => client.trust(server.port, publicKey);
  const ssh = (line: string | null, input = '', identity = 'id') =>
    client.ssh(server.port, line, { input, identity });

  judgeTest('logs in with a key and gets output, errors and exit code', available, async () => {
    expect(await ssh('say both')).toMatchObject({
      exitCode: 3,
      stdout: 'out\r\n',
      stderr: 'err\r\n',
    });
    expect(machine.logins).toEqual([expect.objectContaining({ username })]);
  });

  judgeTest('sees the low 8 bits of an exit code, as of every host', available, async () => {
    expect((await ssh('exit 3010')).exitCode).toBe(3010 % 256);
  });

  judgeTest('sends a command line as it is and its standard input', available, async () => {
    expect(await ssh('echo "a b" %PATH% & rest')).toMatchObject({ stdout: 'as written' });
    const input = 'line, \u00fc\r\n'.repeat(50_000);
    expect(await ssh('copy', input)).toMatchObject({ exitCode: 7, stdout: input });
  });

  judgeTest('is refused with a key that the host does not know', available, async () => {
    const { exitCode, stderr } = await ssh('say both', '', 'stranger');
    expect(exitCode).toBe(255);
    expect(stderr).toContain('Permission denied (publickey,password)');
    expect(machine.commands).toEqual([]);
  });

  judgeTest('refuses a host key that changed', available, async () => {
    await trust(labHostKey('judge', 'another').publicKey);
    const { exitCode, stderr } = await ssh('say both');
    expect(exitCode).toBe(255);
    expect(stderr).toContain(server.fingerprint);
    expect(machine.logins).toEqual([]);
  });

  judgeTest('puts, lists, renames, gets and removes files by sftp', available, async () => {
    const sent = join(folder, 'sent.bin');
    const got = join(folder, 'got.bin');
    const content = Buffer.from('bytes \u0000 \u00ff'.repeat(40_000), 'latin1');
    await writeFile(sent, content);
    const done = await client.sftp(server.port, [
      'cd /C:/Temp',
      'pwd',
      `put ${sent} a.bin`,
      'ls -l',
      'rename a.bin b.bin',
      `get /C:/Temp/b.bin ${got}`,
      'rm b.bin',
      'mkdir deeper',
      '-get missing.bin',
    ]);
    expect(done).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('not found') });
    expect(done.stdout).toContain('/C:/Temp');
    expect(done.stdout).toMatch(new RegExp(`${content.length} .* a\\.bin`));
    expect((await readFile(got)).equals(content)).toBe(true);
    expect(machine.stored.size).toBe(0);
    expect(machine.folders).toContain('C:\\Temp\\deeper');
  });

  judgeTest('is told that there is no terminal', available, async () => {
    const { exitCode, stderr } = await client.ssh(server.port, null, { given: ['-T'] });
    expect(exitCode).toBe(1);
    expect(stderr).toContain('give a command');
  });

  judgeTest('loses the connection when the host goes down', available, async () => {
    const running = ssh('never ends');
    commands['never ends'] = { hangs: true };
    while (!machine.commands.includes('never ends'))
      await new Promise((resolve) => setImmediate(resolve));
    machine.setPower('off');
    expect((await running).exitCode).toBe(255);
    expect((await ssh('say both')).stderr).toContain('Connection refused');
    machine.setPower('on');
    expect((await ssh('say both')).exitCode).toBe(3);
  });
});
