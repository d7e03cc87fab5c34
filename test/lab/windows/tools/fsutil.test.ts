import { fsutil } from '../../../../lab/windows/tools/fsutil';
import { createToolHost, runTool } from './run-tool';

const free = (stdout: string): number =>
  Number(/^Total # of free bytes {8}: (\d+)\r\n/.exec(stdout)?.[1]);

describe('fsutil volume diskfree', () => {
  it.each(['volume diskfree c:', 'VOLUME DiskFree C:\\', 'volume diskfree "c:"'])(
    'tells free bytes: %s',
    async (tail) => {
      const tool = createToolHost({ windows: { freeBytes: 5_000_000 } });
      const { stdout, code } = await runTool(fsutil, tool, tail);
      expect(code).toBe(0);
      expect(free(stdout)).toBe(5_000_000);
      expect(stdout).toMatch(
        /\r\nTotal # of bytes {13}: \d+\r\nTotal # of avail free bytes {2}: 5000000\r\n$/,
      );
    },
  );

  it('follows what is written, down to nothing', async () => {
    const tool = createToolHost({ windows: { freeBytes: 5_000_000 } });
    tool.write('C:\\x.bin', Buffer.alloc(1_000_000));
    expect(free((await runTool(fsutil, tool, 'volume diskfree c:')).stdout)).toBe(4_000_000);
    tool.fillDisk();
    expect(free((await runTool(fsutil, tool, 'volume diskfree c:')).stdout)).toBe(0);
  });

  it.each([
    { tail: 'volume diskfree q:', text: 'Error:  The system cannot find the path specified.' },
    { tail: 'volume diskfree', text: 'Usage : fsutil volume diskfree <volume pathname>' },
    { tail: 'volume diskfree c: d:', text: 'Usage : fsutil volume diskfree <volume pathname>' },
    { tail: 'volume frobnicate', text: 'frobnicate is an invalid parameter.' },
    { tail: 'frobnicate c:', text: 'frobnicate is an invalid parameter.' },
    { tail: '', text: '---- Commands Supported ----' },
  ])('ends with 1 for fsutil $tail', async ({ tail, text }) => {
    const run = await runTool(fsutil, createToolHost(), tail);
    expect(run.code).toBe(1);
    expect(run.stdout).toContain(text);
  });
});

describe('fsutil', () => {
  it.each([
    { tail: 'fsinfo drives', stdout: '\r\nDrives: C:\\ \r\n' },
    { tail: 'dirty query c:', stdout: 'Volume - c: is NOT Dirty\r\n' },
  ])('answers $tail', async ({ tail, stdout }) => {
    await expect(runTool(fsutil, createToolHost(), tail)).resolves.toEqual({
      code: 0,
      stdout,
      stderr: '',
    });
  });
});
