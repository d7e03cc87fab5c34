import { hostname } from '../../../../lab/windows/tools/hostname';
import { createToolHost, runTool } from './run-tool';

describe('hostname', () => {
  it('prints the computer name', async () => {
    const tool = createToolHost({ windows: { computerName: 'mbx-7' } });
    await expect(runTool(hostname, tool, '')).resolves.toEqual({
      code: 0,
      stdout: 'MBX-7\r\n',
      stderr: '',
    });
  });

  it.each(['-s', 'newname'])('sets none: %s', async (tail) => {
    const run = await runTool(hostname, createToolHost(), tail);
    expect(run).toMatchObject({ code: 1, stdout: '' });
    expect(run.stderr).toContain('hostname -s is not supported.');
  });
});
