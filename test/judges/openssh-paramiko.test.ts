import { randomBytes } from 'node:crypto';
import { labHostKey } from '../../lab/ssh/host-key';
import { serveSsh } from '../../lab/ssh/server';
import type { SshServer } from '../../lab/ssh/server';
import { fakeMachine, password, username } from '../lab/ssh/fake-machine';
import { hasPythonModules, judgeTest, runPythonJudge } from './judge';

const available = hasPythonModules('paramiko');
const hostKey = labHostKey('judge', 'ex02');

describe('paramiko against the SSH service of the lab', () => {
  let server: SshServer;

  beforeEach(async () => {
    const machine = fakeMachine((line) => {
      const code = /^exit (-?\d+)$/.exec(line)?.[1];
      return code === undefined
        ? { stdout: Buffer.from([0, 0x81, 0xff]), stderr: Buffer.from('err') }
        : { exitCode: Number(code) };
    });
    server = await serveSsh(machine, { port: 0, hostKey });
  });

  afterEach(() => server.close());

  const ask = (more: { [name: string]: unknown }): Promise<unknown> =>
    runPythonJudge('paramiko_judge.py', {
      port: server.port,
      hostKey: hostKey.publicKey,
      username,
      password,
      commands: [],
      files: [],
      ...more,
    });

  judgeTest('logs in with a password and gets all 32 bits of exit codes', available, async () => {
    const codes = [0, 3010, 2148468766, -2145124329];
    const verdict = await ask({ commands: codes.map((code) => `exit ${code}`) });
    expect(verdict).toMatchObject({
      login: 'accepted',
      // Python shows the number as it came, unsigned.
      results: codes.map((code) => ({ exitCode: code >>> 0 })),
    });
  });

  judgeTest('gets stdout and stderr apart, byte by byte', available, async () => {
    const [stdout, stderr] = [Buffer.from([0, 0x81, 0xff]), Buffer.from('err')];
    expect(await ask({ commands: ['say'] })).toMatchObject({
      results: [{ stdout: stdout.toString('base64'), stderr: stderr.toString('base64') }],
    });
  });

  judgeTest('writes and reads a file by sftp under a path of Windows', available, async () => {
    const content = randomBytes(300_000).toString('base64');
    const files = [{ path: 'C:\\Temp\\p.bin', folder: '/C:/Temp', content }];
    expect(await ask({ files })).toMatchObject({
      files: [{ size: 300_000, same: true, names: ['p.bin'] }],
    });
  });

  judgeTest('is refused with a wrong password', available, async () => {
    expect(await ask({ password: 'wrong' })).toEqual({ login: 'refused' });
  });
});
