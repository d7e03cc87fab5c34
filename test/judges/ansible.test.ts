import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { account } from '../lab/winrm/fake-machine';
import { hasPythonModules, judgePython, judgeTest } from './judge';
import { createJudgedHosts } from './winrm-host';
import type { JudgedHosts } from './winrm-host';

const program = join(dirname(judgePython), 'ansible');
const available = existsSync(program) && hasPythonModules('ansible', 'winrm');

/** What ansible says of the one host; the plug-in names what it got by these fields. */
interface Outcome {
  readonly rc?: number;
  readonly stdout?: string;
  readonly stderr?: string;
  readonly unreachable?: boolean;
  readonly msg?: string;
}

describe('the winrm connection of ansible against the WinRM service of the lab', () => {
  let hosts: JudgedHosts;

  beforeAll(async () => {
    hosts = await createJudgedHosts();
  });

  afterAll(() => hosts.dispose());

  afterEach(() => hosts.stop());

  /** Runs the module `raw`; all that ansible reads or writes is in the folder of the test. */
  async function raw(line: string, variables: { [name: string]: unknown }): Promise<Outcome> {
    const { folder } = hosts;
    const home = join(folder, 'ansible');
    await mkdir(home, { recursive: true });
    const inventory = join(home, 'inventory.json');
    // Without one of its own ansible looks for that of the machine.
    const configuration = join(home, 'ansible.cfg');
    await writeFile(configuration, '');
    const host = {
      ansible_connection: 'winrm',
      ansible_host: '127.0.0.1',
      ansible_port: hosts.server.port,
      ansible_user: account.username,
      ansible_password: account.password,
      ...variables,
    };
    await writeFile(inventory, JSON.stringify({ all: { hosts: { judged: host } } }));
    const env = {
      PATH: `${dirname(program)}:/usr/bin:/bin`,
      LANG: 'C.UTF-8',
      HOME: home,
      TMPDIR: home,
      ANSIBLE_HOME: home,
      ANSIBLE_LOCAL_TEMP: join(home, 'tmp'),
      ANSIBLE_CONFIG: configuration,
      NO_PROXY: '127.0.0.1',
    };
    const results = join(home, 'results');
    const given = ['-i', inventory, 'judged', '--tree', results, '-m', 'raw', '-a', line];
    await new Promise<void>((resolve, reject) => {
      execFile(program, given, { env, cwd: home, timeout: 150_000 }, (error, stdout, stderr) => {
        // 2: the command failed, 4: the host was out of reach; the result says more.
        if (error === null || error.code === 2 || error.code === 4) resolve();
        else reject(new Error(`ansible failed: ${stderr}${stdout}`));
      });
    });
    return JSON.parse(await readFile(join(results, 'judged'), 'utf8')) as Outcome;
  }

  const ntlm = { auth: ['negotiate'], allowUnencrypted: false } as const;

  const ways = [
    {
      how: 'NTLM over http, sealed',
      options: { scheme: 'http', ...ntlm },
      variables: () => ({ ansible_winrm_transport: 'ntlm', ansible_winrm_scheme: 'http' }),
    },
    {
      how: 'NTLM over https where channel bindings are demanded',
      options: { scheme: 'https', ...ntlm, channelBindings: 'strict' },
      variables: () => ({
        ansible_winrm_transport: 'ntlm',
        ansible_winrm_scheme: 'https',
        ansible_winrm_ca_trust_path: hosts.caFile,
      }),
    },
    {
      how: 'Basic over https',
      options: { scheme: 'https', auth: ['basic'] },
      variables: () => ({
        ansible_winrm_transport: 'basic',
        ansible_winrm_scheme: 'https',
        ansible_winrm_ca_trust_path: hosts.caFile,
      }),
    },
    {
      how: 'Basic over http',
      options: { scheme: 'http', auth: ['basic'] },
      variables: () => ({ ansible_winrm_transport: 'basic', ansible_winrm_scheme: 'http' }),
    },
  ] as const;

  for (const { how, options, variables } of ways) {
    judgeTest(`runs commands as ${how}`, available, async () => {
      await hosts.serve(options);
      const outcome = await raw('say grüß', variables());
      expect(outcome).toMatchObject({ rc: 0, stdout: 'Grüß Gott, 65001\r\n' });
      expect(outcome.stderr).toContain('kein Fehler: ñ €');
      expect(await raw('exit 3010', variables())).toMatchObject({ rc: 3010 });
      expect(hosts.server.openShells()).toBe(0);
    });
  }

  judgeTest('is refused with a wrong password', available, async () => {
    await hosts.serve({ scheme: 'http', ...ntlm });
    const [{ variables }] = ways;
    const outcome = await raw('exit 3010', { ...variables(), ansible_password: 'wrong' });
    expect(outcome).toMatchObject({
      unreachable: true,
      msg: expect.stringContaining('the specified credentials were rejected by the server'),
    });
    expect(hosts.machine.started).toEqual([]);
  });
});
