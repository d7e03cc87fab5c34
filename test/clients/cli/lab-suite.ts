import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { parse } from 'csv-parse/sync';
import type { AssessedOnce } from '../../../clients/rollouts/find-assessments';
import { runCli } from '../../../clients/cli/run-cli';
import { rolloutQueue, workflowTypes } from '../../../contracts/names';
import type { HostAssessment } from '../../../contracts/steps';
import { startLab } from '../../../lab';
import type { Lab, LabEffect, WindowsOptions } from '../../../lab/types';
import type { HeldPort } from './held-port';
import { holdPort } from './held-port';
import { rollout } from './run-in-process';
import type { CliRun } from './run-in-process';
import { freePort } from './start-dev';
import type { Dev } from './start-dev';

const windows: { readonly [host: string]: WindowsOptions } = {
  stalls: { ldap: 'stall' },
  partly: { ldap: 'stall-one-dc' },
  silent: { ldap: 'none', topologyLevel: 0 },
  fixed1: { ldap: 'none', hotfix: 'installed' },
  slow1: { ldap: 'none' },
};

/** What people see of assessments, and rollouts that need no package, on hosts of the lab. */
export function labSuite(devOf: () => Dev): void {
  let lab: Lab;
  let held: HeldPort;
  let hostsPlan: string;

  const run = (...argv: string[]): Promise<CliRun> => rollout(argv, { env: devOf().env });
  const count = (host: string, effect: LabEffect): number =>
    lab.ledger.filter((entry) => entry.host === host && entry.effect === effect).length;
  const writePlan = async (name: string, hosts: readonly string[]): Promise<string> => {
    const file = join(devOf().folder, `${name}.yaml`);
    const lines = [
      `change: ${name}`,
      'hotfix: KB3004383',
      `hosts: { names: [${hosts.join(', ')}] }`,
      'maxUnassessed: 100%',
      'onSuspect: skip',
      'rehearsal: { settle: 0s, observe: 0s, quietFor: 0s }',
    ];
    await writeFile(file, lines.join('\n'));
    return file;
  };

  beforeAll(async () => {
    const { folder, env } = devOf();
    const credential = JSON.parse(env['FLEET'] ?? '') as { username: string; password: string };
    lab = await startLab({
      timeScale: 1000,
      hosts: Object.entries(windows).map(([id, options]) => ({
        id,
        transport: { kind: 'winrm', scheme: 'http' },
        credential,
        windows: options,
      })),
    });
    held = await holdPort(lab.endpoint('slow1').port);
    const ports = {
      ...Object.fromEntries(Object.keys(windows).map((id) => [id, lab.endpoint(id).port])),
      slow1: held.port,
      away: await freePort(),
    };
    const hosts = Object.entries(ports).map(
      ([id, port]) =>
        `  ${id}: { address: 127.0.0.1, connection: { kind: winrm, scheme: http, port: ${port}, credentialRef: env:FLEET } }`,
    );
    await writeFile(join(folder, 'lab-fleet.yaml'), `hosts:\n${hosts.join('\n')}\n`);
    hostsPlan = await writePlan('CHG7', ['stalls', 'partly', 'silent', 'fixed1', 'away']);
  }, 180_000);

  afterAll(async () => {
    await held.close();
    await lab.close();
  });

  const fleet = (): string[] => ['--fleet', join(devOf().folder, 'lab-fleet.yaml')];
  const states = {
    stalls: 'affected',
    partly: 'suspect',
    silent: 'unknown',
    fixed1: 'already-fixed',
    away: null,
  };

  describe('assess, on hosts of the lab', () => {
    let owner = '';

    it('prints JSON with the verdict of every host and the evidence that it rests on', async () => {
      const { code, stdout } = await run('assess', hostsPlan, ...fleet(), '--json');
      expect(code).toBe(3);
      const told = JSON.parse(stdout) as {
        workflowId: string;
        hosts: { hostId: string; state: string | null }[];
        evidence: HostAssessment[];
      };
      owner = /^assess\/([^/]+)\//.exec(told.workflowId)?.[1] ?? '';
      expect(Object.fromEntries(told.hosts.map((host) => [host.hostId, host.state]))).toEqual(
        states,
      );
      expect(told.evidence.map((one) => [one.hostId, one.reached])).toEqual(
        Object.entries(states).map(([host, state]) => [host, state !== null]),
      );
      expect(told.evidence[0]).toMatchObject({
        verdict: { state: 'affected', steps: expect.any(Array) as unknown },
        facts: { package: { known: true, value: { state: 'absent' } } },
      });
    }, 180_000);

    it('--last shows the same again, as a table, without asking a host', async () => {
      const before = count('stalls', 'session-opened');
      const { code, stdout } = await run('assess', hostsPlan, ...fleet(), '--last');
      expect(code).toBe(3);
      expect(stdout).toMatch(/^stalls {2}affected /m);
      expect(stdout).toContain(
        '5 hosts: 1 affected, 1 suspect, 1 already-fixed, 1 unknown, 1 not reached',
      );
      expect(count('stalls', 'session-opened')).toBe(before);
    }, 180_000);

    it('--last of a plan that nobody assessed says so', async () => {
      const plan = await writePlan('CHG8', ['stalls']);
      const { code, stderr } = await run('assess', plan, ...fleet(), '--last');
      expect(code).toBe(2);
      expect(stderr).toContain('nobody has assessed this plan of CHG8');
      expect(stderr).toContain('leave out --last');
    }, 180_000);

    it('writes CSV into a file beside what it prints, or prints it', async () => {
      const file = join(devOf().folder, 'assessed.csv');
      const written = await run('assess', hostsPlan, ...fleet(), '--last', '--csv', file);
      expect(written.stdout).toContain('rollout explain HOST');
      const printed = await run('assess', hostsPlan, ...fleet(), '--last', '--csv', '-');
      expect(printed.stdout).toBe(await readFile(file, 'utf8'));
      const rows = parse<{ host: string; state: string }>(printed.stdout, { columns: true });
      expect(rows.map(({ host, state }) => [host, state])).toEqual(
        Object.entries(states).map(([host, state]) => [host, state ?? '']),
      );
    }, 180_000);

    it.each([
      { csv: ['none', 'assessed.csv'], says: 'ENOENT' },
      { csv: ['.'], says: 'EISDIR' },
    ])('refuses a CSV file that cannot be written ($says) before it asks a host', async (given) => {
      const before = count('stalls', 'session-opened');
      const file = join(devOf().folder, ...given.csv);
      const { code, stdout, stderr } = await run('assess', hostsPlan, ...fleet(), '--csv', file);
      expect([code, stdout]).toEqual([2, '']);
      expect(stderr).toContain(`${file} cannot be written (${given.says})`);
      expect(count('stalls', 'session-opened')).toBe(before);
    });

    it('refuses to print CSV and JSON at once', async () => {
      const { code, stderr } = await run('assess', hostsPlan, ...fleet(), '--csv', '-', '--json');
      expect(code).toBe(2);
      expect(stderr).toContain('CSV and JSON cannot both be printed');
    });

    it.each([
      { host: 'stalls', says: [/^stalls: affected/, /yes {6}event 2070/, /Events that decided/] },
      {
        host: 'partly',
        says: [/^partly: suspect/, /1 of 3 usable servers/, /holds it for a person/],
      },
      { host: 'silent', says: [/^silent: unknown/, /logs at level 0/, /unknown {2}event 2070/] },
      { host: 'fixed1', says: [/^fixed1: already-fixed/, /yes {6}KB3004383 is in force/] },
      { host: 'away', says: [/^away: could not be asked \(host-unreachable\)/, /What to do: /] },
    ])(
      'explain $host tells how its verdict was come by',
      async ({ host, says }) => {
        const { code, stdout } = await run('explain', host);
        expect(code).toBe(0);
        for (const part of says) expect(stdout).toMatch(part);
        expect(stdout).toContain(`by assess/${owner}/1.`);
      },
      180_000,
    );

    it('explain --json has verdict, steps and facts', async () => {
      const { stdout } = await run('explain', 'stalls', '--of', owner, '--json');
      const { workflowId, assessment } = JSON.parse(stdout) as AssessedOnce;
      expect(workflowId).toBe(`assess/${owner}/1`);
      expect(assessment).toMatchObject({ hostId: 'stalls', verdict: { state: 'affected' } });
      expect(assessment).toHaveProperty('facts.events.value.symptoms');
    }, 180_000);

    it('explain of a host that nobody asked names the nearest, or says how to ask it', async () => {
      const near = await run('explain', 'stals');
      expect(near.code).toBe(2);
      expect(near.stderr).toContain('no assessment has the host stals');
      expect(near.stderr).toContain('did you mean stalls?');
      const far = await run('explain', 'elsewhere42', '--of', owner);
      expect(far.code).toBe(2);
      expect(far.stderr).toContain(`no assessment of ${owner} has the host elsewhere42`);
      expect(far.stderr).toContain('run rollout assess PLAN');
    }, 180_000);

    it('explain passes over an assessment that was ended before it could say anything', async () => {
      const connection = await Connection.connect({
        address: process.env['TEMPORAL_ADDRESS'] ?? '',
      });
      const { workflow } = new Client({ connection });
      const broken = await workflow.start(workflowTypes.assess, {
        workflowId: 'assess/broken/1',
        taskQueue: rolloutQueue,
        startDelay: '1h',
      });
      await broken.terminate('by mistake');
      const { code, stdout, stderr } = await run('explain', 'stalls');
      expect([stderr, code, stdout]).toEqual(['', 0, expect.stringContaining('stalls: affected')]);
      await connection.close();
    }, 180_000);
  });

  describe('an assessment that is cut by Ctrl-C', () => {
    it('goes on, and the same command takes it up in place of a second one', async () => {
      const connection = await Connection.connect({
        address: process.env['TEMPORAL_ADDRESS'] ?? '',
      });
      const { workflow } = new Client({ connection });
      const assessments = async (): Promise<string[]> => {
        const listed = workflow.list({ query: `WorkflowType = '${workflowTypes.assess}'` });
        const ids: string[] = [];
        for await (const { workflowId } of listed) ids.push(workflowId);
        return ids;
      };
      const before = await assessments();
      const plan = await writePlan('CHG9', ['slow1']);
      const argv = ['assess', plan, ...fleet(), '--json'];
      const ctrlC = new AbortController();
      const cut = rollout(argv, { env: devOf().env, signal: ctrlC.signal });
      await held.waited;
      ctrlC.abort(new DOMException('interrupted', 'AbortError'));
      expect(await cut).toMatchObject({
        code: 130,
        stdout: '',
        stderr: expect.stringContaining('the assessment goes on') as unknown,
      });

      let stdout = '';
      const code = await runCli(argv, {
        stdout: { write: (text: string) => (stdout += text) },
        // Let through only once the second one waits for the first one's assessment.
        stderr: { write: (text: string) => text.includes('0 of 1 hosts') && held.release() },
        env: { ...process.env, ...devOf().env },
        isTTY: true,
        signal: new AbortController().signal,
      });
      const told = JSON.parse(stdout) as { workflowId: string; hosts: { state: string }[] };
      expect([code, told.hosts.map(({ state }) => state)]).toEqual([0, ['not-affected']]);
      const started = (await assessments()).filter((id) => !before.includes(id));
      expect(started).toEqual([told.workflowId]);
      await connection.close();
    }, 180_000);
  });

  describe('a plan without a package', () => {
    it('is refused by start, with its line, and taken by mitigate and rollback', async () => {
      const { code, stderr } = await run('start', hostsPlan, ...fleet());
      expect(code).toBe(2);
      expect(stderr).toMatch(/CHG7\.yaml:1: package names no package/);
      expect(stderr).toContain('only a mitigation or a rollback needs none');
    });

    it.each([
      { action: 'mitigate', says: 'the hotfix stays owed' },
      { action: 'rollback', says: 'the hotfix is removed from the hosts that have it' },
    ])('is shown by preview --action $action for what it would do', async ({ action, says }) => {
      const { code, stdout } = await run('preview', hostsPlan, ...fleet(), '--action', action);
      expect(code).toBe(0);
      expect(stdout).toContain(says);
      expect(stdout).toContain('package: none, it is not needed');
    });

    it('mitigate ends with 0 when the workaround is done, and its report says what it was', async () => {
      const plan = await writePlan('CHG10', ['stalls', 'fixed1']);
      const { code, stdout } = await run('mitigate', plan, ...fleet(), '--id', 'eased', '--wait');
      expect(stdout).toContain('only mitigates: the workaround is carried out');
      expect(stdout).toMatch(/^stalls .*mitigated/m);
      expect(stdout).toMatch(/^fixed1 .*already-fixed/m);
      expect(code).toBe(0);
      expect(count('stalls', 'service-stopped')).toBeGreaterThan(0);
      expect(count('stalls', 'install-started') + count('stalls', 'shutdown-accepted')).toBe(0);
      const report = await run('report', 'eased');
      expect(JSON.parse(report.stdout)).toMatchObject({ action: 'mitigate', result: 'completed' });
      const explained = await run('explain', 'stalls', '--of', 'eased');
      expect(explained.stdout).toContain('by assess/eased/1.');
    }, 180_000);

    it('rollback ends with 0 when the hotfix is gone where it was', async () => {
      const plan = await writePlan('CHG11', ['fixed1', 'partly']);
      const { code, stdout } = await run('rollback', plan, ...fleet(), '--id', 'back', '--wait');
      expect(stdout).toContain('rolls back: the hotfix is removed');
      expect(stdout).toMatch(/^fixed1 .*rolled-back/m);
      expect(stdout).toMatch(/^partly .*not-applicable/m);
      expect(code).toBe(0);
      expect(count('fixed1', 'removal-started')).toBe(1);
      expect(count('partly', 'removal-started')).toBe(0);
      const status = await run('status', 'back');
      expect(status.stdout).toContain('CHG11 · rollback KB3004383');
    }, 180_000);
  });
}
