import { more } from '../../../../lab/windows/tools/more';
import { createToolHost, runTool } from './run-tool';

describe('more', () => {
  it.each([
    { tail: '', stdout: 'a\r\nb\r\nc' },
    { tail: '/e /c', stdout: 'a\r\nb\r\nc' },
    { tail: '+2', stdout: 'b\r\nc' },
    { tail: '+9', stdout: '' },
  ])('passes standard input on for more $tail', async ({ tail, stdout }) => {
    const run = await runTool(more, createToolHost(), tail, { stdin: 'a\r\nb\r\nc' });
    expect(run).toEqual({ code: 0, stdout, stderr: '' });
  });

  it('prints files one after the other', async () => {
    const tool = createToolHost();
    tool.write('C:\\Windows\\Temp\\a b.txt', '1\r\n');
    tool.write('C:\\Windows\\Temp\\c.txt', '2\r\n');
    await expect(runTool(more, tool, '"a b.txt" C.TXT')).resolves.toEqual({
      code: 0,
      stdout: '1\r\n2\r\n',
      stderr: '',
    });
  });

  it('tells which file it cannot read', async () => {
    await expect(runTool(more, createToolHost(), 'gone.txt')).resolves.toEqual({
      code: 1,
      stdout: '',
      stderr: 'Cannot access file C:\\Windows\\Temp\\gone.txt\r\n',
    });
  });
});
