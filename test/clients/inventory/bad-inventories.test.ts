import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { loadFleet } from '../../../clients/input';
import { runInventoryScript } from '../../../clients/inventory/inventory-script';
import { badInputOf, inputFiles } from '../input/files';

const { folder, write } = inputFiles();

/** What is said of a fleet with these files, one sentence for each problem; paths are seen from the folder. */
async function complaints(
  files: { readonly [path: string]: string },
  fleet: string,
): Promise<string[]> {
  for (const [path, text] of Object.entries(files)) {
    const file = write(path, text);
    if (text.startsWith('#!')) chmodSync(file, 0o755);
  }
  const error = await badInputOf(loadFleet(write('fleet.yaml', fleet)));
  return error.message.replaceAll(`${folder()}/`, '').split('\n');
}

const credential = 'connection: { credentialRef: env:A }';
const ansible = `include:\n  - { ansible: hosts.ini, ${credential} }\n`;
const w = 'ansible_connection=winrm';
const vault = '!vault |\n  $ANSIBLE_VAULT;1.1;AES256\n  6231\n';

test.each([
  {
    what: 'an unknown way to reach a host',
    files: { 'hosts.ini': 'localhost ansible_connection=local\n' },
    says: /^hosts\.ini:1: ansible_connection is local, no way to reach a Windows host \(for localhost\); use winrm, psrp or ssh, or leave the host out: hosts: all:!localhost$/,
  },
  {
    what: 'a certificate that nobody checks',
    files: {
      'hosts.ini': `a ${w}\nb ${w}\n`,
      'group_vars/all.yml': '---\nansible_winrm_server_cert_validation: ignore\n',
    },
    says: /^group_vars\/all\.yml:2: ansible_winrm_server_cert_validation is ignore, but certificates are always checked \(for a, b\); pin the certificate/,
  },
  {
    what: 'credssp',
    files: { 'hosts.ini': `a ${w} ansible_winrm_transport=credssp\n` },
    says: /^hosts\.ini:1: ansible_winrm_transport is credssp \(for a\); use negotiate/,
  },
  {
    what: 'several ways to log in',
    files: { 'hosts.ini': `a ${w} ansible_winrm_transport=basic,ntlm\n` },
    says: /has several ways to log in: basic, ntlm \(for a\); name the one to use/,
  },
  {
    what: 'Basic over plain http',
    files: { 'hosts.ini': `a ${w} ansible_winrm_transport=plaintext ansible_winrm_scheme=http\n` },
    says: /^hosts\.ini:1: ansible_winrm_scheme is http, over which auth: basic sends password/,
  },
  {
    what: 'another path',
    files: { 'hosts.ini': `a ${w} ansible_winrm_path=/proxy/wsman\n` },
    says: /ansible_winrm_path is \/proxy\/wsman, .*; remove it/,
  },
  {
    what: 'a proxy',
    files: { 'hosts.ini': 'a ansible_connection=psrp ansible_psrp_proxy=http://proxy:3128\n' },
    says: /ansible_psrp_proxy names a proxy \(for a\); remove it; hosts are reached directly/,
  },
  {
    what: 'a port that is none',
    files: { 'hosts.ini': `a ${w} ansible_port=99999\n` },
    says: /^hosts\.ini:1: ansible_port is 99999 \(for a\); write a whole number from 1 to 65535$/,
  },
  {
    what: 'a template where a value is needed',
    files: {
      'hosts.ini': `[x]\na ${w}\n[x:vars]\nansible_host = "{{ inventory_hostname }}.contoso.test"\n`,
    },
    says: /^hosts\.ini:4: ansible_host is a template \(for a\); write the value out/,
  },
  {
    what: 'a value in the vault where a value is needed',
    files: { 'hosts.ini': `a ${w}\n`, 'host_vars/a.yml': `x: 1\nansible_port: ${vault}` },
    says: /^host_vars\/a\.yml:2: ansible_port is encrypted by ansible-vault \(for a\); write it in plain/,
  },
  {
    what: 'a file in the vault that may say anything',
    files: {
      'hosts.ini': `a ${w}\n`,
      'group_vars/all/vault.yml': '$ANSIBLE_VAULT;1.1;AES256\n6231\n',
    },
    says: /^group_vars\/all\/vault\.yml:1: is encrypted by ansible-vault, so that nobody can tell .*vaultFiles: ignore into the include$/,
  },
  {
    what: 'an inventory in the vault',
    files: { 'hosts.ini': '$ANSIBLE_VAULT;1.1;AES256\n6231\n' },
    says: /^hosts\.ini:1: is encrypted by ansible-vault as a whole; .*decrypt it/,
  },
  {
    what: 'a jump host that the fleet does not know',
    files: { 'hosts.ini': "a ansible_ssh_common_args='-o ProxyJump=hop.test'\n" },
    says: /^hosts\.ini:1: ansible_ssh_common_args goes over hop\.test \(for a\); define the jump host under jumpHosts/,
  },
  {
    what: 'a command as way to a host',
    files: { 'hosts.ini': `a ansible_ssh_common_args='-o ProxyCommand="nc %h %p"'\n` },
    says: /ansible_ssh_common_args goes through a ProxyCommand \(for a\); define the jump host/,
  },
  {
    what: 'a host key that nobody knows',
    files: { 'hosts.ini': 'a\nb\nc\nd\ne\n' },
    says: /^fleet\.yaml:2: include\[0\]\.connection\.knownHosts is missing \(for a, b, c and 2 more\); write knownHosts: FILE here, or rollout_host_key/,
  },
  {
    what: 'a name that is no host id',
    files: { 'hosts.ini': `[2001:db8::1]:5986 ${w}\n` },
    says: /^hosts\.ini:1: the name is "2001:db8::1" \(for 2001:db8::1\); write a host id/,
  },
  {
    what: 'two hosts with one address',
    files: { 'hosts.ini': `a ${w} ansible_host=x.test\nb ${w} ansible_host=x.test\n` },
    says: /^hosts\.ini:2: ansible_host has the address and port of a \(x\.test:5986\) \(for b\)/,
  },
  {
    what: 'a line that is no host',
    files: { 'hosts.ini': `a ${w}\nb ansible_password = secret\n` },
    says: /^hosts\.ini:2: has something behind a host that is no name=value; write name=value without blanks/,
  },
  {
    what: 'a quote that is not closed',
    files: { 'hosts.ini': `a ${w} x='y\n` },
    says: /^hosts\.ini:1: has a ' that is not closed/,
  },
  {
    what: 'a group that is nowhere',
    files: { 'hosts.ini': `a ${w}\n[all:children]\nnowhere\n` },
    says: /^hosts\.ini:3: has the child nowhere, a group that is nowhere defined; add a section \[nowhere\]/,
  },
  {
    what: 'groups in a circle',
    files: { 'hosts.ini': `a ${w}\n[x:children]\ny\n[y:children]\nx\n[y]\n[x]\n` },
    says: /makes the group x a child of y, in which it would contain itself|makes the group y a child of x/,
  },
  {
    what: 'a range that is none',
    files: { 'hosts.ini': `web[01:2] ${w}\n` },
    says: /^hosts\.ini:1: has a range whose ends differ in length: \[01:2\]; write a range such as/,
  },
  {
    what: 'more hosts than anybody has',
    files: { 'hosts.ini': `n[0:999]-[0:999] ${w}\n` },
    says: /stands for more than 100000 hosts/,
  },
])('$what is refused with place and advice', async ({ files, says }) => {
  expect(await complaints(files, ansible)).toEqual([expect.stringMatching(says)]);
});

