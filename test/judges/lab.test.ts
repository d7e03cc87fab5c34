import { execFile, spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startLab } from '../../lab';
import { labHostKey } from '../../lab/ssh/host-key';
import type { Lab } from '../../lab/types';
import { hasPythonModules, judgeTest, runPythonJudge } from './judge';

/** The same questions to the same kind of host, asked by two clients that nobody here wrote. */
const questions: { line: string; exitCode: number; stdout?: RegExp; stderr?: RegExp }[] = [
  { line: 'ver', exitCode: 0, stdout: /Microsoft Windows \[Version 6\.1\.7601\]/ },
  { line: 'echo "a & b" & echo c', exitCode: 0, stdout: /"a & b" ?\r\nc\r\n/ },
  { line: 'nonsense', exitCode: 1, stderr: /'nonsense' is not recognized/ },
  { line: 'sc query nosuchservice', exitCode: 1060, stdout: /FAILED 1060:/ },
  { line: 'reg query HKLM\\SOFTWARE\\NoSuchKey', exitCode: 1, stderr: /^ERROR: / },
  { line: 'net start MSExchangeIS', exitCode: 2, stderr: /NET HELPMSG 2182/ },
  { line: 'cmd /c exit 3010', exitCode: 3010 },
  { line: 'wevtutil qe Application /c:1 /f:XML', exitCode: 0, stdout: /^<Event xmlns=/ },
  { line: 'wusa C:\\x.msu /quiet /norestart', exitCode: 5 },
];

const credential = { username: 'Administrator', password: 'judged by others' };
const hasSsh =
  spawnSync('ssh', ['-V']).error === undefined &&
  spawnSync('ssh-keygen', ['-?']).error === undefined;

describe('third-party clients on emulated machines', () => {
  let folder: string;
  let lab: Lab;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lab-judges-'));
    const key = join(folder, 'id');
    if (hasSsh) spawnSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key]);
    const publicKey = hasSsh ? (await readFile(`${key}.pub`, 'utf8')).trim() : '';
    const hosts = [
      { id: 'ex01', transport: { kind: 'winrm', scheme: 'http' }, credential },
      { id: 'ex02', transport: { kind: 'ssh' }, credential: { ...credential, publicKey } },
    ] as const;
    lab = await startLab({ hosts, timeScale: 100 });
  });

  afterAll(async () => {
    await lab.close();
    await rm(folder, { recursive: true });
  });

  judgeTest('pywinrm gets what Windows would say', hasPythonModules('winrm'), async () => {
    const { address, port } = lab.endpoint('ex01');
    const verdict = (await runPythonJudge('pywinrm_judge.py', {
      endpoint: `http://${address}:${port}/wsman`,
      ...credential,
      commands: questions.map(({ line }) => ({ line })),
    })) as { results: { stdout: string; stderr: string; exitCode: number }[] };
    const plain = (base64: string): string => Buffer.from(base64, 'base64').toString('utf8');
    for (const [index, question] of questions.entries()) {
      const { stdout = '', stderr = '', exitCode } = verdict.results[index] ?? {};
      expect([question.line, exitCode]).toEqual([question.line, question.exitCode]);
      expect(plain(stdout)).toMatch(question.stdout ?? /(?:)/);
      expect(plain(stderr)).toMatch(question.stderr ?? /(?:)/);
    }
  });

  judgeTest("OpenSSH's ssh gets what Windows would say", hasSsh, async () => {
    const { address, port } = lab.endpoint('ex02');
    const known = join(folder, 'known_hosts');
    await writeFile(known, `[${address}]:${port} ${labHostKey('lab', 'ex02').publicKey}\n`);
    const options = [
      'BatchMode=yes',
      'StrictHostKeyChecking=yes',
      'IdentitiesOnly=yes',
      'IdentityAgent=none',
      'GlobalKnownHostsFile=none',
      `UserKnownHostsFile=${known}`,
    ].flatMap((option) => ['-o', option]);
    const ask = (line: string) =>
      new Promise<{ exitCode: unknown; stdout: string; stderr: string }>((resolve) => {
        const to = `${credential.username}@${address}`;
        const given = ['-F', 'none', '-i', join(folder, 'id'), ...options, '-p', `${port}`, to];
        execFile('ssh', [...given, line], { timeout: 90_000 }, (error, stdout, stderr) =>
          resolve({ exitCode: error === null ? 0 : error.code, stdout, stderr }),
        ).stdin?.end();
      });
    for (const question of questions) {
      const { stdout, stderr, exitCode } = await ask(question.line);
      // The client sees the low 8 bits, as of every host.
      expect([question.line, exitCode]).toEqual([question.line, question.exitCode % 256]);
      expect(stdout).toMatch(question.stdout ?? /(?:)/);
      expect(stderr).toMatch(question.stderr ?? /(?:)/);
    }
  });
});
