import type { WinRmServerOptions } from '../../lab/winrm/server';
import { account } from '../lab/winrm/fake-machine';
import { hasPythonModules, judgeTest, runPythonJudge } from './judge';
import { createJudgedHosts, longStream } from './winrm-host';
import type { JudgedHosts } from './winrm-host';

interface Verdict {
  readonly login: 'accepted' | 'refused';
  /** Of an HTTP answer that was no message. */
  readonly status?: number;
  readonly results?: readonly { stdout: string; stderr: string; exitCode: number }[];
  readonly faultOfDeletedShell?: number | null;
}

const available = hasPythonModules('winrm');

describe('pywinrm against the WinRM service of the lab', () => {
  let hosts: JudgedHosts;

  beforeAll(async () => {
    hosts = await createJudgedHosts();
  });

  afterAll(() => hosts.dispose());

  afterEach(() => hosts.stop());

  function ask(more: { [name: string]: unknown } = {}): Promise<Verdict> {
    const scheme = more['caFile'] === undefined ? 'http' : 'https';
    return runPythonJudge('pywinrm_judge.py', {
      endpoint: `${scheme}://127.0.0.1:${hosts.server.port}/wsman`,
      ...account,
      commands: [],
      ...more,
    }) as Promise<Verdict>;
  }

  const bytes = (base64: string | undefined): Buffer => Buffer.from(base64 ?? '', 'base64');
  const text = (base64: string | undefined): string => bytes(base64).toString('utf8');

  /** As Windows has it from the start, but for the certificates. */
  const strict = { auth: ['negotiate', 'certificate'], allowUnencrypted: false } as const;

  interface Way {
    readonly how: string;
    readonly options: Omit<WinRmServerOptions, 'tls'>;
    readonly ask: () => { readonly [name: string]: unknown };
  }

  const ways: readonly Way[] = [
    { how: 'with Basic over http', options: { scheme: 'http', auth: ['basic'] }, ask: () => ({}) },
    {
      how: 'with Basic over https',
      options: { scheme: 'https', auth: ['basic'], allowUnencrypted: false },
      ask: () => ({ caFile: hosts.caFile }),
    },
    {
      how: 'with NTLM over http, sealed',
      options: { scheme: 'http', ...strict },
      ask: () => ({ transport: 'ntlm' }),
    },
    {
      how: 'with NTLM over https where channel bindings are demanded',
      options: { scheme: 'https', ...strict, channelBindings: 'strict' },
      ask: () => ({ transport: 'ntlm', caFile: hosts.caFile }),
    },
    {
      how: 'with a client certificate',
      options: { scheme: 'https', ...strict },
      ask: () => ({
        transport: 'certificate',
        caFile: hosts.caFile,
        certificateFile: hosts.client.certificateFile,
        keyFile: hosts.client.keyFile,
      }),
    },
  ];

  for (const { how, options, ask: question } of ways) {
    judgeTest(`logs in ${how} and gets output, errors and exit codes`, available, async () => {
      await hosts.serve(options);
      const input = Buffer.from('Zeile 1\r\nZeile 2, ü\r\n'.repeat(2000));
      const verdict = await ask({
        ...question(),
        commands: [
          { line: 'say grüß' },
          { line: 'exit', arguments: ['3010'] },
          { line: 'exit hresult' },
          { line: 'copy', input: input.toString('base64') },
          { line: 'long' },
          { line: 'nonsense' },
        ],
      });
      expect(verdict.login).toBe('accepted');
      const [greeting, reboot, hresult, copied, long, unknown] = verdict.results ?? [];
      expect(text(greeting?.stdout)).toBe('Grüß Gott, 65001\r\n');
      expect(text(greeting?.stderr)).toBe('kein Fehler: ñ €\r\n');
      expect(reboot?.exitCode).toBe(3010);
      expect((hresult?.exitCode ?? 0) >>> 0).toBe(0x80070005);
      expect(copied?.exitCode).toBe(7);
      expect(bytes(copied?.stdout)).toEqual(input);
      expect(bytes(long?.stdout)).toHaveLength(longStream.bytes);
      expect(unknown?.exitCode).toBe(1);
      expect(text(unknown?.stderr)).toContain("'nonsense' is not recognized");
      expect(hosts.server.openShells()).toBe(0);
      expect(verdict.faultOfDeletedShell).toBe(2150858843);
    });
  }

  judgeTest('gets the code page that it asks for, on WinRM 3.0', available, async () => {
    await hosts.serve({ scheme: 'https' }, '2012r2');
    const { caFile } = hosts;
    const verdict = await ask({ caFile, codePage: 850, commands: [{ line: 'say grüß' }] });
    expect(text(verdict.results?.[0]?.stdout)).toBe('Grüß Gott, 850\r\n');
  });

  judgeTest('waits through operation timeouts for a slow command', available, async () => {
    await hosts.serve({ scheme: 'http' });
    const verdict = await ask({ operationTimeout: 1, commands: [{ line: 'slow' }] });
    expect(text(verdict.results?.[0]?.stdout)).toBe('at last');
  });

  const refusals: readonly (Way & { readonly verdict: Verdict })[] = [
    {
      how: 'with a wrong password',
      options: { scheme: 'http' },
      ask: () => ({ password: 'wrong' }),
      verdict: { login: 'refused' },
    },
    {
      how: 'with a wrong password for NTLM',
      options: { scheme: 'http' },
      ask: () => ({ transport: 'ntlm', password: 'wrong' }),
      verdict: { login: 'refused' },
    },
    {
      how: 'without the channel bindings that are demanded',
      options: { scheme: 'https', ...strict, channelBindings: 'strict' },
      ask: () => ({ transport: 'ntlm', caFile: hosts.caFile, sendBindings: false }),
      verdict: { login: 'refused' },
    },
    {
      how: 'in the clear after a login that was good',
      options: { scheme: 'http', ...strict },
      ask: () => ({ transport: 'ntlm', encryption: 'never' }),
      verdict: { login: 'accepted', status: 500 },
    },
    {
      how: 'with a certificate that is not mapped',
      options: { scheme: 'https', ...strict },
      ask: () => ({
        transport: 'certificate',
        caFile: hosts.caFile,
        certificateFile: hosts.stranger.certificateFile,
        keyFile: hosts.stranger.keyFile,
      }),
      verdict: { login: 'refused' },
    },
  ];

  for (const { how, options, ask: question, verdict } of refusals) {
    judgeTest(`is refused ${how}`, available, async () => {
      await hosts.serve(options);
      expect(await ask(question())).toEqual(verdict);
      expect(hosts.server.openShells()).toBe(0);
    });
  }
});
