import { find } from '../../../../lab/windows/tools/find';
import { createToolHost, runTool } from './run-tool';

const lines = 'alpha beta\r\nBETA gamma\r\nsay "beta"\r\nlast without end';

describe('find', () => {
  it.each([
    { tail: '"beta"', code: 0, stdout: 'alpha beta\r\nsay "beta"\r\n' },
    { tail: '/i "beta"', code: 0, stdout: 'alpha beta\r\nBETA gamma\r\nsay "beta"\r\n' },
    { tail: '"beta" /I /V', code: 0, stdout: 'last without end\r\n' },
    { tail: '/V/I "beta"', code: 0, stdout: 'last without end\r\n' },
    { tail: '/c "beta"', code: 0, stdout: '2\r\n' },
    { tail: '/C /V ""', code: 0, stdout: '4\r\n' },
    { tail: '/n "without"', code: 0, stdout: '[4]last without end\r\n' },
    { tail: '"""beta"""', code: 0, stdout: 'say "beta"\r\n' },
    { tail: '"delta"', code: 1, stdout: '' },
    { tail: '/c "delta"', code: 1, stdout: '0\r\n' },
    { tail: '""', code: 1, stdout: '' },
  ])('reads standard input for find $tail', async ({ tail, code, stdout }) => {
    const run = await runTool(find, createToolHost(), tail, { stdin: lines });
    expect(run).toEqual({ code, stdout, stderr: '' });
  });

  it.each([
    { tail: 'beta', stderr: 'FIND: Parameter format not correct\r\n' },
    { tail: '', stderr: 'FIND: Parameter format not correct\r\n' },
    { tail: 'x.txt "beta"', stderr: 'FIND: Parameter format not correct\r\n' },
    { tail: '/q "beta"', stderr: 'FIND: Invalid switch\r\n' },
  ])('refuses find $tail with 2', async ({ tail, stderr }) => {
    const run = await runTool(find, createToolHost(), tail, { stdin: lines });
    expect(run).toEqual({ code: 2, stdout: '', stderr });
  });

  it('names files in upper case, with wildcards and without', async () => {
    const tool = createToolHost();
    tool.write('C:\\Windows\\Temp\\a.log', lines);
    tool.write('C:\\Windows\\Temp\\b.log', 'nothing');
    await expect(runTool(find, tool, '"gamma" a.log')).resolves.toEqual({
      code: 0,
      stdout: '\r\n---------- A.LOG\r\nBETA gamma\r\n',
      stderr: '',
    });
    const { stdout } = await runTool(find, tool, '/c "gamma" "*.log"');
    expect(stdout).toBe('\r\n---------- A.LOG: 1\r\n\r\n---------- B.LOG: 0\r\n');
  });

  it.each([
    { tail: '"x" gone.txt', stderr: 'File not found - GONE.TXT\r\n' },
    { tail: '"x" C:\\Windows', stderr: 'Access denied - C:\\WINDOWS\r\n' },
  ])('tells of files it cannot read: $tail', async ({ tail, stderr }) => {
    const run = await runTool(find, createToolHost(), tail);
    expect(run).toEqual({ code: 1, stdout: '', stderr });
  });

  it('reads UTF-16 as wmic writes it into a file', async () => {
    const tool = createToolHost();
    tool.write('C:\\Windows\\Temp\\q.txt', Buffer.from('\ufeffKB1 \r\nKB2 \r\n', 'utf16le'));
    const { stdout } = await runTool(find, tool, '"KB2" q.txt');
    expect(stdout).toBe('\r\n---------- Q.TXT\r\nKB2 \r\n');
  });

  it('compares in the code page of the console', async () => {
    const run = await runTool(find, createToolHost(), '"ä"', {
      stdin: 'M\x84rz\r\nMai\r\n',
      codePage: 850,
    });
    expect(run).toEqual({ code: 0, stdout: 'M\x84rz\r\n', stderr: '' });
  });
});
