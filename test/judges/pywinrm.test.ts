import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { labCertificates } from '../../lab/winrm/certificates';
import { serveWinRm } from '../../lab/winrm/server';
import type { WinRmServer, WinRmServerOptions } from '../../lab/winrm/server';
import { account, createFakeMachine } from '../lab/winrm/fake-machine';
import type { FakeMachine } from '../lab/winrm/fake-machine';
import { hasPythonModules, judgeTest, runPythonJudge } from './judge';

interface Verdict {
  readonly login: 'accepted' | 'refused';
  readonly results?: readonly { stdout: string; stderr: string; exitCode: number }[];
  readonly faultOfDeletedShell?: number | null;
}

const available = hasPythonModules('winrm');

describe('pywinrm against the WinRM service of the lab', () => {
  let folder: string;
  let machine: FakeMachine;
  let server: WinRmServer;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pywinrm-'));
  });

  afterAll(() => rm(folder, { recursive: true }));

  afterEach(() => server.close());

  async function serve(
    options: WinRmServerOptions,
    edition: '2008r2-sp1' | '2012r2' = '2008r2-sp1',
  ): Promise<void> {
    machine = createFakeMachine(
      {
        'say grüß': ({ out, err, options: { codePage }, exit }) => {
          out(`Grüß Gott, ${codePage}\r\n`);
          err('kein Fehler: ñ €\r\n');
          exit(0);
        },
        'exit 3010': ({ exit }) => exit(3010),
        'exit hresult': ({ exit }) => exit(0x80070005),
        slow: ({ out, exit }) => {
          setTimeout(() => {
            out('at last');
            exit(0);
          }, 1500);
        },
        copy: ({ onInput, out, exit }) => onInput(out, () => exit(7)),
      },
      { edition },
    );
    server = await serveWinRm(machine, options);
  }

  function ask(more: { [name: string]: unknown } = {}): Promise<Verdict> {
    const scheme = more['caFile'] === undefined ? 'http' : 'https';
    return runPythonJudge('pywinrm_judge.py', {
      endpoint: `${scheme}://127.0.0.1:${server.port}/wsman`,
      ...account,
      commands: [],
      ...more,
    }) as Promise<Verdict>;
  }

  const text = (base64: string | undefined): string =>
    Buffer.from(base64 ?? '', 'base64').toString('utf8');

  judgeTest('logs in over http and gets output, errors and exit codes', available, async () => {
    await serve({ scheme: 'http' });
    const verdict = await ask({
      commands: [
        { line: 'say grüß' },
        { line: 'exit', arguments: ['3010'] },
        { line: 'exit hresult' },
        { line: 'nonsense' },
      ],
    });
    expect(verdict.login).toBe('accepted');
    const [greeting, reboot, hresult, unknown] = verdict.results ?? [];
    expect(text(greeting?.stdout)).toBe('Grüß Gott, 65001\r\n');
    expect(text(greeting?.stderr)).toBe('kein Fehler: ñ €\r\n');
    expect(reboot?.exitCode).toBe(3010);
    expect((hresult?.exitCode ?? 0) >>> 0).toBe(0x80070005);
    expect(unknown?.exitCode).toBe(1);
    expect(text(unknown?.stderr)).toContain("'nonsense' is not recognized");
    expect(server.openShells()).toBe(0);
    expect(verdict.faultOfDeletedShell).toBe(2150858843);
  });

  judgeTest('logs in over https with the CA of the lab, on WinRM 3.0', available, async () => {
    const { caPem, key, cert } = await labCertificates({ stateDir: folder });
    const caFile = join(folder, 'ca.pem');
    await writeFile(caFile, caPem);
    await serve({ scheme: 'https', tls: { key, cert } }, '2012r2');
    const verdict = await ask({ caFile, codePage: 850, commands: [{ line: 'say grüß' }] });
    expect(text(verdict.results?.[0]?.stdout)).toBe('Grüß Gott, 850\r\n');
  });

  judgeTest('waits through operation timeouts for a slow command', available, async () => {
    await serve({ scheme: 'http' });
    const verdict = await ask({ operationTimeout: 1, commands: [{ line: 'slow' }] });
    expect(text(verdict.results?.[0]?.stdout)).toBe('at last');
  });

  judgeTest('sends standard input and gets it back whole', available, async () => {
    await serve({ scheme: 'http' });
    const input = Buffer.from('Zeile 1\r\nZeile 2, ü\r\n'.repeat(2000));
    const verdict = await ask({ commands: [{ line: 'copy', input: input.toString('base64') }] });
    const [copied] = verdict.results ?? [];
    expect(copied?.exitCode).toBe(7);
    expect(Buffer.from(copied?.stdout ?? '', 'base64')).toEqual(input);
  });

  judgeTest('is refused with a wrong password', available, async () => {
    await serve({ scheme: 'http' });
    expect(await ask({ password: 'wrong' })).toEqual({ login: 'refused' });
    expect(server.openShells()).toBe(0);
  });
});
