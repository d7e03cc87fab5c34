import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { account } from '../lab/winrm/fake-machine';
import { judgeTest } from './judge';
import { createJudgedHosts, longStream } from './winrm-host';
import type { JudgedHosts } from './winrm-host';

interface Stream {
  readonly bytes: number;
  readonly sha256: string;
  readonly start: string;
}

interface Verdict {
  readonly login: 'accepted' | 'refused';
  readonly results: readonly { stdout: Stream; stderr: Stream; exitCode: number }[];
}

/** Built by `npm test` from the folder of the same name. */
const program = join(__dirname, '..', '..', '.cache', 'judges', 'bin', 'masterzen');
const available = existsSync(program);

describe('masterzen/winrm against the WinRM service of the lab', () => {
  let hosts: JudgedHosts;

  beforeAll(async () => {
    hosts = await createJudgedHosts();
  });

  afterAll(() => hosts.dispose());

  afterEach(() => hosts.stop());

  function ask(question: { [name: string]: unknown }): Promise<Verdict> {
    const asked = { port: hosts.server.port, ...account, ...question };
    return new Promise((resolve, reject) => {
      // A proxy of the surroundings has no part in it.
      const env = { NO_PROXY: '127.0.0.1' };
      const child = execFile(program, { env, timeout: 150_000 }, (error, stdout, stderr) => {
        if (error === null) resolve(JSON.parse(stdout) as Verdict);
        else reject(new Error(`masterzen failed: ${stderr || error.message}`));
      });
      child.stdin?.end(JSON.stringify(asked));
    });
  }

  for (const scheme of ['http', 'https'] as const) {
    judgeTest(`logs in with Basic over ${scheme}, and runs commands`, available, async () => {
      await hosts.serve({ scheme, auth: ['basic'], allowUnencrypted: scheme === 'http' });
      const input = Buffer.from('Zeile 1\r\nZeile 2, ü\r\n'.repeat(10_000));
      const { login, results } = await ask({
        ...(scheme === 'https' && { caFile: hosts.caFile }),
        commands: [
          { line: 'say grüß' },
          { line: 'exit 3010' },
          { line: 'copy', input: input.toString('base64') },
          { line: 'long' },
          { line: 'nonsense' },
        ],
      });
      expect(login).toBe('accepted');
      const [greeting, reboot, copied, long, unknown] = results;
      expect([greeting?.stdout.start, greeting?.stderr.start]).toEqual([
        'Grüß Gott, 65001\r\n',
        'kein Fehler: ñ €\r\n',
      ]);
      expect(reboot?.exitCode).toBe(3010);
      expect(copied).toMatchObject({
        exitCode: 7,
        stdout: { sha256: createHash('sha256').update(input).digest('hex') },
      });
      expect(long?.stdout).toMatchObject(longStream);
      expect(unknown?.exitCode).toBe(1);
      expect(unknown?.stderr.start).toContain("'nonsense' is not recognized");
      expect(hosts.server.openShells()).toBe(0);
    });
  }

  judgeTest('is refused with a wrong password', available, async () => {
    await hosts.serve({ scheme: 'http', auth: ['basic'] });
    const verdict = await ask({ password: 'wrong', commands: [{ line: 'exit 3010' }] });
    expect(verdict).toEqual({ login: 'refused', results: [] });
    expect(hosts.machine.started).toEqual([]);
  });
});
