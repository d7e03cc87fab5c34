/** Inventories as people write them, each in its own style; ansible-core judges how they are read. */
export interface Sample {
  readonly name: string;
  /** What is given to `-i`. */
  readonly path: string;
  readonly files: { readonly [path: string]: string };
  readonly patterns?: readonly string[];
}

export const samples: readonly Sample[] = [
  {
    name: 'a handful of addresses with variables for all',
    path: 'hosts',
    files: {
      hosts: `
10.20.30.11
10.20.30.12
10.20.30.13 # and the third

[all:vars]
ansible_user=Administrator
ansible_password=Sommer2015!
ansible_connection=winrm
ansible_port=5986
ansible_winrm_server_cert_validation=ignore
`,
    },
  },
  {
    name: 'what a tool for test machines generates',
    path: 'generated_inventory',
    files: {
      generated_inventory: `# Generated file, do not edit

dc1 ansible_host=127.0.0.1 ansible_port=55985 ansible_user='vagrant' ansible_password='vagrant' ansible_connection=winrm
srv1 ansible_host=127.0.0.1 ansible_port=55986 ansible_user='vagrant' ansible_ssh_private_key_file='/home/me/keys/my key' ansible_ssh_extra_args=''

[domain_controllers]
dc1
`,
    },
  },
  {
    name: 'ranges, groups of groups that come before their members, and a group only for variables',
    path: 'production.ini',
    files: {
      'production.ini': `
[exchange:children]
mbx
cas

[exchange:vars]
ansible_connection = psrp
ansible_psrp_auth  = kerberos
ansible_psrp_protocol=http
version=15.0.847
rack=007

[mbx]
mbx[01:12:3].contoso.test dag=dag1
mbx-[a:c]-[1:2].contoso.test:5985 dag=dag2

[cas]
cas[8:11].contoso.test:5985

[datacentre:children]
exchange
edge

[edge]

[edge:vars]
dmz=yes
`,
    },
    patterns: [
      'mbx:!mbx-b*',
      'exchange:&cas',
      'cas[1:2]',
      'mbx[-1]',
      '~(mbx|cas)(01|10)',
      'all:!datacentre',
      'ca?0*,nothing',
    ],
  },
  {
    name: 'YAML by sites, with hosts in several groups',
    path: 'inventory.yml',
    files: {
      'inventory.yml': `---
all:
  vars:
    ansible_user: CONTOSO\\svc-patch
    ntp: &ntp
      server: ntp.contoso.test
      iburst: yes
  children:
    frankfurt:
      vars: { site: fra, ansible_port: 5986 }
      hosts:
        fra-ex[01:03].contoso.test:
          role: exchange
        fra-file01.contoso.test:
          ansible_host: 10.1.0.17
    lisbon:
      vars:
        site: lis
        ntp:
          <<: *ntp
          server: ntp.lis.contoso.test
      hosts:
        lis-ex01.contoso.test: { role: exchange, weight: 010, ratio: 1e3, started: 12:30:45 }
        lis-old01:
    exchange:
      hosts:
        fra-ex[01:03].contoso.test:
        lis-ex01.contoso.test:
          dag: dag-lis
    everything_patched:
      children:
        exchange:
      vars:
        wave: ~
        comment: >-
          first
          line
`,
    },
    patterns: ['exchange:&frankfurt', '*.contoso.test:!lisbon'],
  },
  {
    name: 'a folder with files of variables, and some that are encrypted',
    path: 'inventories/production/hosts',
    files: {
      'inventories/production/hosts': `
[windows:children]
exchange
web

[exchange]
ex01 rollout_host_key=SHA256:abc
ex02

[web]
web01 ansible_port=5985
web02
`,
      'inventories/production/group_vars/all.yml':
        'timezone: Europe/Lisbon\nansible_connection: ssh\n',
      'inventories/production/group_vars/windows/vars.yml': `
ansible_connection: winrm
ansible_winrm_transport: ntlm
ansible_password: "{{ vault_password }}"
ports: [5985, 5986]
`,
      'inventories/production/group_vars/windows/00-first.yaml':
        'ansible_connection: psrp\nfirst: true\n',
      'inventories/production/group_vars/windows/notes.txt': 'not: read\n',
      'inventories/production/group_vars/windows/.hidden.yml': 'hidden: true\n',
      'inventories/production/group_vars/windows/more/deep.json': '{"deep": 1e3, "flag": true}\n',
      'inventories/production/group_vars/exchange': 'role: exchange\nwave: 1\n',
      'inventories/production/group_vars/exchange.yml': 'role: not this one\n',
      'inventories/production/host_vars/ex01.yml': `
ansible_host: 10.0.0.1
secret: !vault |
          $ANSIBLE_VAULT;1.1;AES256
          62313365396662343061393464336163383764373764613633653634306231386433626436623361
          6134333665353966363534333632666535333761666131620a663537646436643839616531643561
`,
      'inventories/production/host_vars/web02/main.yml': 'ansible_port: 5986\n',
    },
  },
  {
    name: 'a folder of inventories, read one after the other',
    path: 'inventory',
    files: {
      'inventory/01-groups.ini':
        '[windows:children]\nexchange\n\n[exchange]\n\n[windows:vars]\nansible_port=5985\n',
      'inventory/02-exchange.yaml': 'exchange:\n  hosts:\n    ex[1:2]:\n      order: second\n',
      'inventory/03-again.yml':
        'exchange:\n  hosts:\n    ex1:\n      order: third\n  vars:\n    ansible_port: 5986\n',
      'inventory/README.md': 'not an inventory\n',
      'inventory/old.bak': '[broken\n',
      'inventory/group_vars/exchange.yml': 'role: exchange\n',
      'inventory/host_vars/ex2.json': '{"ansible_host": "10.0.0.2"}\n',
    },
  },
  {
    name: 'YAML that is JSON, with a name that is a lone text',
    path: 'hosts.json',
    files: {
      'hosts.json': JSON.stringify({
        all: { vars: { ansible_connection: 'winrm', ratio: 1.5, flag: true, nothing: null } },
        sql: { hosts: { 'sql01:5985': { instances: ['MSSQLSERVER', 'REPORTING'] }, sql02: {} } },
        single: { hosts: 'lone01' },
        empty: null,
      }),
    },
  },
  {
    name: 'depths, priorities and names that decide which group wins',
    path: 'precedence.ini',
    files: {
      'precedence.ini': `
[outer:children]
middle
[middle:children]
inner
[a_side]
one
two
[z_side]
one
two
[inner]
one
[outer:vars]
who=outer
only_outer=1
[middle:vars]
who=middle
[inner:vars]
who=inner
[a_side:vars]
side=a
ansible_group_priority=10
[z_side:vars]
side=z
[all:vars]
who=all
file=inventory
`,
      'group_vars/all.yml': 'file: group_vars of all\nside: all\n',
      'group_vars/middle.yml': 'who: middle, by file\n',
      'group_vars/z_side.yml': 'side: z, by file\n',
      'group_vars/ungrouped.yml': 'nobody: true\n',
    },
  },
  {
    name: 'a name without an extension that is YAML, with anchors and merged blocks',
    path: 'staging',
    files: {
      staging: `
windows: &common
  vars:
    ansible_connection: winrm
    ansible_winrm_transport: [kerberos, ntlm]
  hosts:
    stage01: &defaults { tier: 1, backup: on, path: 'C:\\Temp' }
    stage02: { <<: *defaults, tier: 2 }
    "stage03": { <<: [ { tier: 3, x: 1 }, { y: 2 } ] }
ungrouped:
  hosts:
    alone:
      note: "a # in quotes"
      hex: 0x1F
      version: 1.10
      text: 0o17
      date: !!str 2024-02-29
      big: 1_000
      off: off
      n: n
`,
    },
  },
  {
    name: 'quotes, blanks and types as Python sees them',
    path: 'odd.ini',
    files: {
      'odd.ini': String.raw`
[odd]
one   a=1  b=01 c=1.50 d=True e=true f=None g='' h="x y" i='"quoted"' j=[1,'two'] k="{'a': 1, 'b': [True]}" l=1,2
two   a=0x1f b=1_000 c=1e3 d=-5 e=+5 f=5986 # comment
three a=C:\Temp b='C:\Temp' c="C:\Temp" d="say \"hi\"" e=it\'s f=a=b=c g=x#y
four  a=(1) b=(1,) c={1} d=[] e={} f=.5 g=5. h=1__0 i=08 j=00 k=3j l=...
five  user='CONTOSO\admin' path="\\\\server\\share"
[odd:vars]
plain = value with blanks
quoted = 'CONTOSO\admin'
double = "tab\there"
joined = 'a' "b"
raw = r'C:\new'
unicode = "\u00e9\x41\101"
comment = 1 # one
text_comment = one # one
list = ['x', "y",]
dict = {"a": None, 'n': {'b': 1.0}}
minus = - 1
sum = 1+1
call = str(1)
empty =
spaces =     5
tuple = 1, 'a'
bytes = b'abc'
triple = """x"""
wrong = 'open
url = http://server:8080/path?a=b#c
ip = 10.0.0.1
semicolon = a ; b
equals = a == b
nested = ((1, 2), [3, (4,)])
`,
    },
  },
  {
    name: 'Linux, this machine and Windows behind a jump host',
    path: 'mixed.ini',
    files: {
      'mixed.ini': `
localhost ansible_connection=local

[linux]
web[1:2].contoso.test ansible_user=root

[windows]
win1 ansible_ssh_host=10.9.0.1 ansible_ssh_port=2222 ansible_connection=ssh ansible_shell_type=powershell
win2 ansible_host=2001:db8::12 ansible_connection=ssh
[2001:db8::7]:5986 ansible_connection=winrm

[windows:vars]
ansible_ssh_common_args='-o ProxyCommand="ssh -W %h:%p -q bastion.contoso.test" -o StrictHostKeyChecking=no'
`,
    },
    patterns: ['all:!localhost', 'windows'],
  },
  {
    name: 'a group with the name of a host, a host named twice, and sections opened twice',
    path: 'twice.ini',
    files: {
      'twice.ini': `
ex01 a=1
[exchange]
ex01:5985 b=2
ex02:5986
ex02:5985
[exchange:vars]
c=3
[exchange]
ex03 a=9
ex01 a=4
[ex03]
ex02
[ex03:vars]
of=the group
[sql]
[exchange:vars]
c=5
d=6
`,
    },
  },
];
