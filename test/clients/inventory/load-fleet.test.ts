import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { loadFleet } from '../../../clients/input';
import { placeOf } from '../../../clients/inventory/origin';
import type { FleetHost } from '../../../contracts/fleet';
import { inputFiles } from '../input/files';

const { folder, write } = inputFiles();
const hostKey = `SHA256:${'a'.repeat(43)}`;

const ini = `[exchange]
ex[01:02].contoso.test dag=dag1
[web]
web01 ansible_host=10.0.0.1 ansible_port=5985
[windows:children]
exchange
web
[windows:vars]
ansible_connection=winrm
ansible_user='CONTOSO\\svc'
`;

/** A fleet with one include of `hosts.ini`. */
const fleetOf = (entry: string, more = ''): string =>
  write('fleet.yaml', `include:\n  - { ansible: hosts.ini, ${entry} }\n${more}`);

async function hostsOf(file: string): Promise<{ [name: string]: FleetHost }> {
  const { value } = await loadFleet(file);
  return Object.fromEntries(value.hosts.map((host) => [host.hostId, host]));
}

async function placesOf(file: string, host: string): Promise<{ [field: string]: string }> {
  const { originsOf } = await loadFleet(file);
  const start = `${folder()}/`;
  return Object.fromEntries(
    Object.entries(originsOf(host)).map(([field, origin]) => [
      field,
      origin === null ? 'default' : placeOf(origin).replace(start, ''),
    ]),
  );
}

test('hosts of an inventory are those of the fleet, with groups and variables as labels', async () => {
  write('hosts.ini', ini);
  const file = fleetOf('connection: { credentialRef: env:FLEET }, labelVars: [dag]');
  const { value } = await loadFleet(file);
  expect(value.hosts).toEqual([
    {
      hostId: 'ex01.contoso.test',
      connection: {
        kind: 'winrm',
        address: 'ex01.contoso.test',
        port: 5986,
        scheme: 'https',
        auth: 'negotiate',
        credentialRef: 'env:FLEET',
        allowUnencrypted: false,
      },
      labels: { 'group.exchange': 'yes', 'group.windows': 'yes', dag: 'dag1' },
    },
    expect.objectContaining({ hostId: 'ex02.contoso.test' }),
    expect.objectContaining({
      hostId: 'web01',
      connection: expect.objectContaining({ address: '10.0.0.1', port: 5985, scheme: 'http' }),
    }),
  ]);
});

test('what the fleet says of a host goes over its inventory, field by field', async () => {
  write('hosts.ini', ini);
  const file = fleetOf(
    'hosts: web, connection: { credentialRef: env:FLEET }, labels: { tier: front }',
    'hosts:\n  web01:\n    labels: { tier: middle }\n    connection: { auth: ntlm, credentialRef: env:WEB }\n  own: { address: own.test, connection: { kind: winrm, credentialRef: env:OWN } }\n',
  );
  const { web01, own } = await hostsOf(file);
  expect(web01).toMatchObject({
    connection: { address: '10.0.0.1', port: 5985, auth: 'ntlm', credentialRef: 'env:WEB' },
    labels: { 'group.web': 'yes', tier: 'middle' },
  });
  expect(own).toMatchObject({ connection: { address: 'own.test' }, labels: {} });
});

test('every value has its place', async () => {
  write('hosts.ini', ini);
  write('group_vars/web.yml', '# of the web\nansible_winrm_transport: ntlm\n');
  const file = write(
    'fleet.yaml',
    `defaults:
  labels: { owner: messaging }
include:
  - ansible: hosts.ini
    hosts: web
    connection: { credentialRef: env:FLEET }
hosts:
  web01:
    connection:
      certificateFingerprint: ${'ab'.repeat(32)}
`,
  );
  expect(await placesOf(file, 'web01')).toEqual({
    address: 'hosts.ini:4',
    'connection.kind': 'hosts.ini:9 (group windows)',
    'connection.port': 'hosts.ini:4',
    'connection.scheme': 'default',
    'connection.auth': 'group_vars/web.yml:2',
    'connection.credentialRef': 'fleet.yaml:6',
    'connection.allowUnencrypted': 'default',
    'connection.certificateFingerprint': 'fleet.yaml:10',
    'labels.owner': 'fleet.yaml:2',
    'labels.group.web': 'hosts.ini:4 (group web)',
    'labels.group.windows': 'hosts.ini:4 (group windows)',
  });
});

