import { systeminfo } from '../../../../lab/windows/tools/systeminfo';
import { createToolHost, runTool } from './run-tool';

describe('systeminfo', () => {
  it.each([
    { edition: '2008r2-sp1' as const, version: '6.1.7601 Service Pack 1 Build 7601' },
    { edition: '2008r2-rtm' as const, version: '6.1.7600 N/A Build 7600' },
    { edition: '2012r2' as const, version: '6.3.9600 N/A Build 9600' },
  ])('tells what $edition is', async ({ edition, version }) => {
    const { stdout, code } = await runTool(
      systeminfo,
      createToolHost({ windows: { edition } }),
      '',
    );
    expect(code).toBe(0);
    expect(stdout).toMatch(/^\r\nHost Name: {17}EX01\r\nOS Name: {19}Microsoft Windows Server /);
    expect(stdout).toContain(`\r\nOS Version:                ${version}\r\n`);
    expect(stdout).toContain('\r\nSystem Boot Time:          4/1/2015, 6:05:04 AM\r\n');
  });

  it('lists hotfixes that are installed, not those that wait for a reboot', async () => {
    const { stdout } = await runTool(systeminfo, createToolHost(), '/FO LIST');
    expect(stdout).toContain(
      'Hotfix(s):                 1 Hotfix(s) Installed.\r\n                           [01]: KB976902\r\n',
    );
    expect(stdout).not.toContain('KB3004383');
  });

  it('prints one row as CSV', async () => {
    const { stdout } = await runTool(systeminfo, createToolHost(), '/nh /fo CSV');
    expect(stdout).toMatch(
      /^"EX01","Microsoft Windows Server [^"]+","6\.1\.7601 Service Pack 1 Build 7601",[^\r\n]+\r\n$/,
    );
  });

  it('tells the role', async () => {
    const tool = createToolHost({ windows: { role: 'domain-controller' } });
    const { stdout } = await runTool(systeminfo, tool, '');
    expect(stdout).toContain('Additional/Backup Domain Controller');
  });

  it.each(['/fo', '/fo xml', '/nh', '/s other', 'x'])('refuses %s', async (tail) => {
    const run = await runTool(systeminfo, createToolHost(), tail);
    expect(run).toMatchObject({ code: 1, stdout: '' });
    expect(run.stderr).toMatch(/^ERROR: Invalid /);
  });
});
