import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { WinRmServerOptions } from '../../lab/winrm/server';
import { account } from '../lab/winrm/fake-machine';
import { hasPythonModules, judgeTest, runPythonJudge } from './judge';
import { createJudgedHosts, longStream } from './winrm-host';
import type { JudgedHosts } from './winrm-host';

interface Stream {
  readonly bytes: number;
  readonly sha256: string;
  readonly start: string;
}

interface Verdict {
  readonly login: 'accepted' | 'refused';
  /** Of an HTTP answer that was no message. */
  readonly status?: number;
  readonly results?: readonly { stdout: Stream; stderr: Stream; exitCode: number }[];
  readonly faultOfDeletedShell?: { code: number } | null;
  readonly count?: number;
  readonly fault?: { readonly code: number; readonly machine: string } | null;
}

const available = hasPythonModules('pypsrp');

describe('pypsrp against the WinRM service of the lab', () => {
  let hosts: JudgedHosts;
  let kerberosConfiguration: string;

  beforeAll(async () => {
    hosts = await createJudgedHosts();
    kerberosConfiguration = join(hosts.folder, 'krb5.conf');
    await writeFile(kerberosConfiguration, '[libdefaults]\ndns_lookup_kdc = false\n');
  });

  afterAll(() => hosts.dispose());

  afterEach(() => hosts.stop());

  function ask(question: { [name: string]: unknown }): Promise<Verdict> {
    return runPythonJudge('pypsrp_judge.py', {
      port: hosts.server.port,
      ...account,
      kerberosConfiguration,
      ask: 'commands',
      commands: [],
      ...question,
    }) as Promise<Verdict>;
  }

  const text = (stream: Stream | undefined): string =>
    Buffer.from(stream?.start ?? '', 'base64').toString('utf8');

  /** As Windows has it from the start, but for the certificates. */
  const strict = { auth: ['negotiate', 'certificate'], allowUnencrypted: false } as const;

  interface Way {
    readonly how: string;
    readonly options: Omit<WinRmServerOptions, 'tls'>;
    readonly ask: () => { readonly [name: string]: unknown };
  }

  const caFile = () => ({ caFile: hosts.caFile });
  const ways: readonly Way[] = [
    {
      how: 'with Basic over http',
      options: { scheme: 'http', auth: ['basic'] },
      ask: () => ({ auth: 'basic', encryption: 'never' }),
    },
    {
      how: 'with Basic over https',
      options: { scheme: 'https', auth: ['basic'], allowUnencrypted: false },
      ask: () => ({ auth: 'basic', ...caFile() }),
    },
    {
      how: 'with NTLM over http, sealed',
      options: { scheme: 'http', ...strict },
      ask: () => ({ auth: 'ntlm' }),
    },
    {
      how: 'with NTLM in SPNEGO over http, sealed',
      options: { scheme: 'http', ...strict },
      ask: () => ({ auth: 'negotiate' }),
    },
    {
      how: 'with NTLM over https where channel bindings are demanded',
      options: { scheme: 'https', ...strict, channelBindings: 'strict' },
      ask: () => ({ auth: 'ntlm', ...caFile() }),
    },
    {
      how: 'with NTLM in SPNEGO over https where channel bindings are demanded',
      options: { scheme: 'https', ...strict, channelBindings: 'strict' },
      ask: () => ({ auth: 'negotiate', ...caFile() }),
    },
    {
      how: 'with NTLM over https, sealed as well',
      options: { scheme: 'https', ...strict },
      ask: () => ({ auth: 'ntlm', encryption: 'always', ...caFile() }),
    },
    {
      how: 'with a client certificate',
      options: { scheme: 'https', ...strict },
      ask: () => ({ auth: 'certificate', ...caFile(), ...certificateOf(hosts.client) }),
    },
  ];

  const certificateOf = ({ certificateFile, keyFile }: JudgedHosts['client']) => ({
    certificateFile,
    keyFile,
  });

  for (const way of ways) {
    judgeTest(
      `logs in ${way.how}, and all that a shell does comes through`,
      available,
      async () => {
        await hosts.serve({
          ...way.options,
          ...(way.how.includes('certificate') && { clientCertificates: hosts.client.issuerPem }),
        });
        const input = Buffer.from('Zeile 1\r\nZeile 2, ü\r\n'.repeat(10_000));
        const { login, results, faultOfDeletedShell } = await ask({
          ...way.ask(),
          commands: [
            { line: 'say grüß' },
            { line: 'exit', arguments: ['3010'] },
            { line: 'exit hresult' },
            { line: 'copy', input: input.toString('base64') },
            { line: 'long' },
            { line: 'nonsense' },
          ],
        });
        expect(login).toBe('accepted');
        const [greeting, reboot, hresult, copied, long, unknown] = results ?? [];
        expect([text(greeting?.stdout), text(greeting?.stderr)]).toEqual([
          'Grüß Gott, 65001\r\n',
          'kein Fehler: ñ €\r\n',
        ]);
        expect(reboot?.exitCode).toBe(3010);
        expect((hresult?.exitCode ?? 0) >>> 0).toBe(0x80070005);
        expect(copied).toMatchObject({
          exitCode: 7,
          stdout: { sha256: createHash('sha256').update(input).digest('hex') },
        });
        expect(long?.stdout).toMatchObject(longStream);
        expect(unknown?.exitCode).toBe(1);
        expect(text(unknown?.stderr)).toContain("'nonsense' is not recognized");
        expect(faultOfDeletedShell?.code).toBe(2150858843);
        expect(hosts.server.openShells()).toBe(0);
      },
    );
  }

  const refusals: readonly (Way & { readonly verdict: Verdict })[] = [
    {
      how: 'with a wrong password over http',
      options: { scheme: 'http', ...strict },
      ask: () => ({ auth: 'ntlm', password: 'wrong' }),
      verdict: { login: 'refused' },
    },
    {
      how: 'with a wrong password in SPNEGO',
      options: { scheme: 'http', ...strict },
      ask: () => ({ auth: 'negotiate', password: 'wrong' }),
      verdict: { login: 'refused' },
    },
    {
      how: 'as somebody whom the host does not know',
      options: { scheme: 'http', ...strict },
      ask: () => ({ auth: 'ntlm', username: 'nobody' }),
      verdict: { login: 'refused' },
    },
    {
      how: 'with Basic over plain http where nothing may be unencrypted',
      options: { scheme: 'http', auth: ['basic', 'negotiate'], allowUnencrypted: false },
      ask: () => ({ auth: 'basic', encryption: 'never' }),
      verdict: { login: 'refused' },
    },
    {
      how: 'in the clear after a login that was good',
      options: { scheme: 'http', ...strict },
      ask: () => ({ auth: 'ntlm', encryption: 'never' }),
      verdict: { login: 'accepted', status: 500 },
    },
    {
      how: 'without the channel bindings that are demanded',
      options: { scheme: 'https', ...strict, channelBindings: 'strict' },
      ask: () => ({ auth: 'ntlm', sendBindings: false, ...caFile() }),
      verdict: { login: 'refused' },
    },
    {
      how: 'with a certificate that is not mapped',
      options: { scheme: 'https', ...strict },
      ask: () => ({ auth: 'certificate', ...caFile(), ...certificateOf(hosts.stranger) }),
      verdict: { login: 'refused' },
    },
  ];

  for (const { how, options, ask: question, verdict } of refusals) {
    judgeTest(`is refused ${how}`, available, async () => {
      await hosts.serve(options);
      expect(await ask(question())).toEqual(verdict);
      expect(hosts.machine.started).toEqual([]);
    });
  }

  judgeTest('may leave channel bindings away where they are not demanded', available, async () => {
    await hosts.serve({ scheme: 'https', ...strict, channelBindings: 'relaxed' });
    const verdict = await ask({ auth: 'ntlm', sendBindings: false, ...caFile() });
    expect(verdict.login).toBe('accepted');
  });

  judgeTest('hears of the quota with the sixth shell of 2008 R2', available, async () => {
    await hosts.serve({ scheme: 'http', ...strict });
    const verdict = await ask({ auth: 'ntlm', ask: 'shells', atMost: 6 });
    expect(verdict).toMatchObject({ count: 5, fault: { code: 2150859173, machine: 'FAKE01' } });
    expect(hosts.server.openShells()).toBe(0);
  });

  judgeTest('hears of the quota with the sixteenth command of 2008 R2', available, async () => {
    await hosts.serve({ scheme: 'http', ...strict });
    const verdict = await ask({ auth: 'ntlm', ask: 'operations', line: 'exit 3010', atMost: 16 });
    expect(verdict).toMatchObject({ count: 15, fault: { code: 2150859174 } });
  });

  judgeTest('runs sixteen commands and opens six shells on 2012 R2', available, async () => {
    await hosts.serve({ scheme: 'http', ...strict }, '2012r2');
    const ran = { auth: 'ntlm', ask: 'operations', line: 'exit 3010', atMost: 16 };
    expect(await ask(ran)).toMatchObject({ count: 16, fault: null });
    const opened = { auth: 'ntlm', ask: 'shells', atMost: 6 };
    expect(await ask(opened)).toMatchObject({ count: 6, fault: null });
  });

  judgeTest('waits through operation timeouts for a slow command', available, async () => {
    await hosts.serve({ scheme: 'http', ...strict });
    const verdict = await ask({ auth: 'ntlm', operationTimeout: 1, commands: [{ line: 'slow' }] });
    expect(text(verdict.results?.[0]?.stdout)).toBe('at last');
  });

  judgeTest('hears that a message is too large', available, async () => {
    await hosts.serve({ scheme: 'http', ...strict });
    const input = Buffer.alloc(153_600).toString('base64');
    const commands = [{ line: 'copy', input, pieceBytes: 153_600 }];
    expect(await ask({ auth: 'ntlm', commands })).toEqual({ login: 'accepted', status: 413 });
  });

  judgeTest('is denied access with a filtered token, and told so by code', available, async () => {
    await hosts.serve({ scheme: 'http', ...strict });
    hosts.machine.faults = { tokenFiltered: true };
    const verdict = await ask({ auth: 'ntlm', ask: 'shell' });
    expect(verdict).toEqual({ login: 'accepted', fault: { code: 5, machine: 'FAKE01' } });
  });

  judgeTest('is told by code that no shells are allowed', available, async () => {
    await hosts.serve({ scheme: 'http', ...strict });
    hosts.machine.faults = { shellsRefused: true };
    const verdict = await ask({ auth: 'ntlm', ask: 'shell' });
    expect(verdict.fault?.code).toBe(2150859180);
  });
});