test('files are relative to the file that names them, and absolute afterwards', async () => {
  write('inventory/hosts.ini', '[ssh]\nlone\nown rollout_known_hosts=keys\n');
  write('inventory/group_vars/ssh.yml', `rollout_credential_ref: env:A\nansible_connection: ssh\n`);
  write('inventory/more.ini', 'tls ansible_connection=winrm ansible_winrm_ca_trust_path=ca.pem');
  const file = write(
    'fleet.yaml',
    `include:
  - { ansible: inventory/hosts.ini, connection: { knownHosts: [a, /etc/b], via: jump } }
  - { ansible: inventory/more.ini, connection: { credentialRef: env:B } }
jumpHosts: { jump: { address: jump.test, credentialRef: env:J, knownHosts: jumps } }
`,
  );
  const at = (path: string): string => join(folder(), path);
  const { lone, own, tls } = await hostsOf(file);
  expect(lone?.connection).toMatchObject({
    knownHosts: [at('a'), '/etc/b'],
    via: [{ address: 'jump.test', port: 22, knownHosts: [at('jumps')] }],
  });
  expect(own?.connection).toMatchObject({ knownHosts: [at('inventory/keys')] });
  expect(tls?.connection).toMatchObject({ caFile: at('inventory/ca.pem') });
});

test('a set and a plan select by the groups of an inventory', async () => {
  write('hosts.ini', ini);
  const { value } = await loadFleet(
    fleetOf(
      'connection: { credentialRef: env:FLEET }',
      'availabilitySets: { exchange: { labels: { group.exchange: yes } } }\n',
    ),
  );
  expect(value.availabilitySets).toEqual([
    { name: 'exchange', maxUnavailable: 1, hosts: ['ex01.contoso.test', 'ex02.contoso.test'] },
  ]);
});

test('a layer without a kind serves hosts of both', async () => {
  write('hosts.ini', 'a ansible_connection=ssh\nb ansible_connection=psrp\n');
  const file = fleetOf('connection: { credentialRef: env:A, caFile: ca.pem, knownHosts: keys }');
  const { a, b } = await hostsOf(file);
  expect(a?.connection).toMatchObject({ kind: 'ssh', knownHosts: [join(folder(), 'keys')] });
  expect(b?.connection).toMatchObject({ kind: 'winrm', caFile: join(folder(), 'ca.pem') });
});

test('a host that Ansible reaches by its default is SSH, unless the fleet says otherwise', async () => {
  write('hosts.ini', 'a\n');
  const ssh = fleetOf(`connection: { credentialRef: env:A, hostKey: '${hostKey}' }`);
  expect((await hostsOf(ssh))['a']?.connection.kind).toBe('ssh');
  expect((await placesOf(ssh, 'a'))['connection.kind']).toBe("hosts.ini:1 (Ansible's default)");
  const winrm = fleetOf('connection: { credentialRef: env:A, kind: winrm }');
  expect((await hostsOf(winrm))['a']?.connection.kind).toBe('winrm');
});

test('a host that the fleet reaches in another way keeps address and credential', async () => {
  write(
    'hosts.ini',
    'a ansible_host=10.0.0.1 ansible_port=5986 ansible_connection=winrm ansible_winrm_server_cert_validation=ignore rollout_credential_ref=env:A\n',
  );
  const own = `hosts: { a: { connection: { kind: ssh, hostKey: '${hostKey}' } } }\n`;
  expect((await hostsOf(fleetOf('hosts: all', own)))['a']?.connection).toEqual({
    kind: 'ssh',
    address: '10.0.0.1',
    port: 22,
    credentialRef: 'env:A',
    hostKey,
  });
});

