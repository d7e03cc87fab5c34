import { createTestMachine } from '../test-machine';

async function runBatch(
  lines: readonly string[],
  args = '',
): Promise<{ code: number; stdout: string; stderr: string }> {
  const { run, write } = createTestMachine();
  write('C:\\Windows\\Temp\\b.cmd', lines.join('\r\n'));
  return run(`C:\\Windows\\Temp\\b.cmd ${args}`.trim());
}

describe('a batch file', () => {
  it.each([
    {
      name: 'jumps over lines',
      lines: ['@echo off', 'goto there', 'echo no', ':there', 'echo yes'],
      stdout: 'yes\r\n',
    },
    { name: 'expands per line', lines: ['@echo off', 'set X=1', 'echo %X%'], stdout: '1\r\n' },
    { name: 'takes an unknown variable as nothing', lines: ['@echo [%NOPE%]'], stdout: '[]\r\n' },
    { name: 'halves percent signs', lines: ['@echo 100%%'], stdout: '100%\r\n' },
    { name: 'knows its own folder', lines: ['@echo %~dp0'], stdout: 'C:\\Windows\\Temp\\\r\n' },
    { name: 'has arguments', args: 'a "b c"', lines: ['@echo %1 %~2 %3.'], stdout: 'a b c .\r\n' },
    {
      name: 'calls a label and comes back',
      lines: [
        '@echo off',
        'call :sub x',
        'echo %RC%',
        'exit /b 0',
        ':sub',
        'set RC=%1',
        'exit /b 7',
      ],
      stdout: 'x\r\n',
    },
    {
      name: 'has the error level of what it called',
      lines: ['@echo off', 'call :sub', 'echo %ERRORLEVEL%', 'exit /b 0', ':sub', 'exit /b 7'],
      stdout: '7\r\n',
    },
    {
      name: 'expands a group as one line',
      lines: ['@echo off', 'set X=1', '(', 'set X=2', 'echo %X%', ')'],
      stdout: '1\r\n',
    },
    {
      name: 'expands late where that is on',
      lines: ['@echo off', 'setlocal enabledelayedexpansion', 'set X=1', '(set X=2', 'echo !X!)'],
      stdout: '2\r\n',
    },
    {
      name: 'has else behind a bracket of its own line',
      lines: ['@echo off', 'if exist C:\\nope (', '  echo a', ') else (', '  echo b', ')'],
      stdout: 'b\r\n',
    },
    {
      name: 'goes through files',
      lines: [
        '@echo off',
        'cd /d "%~dp0"',
        'md d',
        'echo.>d\\one.cab',
        'echo.>d\\two.cab',
        'for %%F in ("d\\*.cab") do echo %%F %%~nxF',
      ],
      stdout: 'd\\one.cab one.cab\r\nd\\two.cab two.cab\r\n',
    },
    { name: 'ends with its code', lines: ['@exit /b 3010'], stdout: '', code: 3010 },
    { name: 'ends with that of its last command', lines: ['@cmd /c exit 4'], stdout: '', code: 4 },
    {
      name: 'shows what it runs',
      lines: ['cd C:\\Windows', 'echo hi'],
      stdout: '\r\nC:\\Users\\Administrator>cd C:\\Windows \r\n\r\nC:\\Windows>echo hi \r\nhi\r\n',
    },
  ])('$name', async ({ lines, stdout, args, code = 0 }) => {
    expect(await runBatch(lines, args)).toEqual({ code, stdout, stderr: '' });
  });

  it('stops at a label that is nowhere', async () => {
    const ran = await runBatch(['@echo off', 'goto nope', 'echo no']);
    expect(ran).toEqual({
      code: 1,
      stdout: '',
      stderr: 'The system cannot find the batch label specified - nope\r\n',
    });
  });
});

describe('commands on files', () => {
  it.each([
    { line: 'md C:\\a\\b\\c & dir /b C:\\a', stdout: 'b\r\n' },
    {
      line: 'md C:\\Windows',
      stdout: '',
      stderr: 'A subdirectory or file C:\\Windows already exists.\r\n',
      code: 1,
    },
    { line: 'copy C:\\one C:\\two & type C:\\TWO', stdout: '        1 file(s) copied.\r\n1' },
    {
      line: 'copy /b C:\\one+C:\\one C:\\two & type C:\\two',
      stdout: '        1 file(s) copied.\r\n11',
    },
    {
      line: 'copy /b /y C:\\one + C:\\one C:\\one >nul & type C:\\one',
      stdout: '11',
    },
    {
      line: 'md "C:\\a+b" & copy C:\\one "C:\\a+b\\x" >nul & copy /b /y "C:\\a+b\\x"+"C:\\one" "C:\\a+b\\x" >nul & type "C:\\a+b\\x"',
      stdout: '11',
    },
    {
      line: 'for %i in ("C:\\one" C:\\nope) do @echo [%~zi]',
      stdout: '[1]\r\n[]\r\n',
    },
    {
      line: 'copy C:\\nope C:\\two',
      stdout: '        0 file(s) copied.\r\n',
      stderr: 'The system cannot find the file specified.\r\n',
      code: 1,
    },
    {
      line: 'move /y C:\\one C:\\two>nul & type C:\\two & if not exist C:\\one echo gone',
      stdout: '1gone\r\n',
    },
    { line: 'ren C:\\one two & type C:\\two', stdout: '1' },
    { line: 'del C:\\nope', stdout: '', stderr: 'Could Not Find C:\\nope\r\n' },
    { line: 'del /q C:\\one & if not exist C:\\one echo gone', stdout: 'gone\r\n' },
    {
      line: 'md C:\\a\\b & rd C:\\a',
      stdout: '',
      stderr: 'The directory is not empty.\r\n',
      code: 145,
    },
    { line: 'md C:\\a\\b & rd /s /q C:\\a & if not exist C:\\a echo gone', stdout: 'gone\r\n' },
    {
      line: 'type C:\\WINDOWS\\temp\\nope\\x',
      stdout: '',
      stderr: 'The system cannot find the path specified.\r\n',
      code: 1,
    },
  ])('$line', async ({ line, stdout, stderr = '', code = 0 }) => {
    const { run, write } = createTestMachine();
    write('C:\\one', '1');
    const ran = await run(line);
    expect(ran).toMatchObject({ stdout, stderr });
    expect(ran.code === 0).toBe(code === 0);
  });

  it('turns a Unicode file into the code page of the console', async () => {
    const { run, write } = createTestMachine();
    write('C:\\u.txt', Buffer.from('\uFEFFhé\r\n', 'utf16le'));
    expect((await run('type C:\\u.txt')).stdout).toBe('h\x82\r\n');
  });
});
