import { timeout } from '../../../../lab/windows/tools/timeout';
import { createToolHost, fileInput, runTool } from './run-tool';

const refused = {
  code: 1,
  stdout: '',
  stderr: 'ERROR: Input redirection is not supported, exiting the process immediately.\r\n',
};

describe('timeout', () => {
  it.each([
    { tail: '/t 5', options: { stdin: '' } },
    { tail: '5 /NOBREAK', options: {} },
    { tail: '/T 5', options: { stdin: fileInput('\r\n') } },
    { tail: '/t 5', options: { stdin: '', identity: 'system' as const } },
  ])('refuses at once without a console: $tail', async ({ tail, options }) => {
    const tool = createToolHost();
    await expect(runTool(timeout, tool, tail, options)).resolves.toEqual(refused);
    expect(tool.sleptMs()).toBe(0);
  });

  it('waits in a task, which has a console', async () => {
    const tool = createToolHost();
    const run = await runTool(timeout, tool, '/nobreak /t 30', { identity: 'system' });
    expect(run).toMatchObject({ code: 0, stderr: '' });
    expect(tool.sleptMs()).toBe(30_000);
  });

  it.each([
    { tail: '', text: 'ERROR: Invalid syntax.' },
    { tail: '/t', text: "ERROR: Invalid syntax. Value expected for '/t'." },
    { tail: '/t 100000', text: 'Valid range is -1 to 99999 seconds.' },
    { tail: '/t five', text: 'Valid range is -1 to 99999 seconds.' },
    { tail: '/t -2', text: 'Valid range is -1 to 99999 seconds.' },
    { tail: '5 6', text: 'ERROR: Invalid syntax.' },
    { tail: '/q 5', text: 'ERROR: Invalid syntax.' },
  ])('refuses timeout $tail', async ({ tail, text }) => {
    const run = await runTool(timeout, createToolHost(), tail, { identity: 'system' });
    expect(run.code).toBe(1);
    expect(run.stderr).toContain(text);
  });
});