const winrm = 'ansible_connection=winrm';
test.each([
  { given: `${winrm} ansible_winrm_transport=ntlm`, is: { auth: 'ntlm' } },
  { given: `${winrm} ansible_winrm_transport=kerberos,ntlm`, is: { auth: 'negotiate' } },
  { given: `${winrm} ansible_winrm_transport="['ntlm']"`, is: { auth: 'ntlm' } },
  { given: `${winrm} ansible_winrm_transport=ssl`, is: { auth: 'basic', scheme: 'https' } },
  { given: `${winrm} ansible_winrm_transport=certificate`, is: { auth: 'certificate' } },
  {
    given: `${winrm} ansible_winrm_transport=plaintext ansible_port=5985 rollout_allow_unencrypted=True`,
    is: { auth: 'basic', scheme: 'http', allowUnencrypted: true },
  },
  {
    given: `${winrm} ansible_winrm_transport=basic rollout_auth=negotiate`,
    is: { auth: 'negotiate' },
  },
  { given: `${winrm} ansible_port=1 ansible_winrm_port=15986`, is: { port: 15_986 } },
  { given: `${winrm} ansible_winrm_scheme=HTTP`, is: { scheme: 'http', port: 5985 } },
  {
    given: `${winrm} ansible_winrm_server_cert_validation=ignore ansible_port=5985`,
    is: { scheme: 'http' },
  },
  {
    given: `${winrm} ansible_winrm_server_cert_validation=ignore rollout_certificate_fingerprint=${'A1'.repeat(32)}`,
    is: { certificateFingerprint: 'a1'.repeat(32) },
  },
  {
    given: `${winrm} ansible_winrm_kerberos_hostname_override=ex01.contoso.test`,
    is: { servicePrincipal: 'HTTP/ex01.contoso.test' },
  },
  {
    given:
      'ansible_connection=ansible.builtin.psrp ansible_psrp_protocol=http ansible_psrp_auth=kerberos ansible_psrp_path=wsman ansible_psrp_negotiate_hostname_override=ex01.contoso.test',
    is: { scheme: 'http', auth: 'kerberos', servicePrincipal: 'WSMAN/ex01.contoso.test' },
  },
  {
    given: `ansible_connection=paramiko ansible_host=a.test ansible_ssh_host=b.test ansible_ssh_port=2222 rollout_host_key=${hostKey} rollout_algorithms=legacy`,
    is: { kind: 'ssh', address: 'b.test', port: 2222, hostKey, algorithms: 'legacy' },
  },
  {
    given: `ansible_ssh_common_args='-o StrictHostKeyChecking=no -o ProxyJump=me@jump.test:22' rollout_host_key=${hostKey}`,
    is: { kind: 'ssh', via: [{ address: 'jump.test', credentialRef: 'env:J' }] },
  },
  {
    given: `ansible_ssh_extra_args='-J jump' rollout_host_key=${hostKey}`,
    is: { via: [{ address: 'jump.test' }] },
  },
  {
    given: `ansible_ssh_common_args='-o ProxyCommand="ssh -W %h:%p x"' rollout_via=jump rollout_host_key=${hostKey}`,
    is: { via: [{ address: 'jump.test' }] },
  },
  {
    given: `ansible_password="{{ vault_password }}" ansible_become_user="{% if x %}y{% endif %}" ${winrm}`,
    is: { kind: 'winrm' },
  },
])('$given is understood', async ({ given, is }) => {
  write('hosts.ini', `a ${given}\n`);
  const jump = `jumpHosts: { jump: { address: jump.test, credentialRef: env:J, hostKey: '${hostKey}' } }\n`;
  const { a } = await hostsOf(fleetOf('connection: { credentialRef: env:A }', jump));
  expect(a?.connection).toMatchObject(is);
});

const scripted = (name: string, text: string): string => {
  const file = write(name, text);
  chmodSync(file, 0o755);
  return file;
};

