import { createProcessControl } from '../../../../lab/windows/process/process-control';
import { tasklist } from '../../../../lab/windows/tools/tasklist';
import { createToolHost, runTool, type ToolHost } from './run-tool';

function withDism(): { tool: ToolHost; pid: number } {
  const tool = createToolHost();
  const { pid } = tool.host.processes.add(
    'dism.exe',
    'dism.exe /online',
    'system',
    createProcessControl(),
  );
  return { tool, pid };
}

const none = {
  code: 0,
  stdout: 'INFO: No tasks are running which match the specified criteria.\r\n',
  stderr: '',
};

describe('tasklist', () => {
  it('prints columns of fixed width', async () => {
    const { tool, pid } = withDism();
    const { stdout, code } = await runTool(tasklist, tool, '');
    expect(code).toBe(0);
    const lines = stdout.split('\r\n');
    expect(lines.slice(0, 4)).toEqual([
      '',
      'Image Name                     PID Session Name        Session#    Mem Usage',
      '========================= ======== ================ =========== ============',
      'System Idle Process              0 Services                   0         24 K',
    ]);
    const line = lines.find((text) => text.startsWith('dism.exe')) ?? '';
    expect(line).toHaveLength(76);
    expect(line.slice(26, 34).trim()).toBe(String(pid));
  });

  it.each([
    '/fo csv /nh /fi "imagename eq dism.exe"',
    '/FI "IMAGENAME eq DISM.EXE" /NH /FO CSV',
    '/fo csv /nh /fi "imagename eq dism*" /fi "username eq nt authority\\system"',
    '/nh /fi "imagename eq dism.exe" /fi "pid gt 4" /fo csv',
  ])('prints one process as CSV: %s', async (tail) => {
    const { tool, pid } = withDism();
    const { stdout } = await runTool(tasklist, tool, tail);
    expect(stdout).toMatch(new RegExp(`^"dism.exe","${pid}","Services","0","[\\d,]+ K"\\r\\n$`));
  });

  it.each([
    {
      tail: '/fi "pid eq 700" /svc /fo csv /nh',
      stdout: '"svchost.exe","700","RpcSs, Schedule"\r\n',
    },
    {
      tail: '/svc /fi "services eq spooler" /nh /fo csv',
      stdout: '"spoolsv.exe","1280","Spooler"\r\n',
    },
  ])('shows which services are in a process: $tail', async ({ tail, stdout }) => {
    await expect(runTool(tasklist, withDism().tool, tail)).resolves.toEqual({
      code: 0,
      stdout,
      stderr: '',
    });
  });

  it.each([
    '/fi "imagename eq gone.exe"',
    '/fo csv /fi "imagename eq imap.exe"',
    '/fi "imagename eq dism.exe" /fi "pid lt 5"',
    '/fi "status ne running"',
  ])('says that nothing matches, with 0: %s', async (tail) => {
    await expect(runTool(tasklist, withDism().tool, tail)).resolves.toEqual(none);
  });

  it('prints a list', async () => {
    const { stdout } = await runTool(tasklist, withDism().tool, '/fo list /fi "pid eq 4"');
    expect(stdout).toMatch(
      /^\r\nImage Name: {3}System\r\nPID: {10}4\r\nSession Name: Services\r\n/,
    );
  });

  it.each([
    { tail: '/fi "imagename is x"', text: 'ERROR: The search filter cannot be recognized.' },
    { tail: '/fi "imagename gt x"', text: 'ERROR: The search filter cannot be recognized.' },
    { tail: '/fi "pid eq x"', text: 'ERROR: The search filter cannot be recognized.' },
    { tail: '/fo xml', text: 'ERROR: Invalid syntax.' },
    { tail: '/fi', text: "ERROR: Invalid syntax. Value expected for '/fi'." },
    { tail: '/nh /fo list', text: 'ERROR: Invalid syntax. /NH option' },
    { tail: '/frob', text: "ERROR: Invalid argument/option - '/frob'." },
  ])('refuses tasklist $tail', async ({ tail, text }) => {
    const run = await runTool(tasklist, withDism().tool, tail);
    expect(run).toMatchObject({ code: 1, stdout: '' });
    expect(run.stderr).toContain(text);
  });
});