test.each([
  {
    what: 'a path to nothing',
    entry: '{ ansible: nothing.ini }',
    says: /^fleet\.yaml:1: include\[0\]\.ansible leads to nothing\.ini, which is not there; check the path$/,
  },
  {
    what: 'nothing',
    entry: '{ hosts: all }',
    says: /^fleet\.yaml:1: include\[0\] names no inventory; write one of ansible:, script:, json: or csv:/,
  },
  {
    what: 'two inventories at once',
    entry: '{ ansible: a, csv: b }',
    says: /^fleet\.yaml:1: include\[0\] names ansible and csv at once/,
  },
  {
    what: 'a field that does not exist',
    entry: '{ ansible: hosts.ini, host: all }',
    says: /^fleet\.yaml:1: include\[0\]\.host is not a known field; did you mean hosts\?/,
  },
  {
    what: 'a pattern that selects nobody',
    entry: '{ ansible: hosts.ini, hosts: exchnage }',
    says: /^fleet\.yaml:1: include\[0\]\.hosts selects none of its 1 hosts; name hosts or groups of the inventory, which has all, exchange$/,
  },
  {
    what: 'an empty inventory',
    entry: '{ ansible: empty.ini }',
    says: /^fleet\.yaml:1: include\[0\] names no host; add hosts to the inventory/,
  },
  {
    what: 'a program that nobody called a script',
    entry: '{ ansible: program.sh }',
    says: /^fleet\.yaml:1: include\[0\]\.ansible program\.sh holds the script program\.sh, which Ansible would run; include it by script:/,
  },
  {
    what: 'a plug-in that only Ansible runs',
    entry: '{ ansible: plugin.yml }',
    says: /^plugin\.yml:1: is the configuration of the inventory plug-in amazon\.aws\.aws_ec2; let Ansible run it/,
  },
  {
    what: 'a script without the right',
    entry: '{ script: hosts.ini }',
    says: /^fleet\.yaml:1: include\[0\]\.script hosts\.ini cannot be run: it is not executable; give it the right: chmod \+x FILE$/,
  },
  {
    what: 'a script that fails',
    entry: '{ script: failing.sh }',
    says: /include\[0\]\.script failing\.sh ended with exit code 3 when it was run with --list: no route to the CMDB; run it by hand/,
  },
  {
    what: 'a script that prints something else',
    entry: '{ script: program.sh }',
    says: /include\[0\]\.script program\.sh printed no JSON when it was run with --list/,
  },
  {
    what: 'a table without names',
    entry: '{ csv: nameless.csv }',
    says: /^nameless\.csv:1: header has no column host; rename Hostname to host$/,
  },
  {
    what: 'a table with a password',
    entry: '{ csv: secret.csv }',
    says: /^secret\.csv:1: header has the column Password; remove it and name where the worker finds it, in a column credentialRef$/,
  },
  {
    what: 'a table with a row too long',
    entry: '{ csv: long.csv, connection: { kind: winrm, credentialRef: env:A } }',
    says: /^long\.csv:3: has 3 cells where the header has 2/,
  },
  {
    what: 'a table with a host twice',
    entry: '{ csv: twice.csv, connection: { kind: winrm, credentialRef: env:A } }',
    says: /^twice\.csv:3: host is a, as in line 2; remove one of the two$/,
  },
  {
    what: 'a table without a kind',
    entry: `{ csv: kindless.csv, ${credential} }`,
    says: /^fleet\.yaml:1: include\[0\]\.connection\.kind is missing \(for a\); add kind: winrm or kind: ssh$/,
  },
  {
    what: 'a folder of the home of somebody',
    entry: '{ ansible: home.ini, connection: { credentialRef: env:A } }',
    says: /^home\.ini:1: ansible_winrm_ca_trust_path begins with ~: ~\/ca\.pem; write the path in full/,
  },
])('an include of $what is refused with place and advice', async ({ entry, says }) => {
  const files = {
    'hosts.ini': `[exchange]\na ${w} rollout_credential_ref=env:A\n`,
    'empty.ini': '[exchange]\n',
    'program.sh': '#!/bin/sh\necho hello\n',
    'failing.sh': '#!/bin/sh\necho "Traceback" >&2; echo "no route to the CMDB" >&2; exit 3\n',
    'plugin.yml': 'plugin: amazon.aws.aws_ec2\nregions: [eu-west-1]\n',
    'nameless.csv': 'Hostname,kind\na,ssh\n',
    'secret.csv': 'host,Password\na,b\n',
    'long.csv': 'host,role\na,b\nc,d,e\n',
    'twice.csv': 'host,role\na,b\na,c\n',
    'kindless.csv': 'host,role\na,b\n',
    'home.ini': `a ${w} ansible_winrm_ca_trust_path=~/ca.pem\n`,
  };
  expect(await complaints(files, `include: [${entry}]\n`)).toEqual([expect.stringMatching(says)]);
});

