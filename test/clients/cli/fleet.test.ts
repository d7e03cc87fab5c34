import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rollout } from './run-in-process';

const example = join(__dirname, '../../../examples/inventory/fleet.yaml');

describe('rollout fleet show', () => {
  it('lists the hosts of a fleet with what its inventories say of them', async () => {
    const { code, stdout } = await rollout(['fleet', 'show', example]);
    expect(code).toBe(0);
    const lines = stdout.split('\n');
    expect(lines[0]).toMatch(/^HOST +OVER +ADDRESS +CREDENTIAL +SETS, LABELS, GROUPS, LOGIN$/);
    expect(lines[1]).toMatch(
      /^ex01\.contoso\.test +winrm https +ex01\.contoso\.test:5986 +env:FLEET +in dag1; dag: dag1,/,
    );
    expect(stdout).toContain('8 hosts, 2 availability sets');
  });

  it('tells where each value of one host was written', async () => {
    const { code, stdout } = await rollout([
      'fleet',
      'show',
      example,
      '--host',
      'DC02.contoso.test',
    ]);
    expect(code).toBe(0);
    const rows = stdout.split('\n').map((line) => line.trim().split(/ {2,}/));
    expect(rows).toEqual(
      expect.arrayContaining([
        ['dc02.contoso.test', 'winrm https, in domain-controllers'],
        ['address', '10.1.0.12', 'hosts.ini:7'],
        ['auth', 'kerberos', 'group_vars/windows.yml:2'],
        ['scheme', 'https', 'default'],
        ['credentialRef', 'env:FLEET', 'fleet.yaml:8'],
        ['label group.domain_controllers', 'yes', 'hosts.ini:7 (group domain_controllers)'],
        ['login', 'svc-patch@CONTOSO.TEST', 'hosts.ini:22 (group windows)'],
      ]),
    );
  });

  it('prints the same as JSON, with file and line of every value', async () => {
    const { stdout } = await rollout(['fleet', 'show', example, '--host', 'file01', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({
      hosts: [
        {
          hostId: 'file01',
          connection: { kind: 'ssh', address: 'file01.contoso.test', port: 22 },
          origins: {
            address: { file: 'hosts.ini', line: 10 },
            'connection.port': null,
            'connection.hostKey': { file: 'fleet.yaml', line: 14 },
            'labels.site': { file: 'group_vars/windows.yml', line: 4 },
          },
        },
      ],
    });
  });

  it('knows the hosts of its fleet only', async () => {
    const { code, stderr } = await rollout(['fleet', 'show', example, '--host', 'file02']);
    expect(code).toBe(2);
    expect(stderr).toContain('knows no host file02; did you mean file01?');
  });

  it('shows the way over jump hosts', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'rollout-fleet-'));
    const file = join(folder, 'fleet.yaml');
    writeFileSync(
      file,
      `defaults: { connection: { kind: ssh, credentialRef: env:A, knownHosts: keys, via: jump } }
hosts: { a: { address: a.test } }
jumpHosts:
  jump:
    address: jump.test
    credentialRef: env:J
    knownHosts: keys
`,
    );
    const { stdout } = await rollout(['fleet', 'show', file, '--host', 'a']);
    rmSync(folder, { recursive: true });
    const rows = stdout.split('\n').map((line) => line.trim().split(/ {2,}/));
    expect(rows).toEqual(
      expect.arrayContaining([
        ['knownHosts', join(folder, 'keys'), 'fleet.yaml:1'],
        ['via[0]', 'jump.test', 'fleet.yaml:5'],
        ['via[0].port', '22', 'default'],
        ['via[0].knownHosts', join(folder, 'keys'), 'fleet.yaml:7'],
      ]),
    );
  });

  it('says what it does', async () => {
    const { code, stdout } = await rollout(['fleet', 'show', '--help']);
    expect(code).toBe(0);
    expect(stdout).toContain('Usage: rollout fleet show');
    expect(stdout).toContain('--json');
  });
});
