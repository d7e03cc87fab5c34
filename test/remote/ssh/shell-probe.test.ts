import { spawnSync } from 'node:child_process';
import { drawProbeMark, probeLine, readProbe } from '../../../remote/ssh/shell-probe';

const mark = 'shell-0123456789abcdef';
const rest = 'p$PSHOME s$$ ; exit 3010 # \r\n';

describe('the question for the shell', () => {
  it.each([
    {
      name: 'cmd.exe',
      stdout: `${mark} C:\\Windows\\system32\\cmd.exe ${rest}${mark}.or\r\n`,
      exitCode: 3010,
      seen: { kind: 'cmd', exitCodeBits: 32, conditionals: true },
    },
    {
      name: 'cmd.exe with an AutoRun that prints',
      stdout: `Hello!\r\n${mark} C:\\Windows\\system32\\cmd.exe ${rest}${mark}.or\r\n`,
      exitCode: 3010,
      seen: { kind: 'cmd', exitCodeBits: 32, conditionals: true },
    },
    {
      name: "Wine's cmd.exe behind a POSIX server",
      stdout: `${mark} C:\\windows\\system32\\cmd.exe ${rest}${mark}.and \r\n${mark}.or\r\n`,
      exitCode: 194,
      seen: { kind: 'cmd', exitCodeBits: 8, conditionals: false },
    },
    {
      name: 'Windows PowerShell',
      stdout: `${mark}\r\n%COMSPEC%\r\npC:\\Windows\\System32\\WindowsPowerShell\\v1.0\r\ns\r\n`,
      exitCode: 3010,
      seen: { kind: 'powershell', exitCodeBits: 32 },
    },
    {
      name: 'PowerShell 7',
      stdout: `${mark}\r\n%COMSPEC%\r\npC:\\Program Files\\PowerShell\\7\r\ns\r\n`,
      exitCode: 3010,
      seen: { kind: 'powershell', exitCodeBits: 32 },
    },
    {
      name: 'bash of MSYS2',
      stdout: `${mark} %COMSPEC% p s1234\n`,
      exitCode: 194,
      seen: { kind: 'posix', exitCodeBits: 8 },
    },
  ])('knows $name', ({ stdout, exitCode, seen }) => {
    expect(readProbe({ stdout, exitCode }, mark)).toEqual(seen);
  });

  it.each([
    {
      name: 'a device that repeats what it does not know',
      stdout: `% Unknown: ${probeLine(mark)}\r\n`,
      exitCode: 194,
    },
    { name: 'one that prints nothing', stdout: '', exitCode: 3010 },
    { name: 'one that ends with another code', stdout: `${mark} %COMSPEC% p s1234\n`, exitCode: 0 },
    {
      name: 'one that has ended without a code',
      stdout: `${mark} %COMSPEC% p s1234\n`,
      exitCode: null,
    },
    {
      name: 'a cmd.exe that knows no groups',
      stdout: `${mark} C:\\cmd.exe ${rest}`,
      exitCode: 3010,
    },
    { name: 'another answer', stdout: `shell-ffffffffffffffff %COMSPEC% p s1234\n`, exitCode: 194 },
  ])('takes $name for none of the three', ({ stdout, exitCode }) => {
    expect(readProbe({ stdout, exitCode }, mark)).toBeNull();
  });

  it.each(['sh', 'bash'])('is answered by a real %s', (shell) => {
    const drawn = drawProbeMark();
    const { stdout, status } = spawnSync(shell, ['-c', probeLine(drawn)], { encoding: 'latin1' });
    expect(readProbe({ stdout, exitCode: status }, drawn)).toEqual({
      kind: 'posix',
      exitCodeBits: 8,
    });
  });
});
