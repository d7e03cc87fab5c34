import { whoami } from '../../../../lab/windows/tools/whoami';
import { createToolHost, runTool } from './run-tool';

describe('whoami', () => {
  it.each([
    { username: 'Administrator', name: 'ex01\\administrator' },
    { username: '.\\Admin', name: 'ex01\\admin' },
    { username: 'CONTOSO\\Ops', name: 'contoso\\ops' },
    { username: 'ops@contoso.test', name: 'contoso\\ops' },
  ])('names $username in lower case', async ({ username, name }) => {
    const run = await runTool(whoami, createToolHost({ username }), '');
    expect(run).toEqual({ code: 0, stdout: `${name}\r\n`, stderr: '' });
  });

  it('names the local system of a task', async () => {
    const run = await runTool(whoami, createToolHost(), '', { identity: 'system' });
    expect(run.stdout).toBe('nt authority\\system\r\n');
  });

  it.each(['/groups /fo csv /nh', '/FO CSV /NH /GROUPS'])(
    'shows high integrity and administrators with %s',
    async (tail) => {
      const { stdout, code } = await runTool(whoami, createToolHost(), tail);
      expect(code).toBe(0);
      expect(stdout).toMatch(/^"Everyone","Well-known group","S-1-1-0",/);
      expect(stdout).toContain('"BUILTIN\\Administrators","Alias","S-1-5-32-544",');
      expect(stdout).toContain('"Mandatory Label\\High Mandatory Level","Label","S-1-16-12288",');
    },
  );

  it('lines columns up in a table', async () => {
    const { stdout } = await runTool(whoami, createToolHost(), '/groups');
    const lines = stdout.split('\r\n');
    expect(lines.slice(0, 4)).toEqual(['', 'GROUP INFORMATION', '-----------------', '']);
    const type = lines[4]?.indexOf('Type') ?? -1;
    expect(lines.slice(6, -1).every((line) => line[type - 1] === ' ' && line[type] !== ' ')).toBe(
      true,
    );
    expect(lines[5]).toMatch(/^=+ =+ =+ =+$/);
  });

  it('gives the system another integrity', async () => {
    const { stdout } = await runTool(whoami, createToolHost(), '/groups', { identity: 'system' });
    expect(stdout).toContain('S-1-16-16384');
    expect(stdout).not.toContain('S-1-16-12288');
  });

  it.each([
    { tail: '/priv', text: 'SeShutdownPrivilege' },
    { tail: '/user /fo list', text: 'User Name: ex01\\administrator\r\nSID:       S-1-5-21-' },
    { tail: '/all', text: 'PRIVILEGES INFORMATION' },
    { tail: '/logonid', text: 'S-1-5-5-0-' },
  ])('tells $text with $tail', async ({ tail, text }) => {
    const { stdout, code } = await runTool(whoami, createToolHost(), tail);
    expect(code).toBe(0);
    expect(stdout).toContain(text);
  });

  it.each([
    { username: 'CONTOSO\\ops', tail: '/upn', code: 0, stdout: 'ops@contoso.test\r\n' },
    {
      username: 'CONTOSO\\ops',
      tail: '/fqdn',
      code: 0,
      stdout: 'CN=ops,CN=Users,DC=contoso,DC=test\r\n',
    },
    { username: 'local', tail: '/upn', code: 1, stdout: '' },
  ])('answers $tail of $username', async ({ username, tail, code, stdout }) => {
    await expect(runTool(whoami, createToolHost({ username }), tail)).resolves.toMatchObject({
      code,
      stdout,
    });
  });

  it.each(['/fo csv', '/groups /fo xml', '/groups /fo', '/everything', 'x'])(
    'refuses %s',
    async (tail) => {
      const run = await runTool(whoami, createToolHost(), tail);
      expect(run).toMatchObject({ code: 1, stdout: '' });
      expect(run.stderr).toMatch(/^ERROR: Invalid .*\r\nType "WHOAMI \/\?" for usage\.\r\n$/s);
    },
  );
});