test('a credential that is missing is asked for with the name that the inventory knows', async () => {
  const hosts = `[x]\na\nb\n[x:vars]\n${w.replace('=', ' = ')}\nansible_user = svc@CONTOSO.TEST\nansible_password = hunter2\n`;
  const said = await complaints({ 'hosts.ini': hosts }, 'include:\n  - ansible: hosts.ini\n');
  expect(said).toEqual([
    'fleet.yaml:2: include[0].connection.credentialRef is missing (for a, b); hosts.ini:6 (group x) logs in as svc@CONTOSO.TEST: put that name and its password where the worker finds them, and write credentialRef: env:NAME here, or rollout_credential_ref: env:NAME as a variable in the inventory; passwords in it are not taken',
  ]);
});

test('a host in two inventories is told with both places', async () => {
  const said = await complaints(
    {
      'hosts.ini': `\na ${w}\n`,
      'more.yml': `all:\n  hosts:\n    A: { ansible_host: other.test }\n`,
    },
    `include:\n  - { ansible: hosts.ini, ${credential} }\n  - { ansible: more.yml, ${credential} }\n`,
  );
  expect(said).toEqual([
    'more.yml:3: A is in hosts.ini:2 as well; take it from one of the two: hosts: of an include leaves hosts out',
  ]);
});

