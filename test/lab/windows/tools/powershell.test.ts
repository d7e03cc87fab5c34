import { createTestMachine, type Ran, type TestMachine } from '../test-machine';

const managementShell = {
  ex01: { dag: 'dag1' },
  ex02: { dag: 'dag1', activationPolicy: 'Blocked', suspendedCopies: ['dag1-DB2'] },
  ex03: { dag: 'dag1', inMaintenance: true },
} as const;

const snapIn = 'Add-PSSnapin Microsoft.Exchange.Management.PowerShell.E2010';
const script = (name: string, args: string) =>
  `& (Join-Path $env:ExchangeInstallPath 'Scripts\\${name}.ps1') ${args}`;

const manager = (): TestMachine =>
  createTestMachine({ id: 'mgmt01', windows: { exchange: false, managementShell } });
const ask = ({ run }: TestMachine, ...statements: string[]): Promise<Ran> =>
  run(`powershell -NoProfile -NonInteractive -Command "${[snapIn, ...statements].join('; ')}"`);
const policyOf = async (on: TestMachine, server: string): Promise<string> =>
  (await ask(on, `(Get-MailboxServer ${server}).DatabaseCopyAutoActivationPolicy`)).stdout.trim();
const suspendedOf = async (on: TestMachine, server: string): Promise<string[]> =>
  (
    await ask(
      on,
      `Get-MailboxDatabaseCopyStatus -Server ${server} | Where-Object { $_.ActivationSuspended } | ForEach-Object { $_.Name }`,
    )
  ).stdout
    .split('\r\n')
    .filter((line) => line !== '');

describe('the Exchange management shell of a lab host', () => {
  it('tells the activation policy and the suspended copies of a mailbox server', async () => {
    const on = manager();
    expect(await policyOf(on, 'ex01')).toBe('Unrestricted');
    expect(await policyOf(on, 'ex02.contoso.test')).toBe('Blocked');
    expect(await suspendedOf(on, 'ex01')).toEqual([]);
    expect(await suspendedOf(on, 'ex02')).toEqual(['dag1-DB2\\EX02']);
  });

  it('blocks a server and suspends its copies when its maintenance starts', async () => {
    const on = manager();
    const args = '-serverName ex01 -overrideMinimumTwoCopies';
    expect(await ask(on, script('StartDagServerMaintenance', args))).toMatchObject({ code: 0 });
    expect(await policyOf(on, 'ex01')).toBe('Blocked');
    expect(await suspendedOf(on, 'ex01')).toEqual(['dag1-DB1\\EX01', 'dag1-DB2\\EX01']);
    expect(on.effects()).toEqual(['dag-maintenance-started']);
  });

  it('forgets what was blocked before when the maintenance stops', async () => {
    const on = manager();
    await ask(on, script('StopDagServerMaintenance', '-serverName ex02'));
    expect(await policyOf(on, 'ex02')).toBe('Unrestricted');
    expect(await suspendedOf(on, 'ex02')).toEqual([]);
  });

  it('sets the policy and suspends single copies', async () => {
    const on = manager();
    const { code } = await ask(
      on,
      `$policy, $copies = 'IntrasiteOnly,dag1-DB1,dag1-DB2' -split ','`,
      'Set-MailboxServer ex01 -DatabaseCopyAutoActivationPolicy $policy',
      `$copies | Where-Object { $_ } | ForEach-Object { Suspend-MailboxDatabaseCopy ($_ + '\\ex01') -ActivationOnly -Confirm:$false }`,
    );
    expect(code).toBe(0);
    expect(await policyOf(on, 'ex01')).toBe('IntrasiteOnly');
    expect(await suspendedOf(on, 'ex01')).toHaveLength(2);
    expect(on.ledger.entries[0]).toMatchObject({
      host: 'mgmt01',
      effect: 'activation-policy-set',
      detail: { server: 'EX01', policy: 'IntrasiteOnly' },
    });
  });

  it('shows by whose script a copy was suspended', async () => {
    const { stdout } = await ask(
      manager(),
      `Get-MailboxDatabaseCopyStatus -Server ex03 | Where-Object { $_.SuspendComment -like '*StartDagServerMaintenance*' } | Select-Object -First 1 | ForEach-Object { 'by: ' + $_.SuspendComment }`,
    );
    expect(stdout).toMatch(
      /^by: Suspended ActivationOnly by StartDagServerMaintenance\.ps1 at 2015-03-11T08:00:00\r\n$/,
    );
  });

  it.each([
    { what: 'a cmdlet before its snap-in is there', line: 'Get-MailboxServer ex01' },
    { what: 'a cmdlet that nobody knows', line: `${snapIn}; Get-Nothing` },
    { what: 'another snap-in', line: 'Add-PSSnapin Contoso' },
    { what: 'a server that nobody knows', line: `${snapIn}; Get-MailboxServer ex99` },
    {
      what: 'a policy that there is not',
      line: `${snapIn}; Set-MailboxServer ex01 -DatabaseCopyAutoActivationPolicy Never`,
    },
    {
      what: 'an empty policy',
      line: `${snapIn}; Set-MailboxServer ex01 -DatabaseCopyAutoActivationPolicy ''`,
    },
    {
      what: 'a question that nobody is there to answer',
      line: `${snapIn}; Suspend-MailboxDatabaseCopy 'dag1-DB1\\ex01' -ActivationOnly`,
    },
    { what: 'a parameter that a cmdlet has not', line: `${snapIn}; Get-MailboxServer -Colour red` },
    { what: 'what the lab does not read', line: '[int]1' },
    { what: 'an open bracket', line: '(Get-MailboxServer ex01' },
  ])('ends with 1 and an error at $what', async ({ line }) => {
    const on = manager();
    const { code, stdout, stderr } = await on.run(`powershell -Command "${line}"`);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain('FullyQualifiedErrorId');
    expect(on.effects()).toEqual([]);
  });

  it('goes on after an error, unless it was told to stop', async () => {
    const on = manager();
    expect(await ask(on, 'Get-MailboxServer ex99', `'still here'`)).toMatchObject({
      code: 0,
      stdout: 'still here\r\n',
    });
    const stop = `$ErrorActionPreference = 'Stop'`;
    expect(await ask(on, stop, 'Get-MailboxServer ex99', `'still here'`)).toMatchObject({
      code: 1,
      stdout: '',
    });
  });

  it('is nowhere else', async () => {
    const { code, stderr } = await createTestMachine().run(`powershell -Command "'x'"`);
    expect(code).toBe(1);
    expect(stderr).toContain(`'powershell' is not recognized`);
  });
});