test('a dynamic inventory is run with --list, and for each host where it has no _meta', async () => {
  scripted(
    'cmdb.sh',
    `#!/bin/sh
case "$1" in
--list) echo '{"windows": {"hosts": ["one", "two"], "vars": {"ansible_connection": "winrm"}}}' ;;
--host) echo "{\\"ansible_host\\": \\"$2.contoso.test\\", \\"arguments\\": \\"$#\\"}" ;;
esac
`,
  );
  write('group_vars/windows.yml', 'ansible_port: 5985\n');
  const file = write(
    'fleet.yaml',
    'include: [{ script: cmdb.sh, labelVars: [arguments], connection: { credentialRef: env:A } }]\n',
  );
  const { one, two } = await hostsOf(file);
  expect(one).toMatchObject({
    connection: { address: 'one.contoso.test', port: 5985 },
    labels: { arguments: '2', 'group.windows': 'yes' },
  });
  expect(two).toMatchObject({ connection: { address: 'two.contoso.test' } });
  expect(await placesOf(file, 'one')).toMatchObject({
    address: 'cmdb.sh (--host)',
    'connection.kind': 'cmdb.sh (--list)',
    'connection.port': 'group_vars/windows.yml:1',
  });
});

test('what ansible-inventory printed is read with its variables', async () => {
  write(
    'hosts.json',
    JSON.stringify(
      {
        _meta: {
          hostvars: {
            ex01: { ansible_connection: 'winrm', ansible_port: '5985', dag: 7 },
            ex02: { ansible_connection: 'winrm', ansible_password: { __ansible_vault: 'x' } },
          },
        },
        all: { children: ['ungrouped', 'exchange'] },
        exchange: { hosts: ['ex01', 'ex02'] },
      },
      null,
      1,
    ),
  );
  write('group_vars/exchange.yml', 'ansible_port: 1\n');
  const file = write(
    'fleet.yaml',
    'include: [{ json: hosts.json, labelVars: [dag], connection: { credentialRef: env:A } }]\n',
  );
  const { ex01, ex02 } = await hostsOf(file);
  expect(ex01).toMatchObject({ connection: { port: 5985 }, labels: { dag: '7' } });
  expect(ex02).toMatchObject({ connection: { port: 5986 } });
  expect((await placesOf(file, 'ex01'))['connection.port']).toBe('hosts.json:6');
});

test.each([
  { what: 'commas', mark: ',' },
  { what: 'semicolons', mark: ';' },
  { what: 'tabs', mark: '\t' },
])('a table with $what, as a spreadsheet saves it', async ({ mark }) => {
  const rows = [
    ['Host', 'address', 'kind', 'port', 'hostKey', 'labels.role', 'Location'],
    ['ex01', '10.0.0.1', 'winrm', '5985', '', 'exchange', '"Frankfurt am\nMain"'],
    ['', '', '', '', '', '', ''],
    ['fs01', '', 'ssh', '', `${hostKey} ${hostKey.replace('a', 'b')}`, '', ''],
  ];
  write('hosts.csv', `\uFEFF${rows.map((row) => row.join(mark)).join('\r\n')}\r\n`);
  const file = write(
    'fleet.yaml',
    'include: [{ csv: hosts.csv, hosts: "*01", connection: { credentialRef: env:A } }]\n',
  );
  const { ex01, fs01 } = await hostsOf(file);
  expect(ex01).toMatchObject({
    connection: { address: '10.0.0.1', port: 5985, scheme: 'http', credentialRef: 'env:A' },
    labels: { role: 'exchange', Location: 'Frankfurt am\nMain'.replace('\n', ' ') },
  });
  expect(fs01).toMatchObject({
    connection: { kind: 'ssh', address: 'fs01', hostKey: [hostKey, hostKey.replace('a', 'b')] },
  });
});

test('the example is a fleet', async () => {
  const hosts = await hostsOf(join(__dirname, '../../../examples/inventory/fleet.yaml'));
  expect(Object.keys(hosts)).toEqual([
    ...['ex01', 'ex02', 'ex03', 'ex04', 'ex05', 'dc01', 'dc02'].map(
      (name) => `${name}.contoso.test`,
    ),
    'file01',
  ]);
  expect(hosts['ex01.contoso.test']).toMatchObject({
    connection: {
      auth: 'kerberos',
      caFile: join(__dirname, '../../../examples/inventory/contoso-ca.pem'),
    },
    labels: { dag: 'dag1', site: 'fra', 'group.exchange': 'yes' },
  });
  expect(hosts['file01']).toMatchObject({ connection: { kind: 'ssh' } });
});