test('everything that is wrong is told at once, in fleet and inventories', async () => {
  const said = await complaints(
    { 'hosts.ini': `a ${w} ansible_winrm_transport=credssp\nb ${w} ansible_port=0\n[x\n` },
    `${ansible}hosts:\n  c: { address: c.test }\navailabilitySets: { x: { labels: { a: b }, maxUnavailable: 0 } }\n`,
  );
  expect(said.map((sentence) => sentence.split(' ').slice(0, 2).join(' '))).toEqual(
    expect.arrayContaining([
      'hosts.ini:1: ansible_winrm_transport',
      'hosts.ini:3: has',
      'fleet.yaml:5: availabilitySets.x.maxUnavailable',
    ]),
  );
});

test('what nobody needs is never complained about', async () => {
  write(
    'hosts.ini',
    `[x]\na ${w} ansible_ssh_common_args='-o ProxyCommand=x' weird={{x}}\nlinux ansible_connection=local\n`,
  );
  write(
    'group_vars/x.yml',
    `ansible_password: ${vault}other: "{{ lookup('env', 'X') }}"\nlist: [{ a: !unsafe "{{" }]\n`,
  );
  write('group_vars/others.yml', 'broken: [\n');
  const fleet = write(
    'fleet.yaml',
    `include:\n  - { ansible: hosts.ini, hosts: a, ${credential} }\n`,
  );
  expect((await loadFleet(fleet)).value.hosts).toHaveLength(1);
});

test('files in the vault are passed over where the fleet says that they hold only secrets', async () => {
  write('hosts.ini', `a ${w}\n`);
  write('group_vars/all/vault.yml', '$ANSIBLE_VAULT;1.1;AES256\n6231\n');
  write('group_vars/all/vars.yml', 'ansible_port: 5985\n');
  const entry = `{ ansible: hosts.ini, vaultFiles: ignore, ${credential} }`;
  const { value } = await loadFleet(write('fleet.yaml', `include: [${entry}]\n`));
  expect(value.hosts).toMatchObject([{ connection: { port: 5985 } }]);
});

test('no password of an inventory is in the fleet', async () => {
  write('hosts.ini', `a ${w} ansible_password=hunter2 ansible_winrm_pass=hunter2\n`);
  const loaded = await loadFleet(write('fleet.yaml', ansible));
  expect(JSON.stringify([loaded.value, loaded.originsOf('a'), [...loaded.logins]])).not.toContain(
    'hunter2',
  );
});

describe('a dynamic inventory', () => {
  const script = (text: string): string => {
    const file = write('script.sh', `#!/bin/sh\n${text}\n`);
    chmodSync(file, 0o755);
    return file;
  };

  it('that hangs is ended, with what it has started', async () => {
    const file = script('sleep 300 & echo $! > child; wait');
    const limits = { timeoutMs: 300, outputBytes: 1000 };
    await expect(runInventoryScript(file, ['--list'], limits)).rejects.toMatchObject({
      message: 'did not end within 0.3 s when it was run with --list',
    });
    const child = Number(await runInventoryScript(script('cat child'), []));
    // The system may take its moment to bury what was killed.
    await expect(goneWithin(child, 5000)).resolves.toBe(true);
  });

  it('that prints without end is ended', async () => {
    const limits = { timeoutMs: 30_000, outputBytes: 10_000 };
    await expect(runInventoryScript(script('yes'), ['--list'], limits)).rejects.toMatchObject({
      message: expect.stringContaining('printed more than 10000 bytes'),
    });
  });

  it('gets its arguments without a shell, and runs in its own folder', async () => {
    const printed = await runInventoryScript(script('pwd; printf "%s|" "$@"'), [
      '--host',
      'a b; $(x)',
    ]);
    expect(printed.split('\n')).toEqual([join(folder()), '--host|a b; $(x)|']);
  });
});

async function goneWithin(pid: number, timeoutMs: number): Promise<boolean> {
  const end = Date.now() + timeoutMs;
  while (Date.now() < end) {
    try {
      process.kill(pid, 0);
    } catch {
      return true;
    }
    await new Promise((resolve) => setImmediate(resolve));
  }
  return false;
}
