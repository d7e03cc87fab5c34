import { createTestMachine } from '../test-machine';

const unknown = (name: string): string =>
  `'${name}' is not recognized as an internal or external command,\r\noperable program or batch file.\r\n`;

describe('cmd.exe of an emulated machine', () => {
  it.each([
    { line: 'echo a&echo b', stdout: 'a\r\nb\r\n' },
    { line: 'echo a && echo b || echo c', stdout: 'a \r\nb \r\n' },
    { line: 'foo 2>nul || echo b', stdout: 'b\r\n' },
    { line: 'foo 2>nul && echo b', stdout: '', code: 1 },
    { line: 'echo "a & b | c"', stdout: '"a & b | c"\r\n' },
    { line: 'echo a^&b ^> c ^^ d', stdout: 'a&b > c ^ d\r\n' },
    { line: 'echo "^&"', stdout: '"^&"\r\n' },
    { line: 'ECHO Upper', stdout: 'Upper\r\n' },
    { line: '@echo quiet', stdout: 'quiet\r\n' },
    { line: 'echo.', stdout: '\r\n' },
    { line: 'echo(x', stdout: 'x\r\n' },
    { line: 'echo', stdout: 'ECHO is on.\r\n' },
    { line: '(echo a & echo b) | find /c "b"', stdout: '1\r\n' },
    { line: '(echo a)&(echo b)', stdout: 'a\r\nb\r\n' },
    { line: 'rem nothing & echo x', stdout: '' },
    { line: 'echo a) b', stdout: 'a) b\r\n' },
    { line: 'exit 7', stdout: '', code: 7 },
    { line: 'exit /b 3010', stdout: '', code: 3010 },
    { line: 'exit -1', stdout: '', code: 0xffffffff },
    { line: 'exit /b -2146498530', stdout: '', code: 0x800f081e },
    { line: 'cmd /c exit 5 & echo %errorlevel%', stdout: '0\r\n' },
    { line: 'cmd /c exit 5 & call echo %^errorlevel%', stdout: '5\r\n' },
    { line: 'cmd /c exit 5 & (call ) & call echo %^errorlevel%', stdout: '0\r\n' },
    { line: 'cmd /c exit 5 & (call) & call echo %^errorlevel%', stdout: '1\r\n' },
    { line: 'cmd /v:on /c "cmd /c exit 5 & echo !errorlevel!"', stdout: '5\r\n' },
    { line: 'cmd /s /c ""echo" a"', stdout: '', code: 1, stderr: unknown('"echo"') },
    { line: 'cmd /c "echo "a b""', stdout: '"a b"\r\n' },
    { line: 'set X=1&& cmd /v:on /c "echo !X!"', stdout: '1\r\n' },
    { line: 'set "X=1 2"& cmd /c "echo %X%"', stdout: '1 2\r\n' },
    {
      line: 'set X=1& set X=& set X',
      stdout: '',
      code: 1,
      stderr: 'Environment variable X not defined\r\n',
    },
    { line: 'set /a 7*(2+1)%5', stdout: '1' },
    { line: 'set /a 1/0', stdout: '', code: 0x400023cc, stderr: 'Divide by zero error.\r\n' },
    { line: 'echo %windir% %SYSTEMROOT% %NOPE%', stdout: 'C:\\Windows C:\\Windows %NOPE%\r\n' },
    { line: 'echo %windir:\\=\\\\%', stdout: 'C:\\\\Windows\r\n' },
    { line: 'echo %windir:~0,2% %windir:~-3%', stdout: 'C: ows\r\n' },
    { line: 'echo 100%', stdout: '100%\r\n' },
    { line: 'echo %COMPUTERNAME% %ComSpec%', stdout: 'EX01 C:\\Windows\\system32\\cmd.exe\r\n' },
    { line: 'if exist C:\\Windows (echo yes) else (echo no)', stdout: 'yes\r\n' },
    { line: 'if exist C:\\Windows\\*.nope (echo yes) else (echo no)', stdout: 'no\r\n' },
    { line: 'if not exist C:\\x echo no', stdout: 'no\r\n' },
    { line: 'if "a"=="A" echo same', stdout: '' },
    { line: 'if /i "a"=="A" echo same', stdout: 'same\r\n' },
    { line: 'if not "a"=="b" echo differs', stdout: 'differs\r\n' },
    { line: 'if 10 gtr 9 echo more', stdout: 'more\r\n' },
    { line: 'if defined windir echo set', stdout: 'set\r\n' },
    { line: 'cmd /c exit 3 & if errorlevel 3 echo three', stdout: 'three\r\n' },
    { line: 'cmd /c exit 3 & if errorlevel 4 echo four', stdout: '' },
    { line: 'if exist C:\\nope echo a & echo b', stdout: '' },
    { line: 'for /l %i in (1,1,3) do @echo %i', stdout: '1\r\n2\r\n3\r\n' },
    { line: 'for %i in (a "b c") do @echo %~i', stdout: 'a\r\nb c\r\n' },
    { line: 'for /f "tokens=2" %i in (\'echo one two\') do @echo %i', stdout: 'two\r\n' },
    { line: 'for /f "tokens=1,* delims=:" %a in ("k:v:w") do @echo %a-%b', stdout: 'k-v:w\r\n' },
    { line: 'cd \\Windows & cd', stdout: 'C:\\Windows\r\n' },
    { line: 'ver', stdout: '\r\nMicrosoft Windows [Version 6.1.7601]\r\n' },
    { line: '"C:\\Windows\\System32\\hostname.exe"', stdout: 'EX01\r\n' },
    { line: '%windir%\\system32\\HOSTNAME', stdout: 'EX01\r\n' },
    { line: 'chcp', stdout: 'Active code page: 437\r\n' },
  ])('answers $line', async ({ line, stdout, code = 0, stderr = '' }) => {
    const { run } = createTestMachine();
    expect(await run(line)).toEqual({ code, stdout, stderr });
  });

  it.each([
    { line: 'foo bar', stderr: unknown('foo') },
    { line: 'powershell -Command Get-Date', stderr: unknown('powershell') },
    { line: 'appcmd list wp', stderr: unknown('appcmd') },
    { line: 'C:\\Windows\\nope.exe', stderr: unknown('C:\\Windows\\nope.exe') },
    { line: 'C:\\nope\\x.exe', stderr: 'The system cannot find the path specified.\r\n' },
    { line: '& echo a', stderr: '& was unexpected at this time.\r\n' },
    { line: 'echo a & & echo b', stderr: '& was unexpected at this time.\r\n' },
    { line: 'echo a && && b', stderr: '&& was unexpected at this time.\r\n' },
    { line: 'echo a |', stderr: 'The syntax of the command is incorrect.\r\n' },
    { line: '(echo a', stderr: 'The syntax of the command is incorrect.\r\n' },
    { line: 'echo a >', stderr: 'The syntax of the command is incorrect.\r\n' },
    { line: 'echo x>C:\\nope\\f', stderr: 'The system cannot find the path specified.\r\n' },
    { line: 'more <C:\\nope.txt', stderr: 'The system cannot find the file specified.\r\n' },
    { line: 'type C:\\nope.txt', stderr: 'The system cannot find the file specified.\r\n' },
    { line: 'cd C:\\nope', stderr: 'The system cannot find the path specified.\r\n' },
  ])('refuses $line with 1 and its own words', async ({ line, stderr }) => {
    const { run } = createTestMachine();
    expect(await run(line)).toEqual({ code: 1, stdout: '', stderr });
  });

  it('has 9009 as error level after an unknown name, and ends with 1 all the same', async () => {
    const { run } = createTestMachine();
    expect(await run('cmd /v:on /c "foo & echo !errorlevel!"')).toMatchObject({
      stdout: '9009\r\n',
    });
    expect(await run('cmd /v:on /c "foo"')).toMatchObject({ code: 1 });
  });

  it('takes 8191 characters and not one more', async () => {
    const { run } = createTestMachine();
    const line = (length: number): string => `echo ${'x'.repeat(length - 5)}`;
    expect((await run(line(8191))).stdout).toHaveLength(8188);
    expect(await run(line(8192))).toEqual({
      code: 1,
      stdout: '',
      stderr: 'The command line is too long.\r\n',
    });
  });

  it('expands a variable before the line that sets it runs', async () => {
    const { run } = createTestMachine();
    expect((await run('set LATE=1& echo [%LATE%]')).stdout).toBe('[%LATE%]\r\n');
  });
});

describe('redirection', () => {
  it.each([
    { line: 'echo one>C:\\f', content: 'one\r\n' },
    { line: 'echo one>C:\\f& echo two>>C:\\f', content: 'one\r\ntwo\r\n' },
    { line: '>C:\\f echo 0', content: '0\r\n' },
    { line: 'echo 3010>C:\\f', content: '3010\r\n' },
    { line: 'foo 2>C:\\f', content: unknown('foo') },
    { line: 'foo >C:\\f 2>&1', content: unknown('foo') },
    { line: 'foo 2>&1 >C:\\f', content: '' },
    { line: '(echo a & echo b)>C:\\f', content: 'a \r\nb\r\n' },
    { line: 'echo a >"C:\\f"', content: 'a \r\n' },
    { line: 'cmd /c "echo a>C:\\f"', content: 'a\r\n' },
  ])('$line leaves its bytes in the file', async ({ line, content }) => {
    const { run, read } = createTestMachine();
    await run(line);
    expect(read('C:\\F')).toBe(content);
  });

  it('takes a digit before the arrow for a handle only where a word begins', async () => {
    const { run, read } = createTestMachine();
    await run('echo 0>C:\\f');
    // Handle 0 is sent to the file and the echo has nothing to say: the classic trap of `echo %errorlevel%>file`.
    expect(read('C:\\f')).toBe('');
  });

  it('reads a file as input and gives nothing from nul', async () => {
    const { run, write } = createTestMachine();
    write('C:\\in', 'a\r\nb\r\n');
    expect((await run('find /c "b" <C:\\in')).stdout).toBe('1\r\n');
    expect((await run('more <nul')).stdout).toBe('');
  });

  it('passes what a session sends through to a file until its end', async () => {
    const { machine, read } = createTestMachine();
    const process = machine.start('findstr "^" >C:\\up.b64', { codePage: 437 });
    for (const part of ['abc', 'd\r\nef', 'gh\r\n']) {
      process.stdin.write(Buffer.from(part));
      await new Promise((resolve) => setImmediate(resolve));
    }
    process.stdin.end();
    expect(await process.exited).toBe(0);
    expect(read('C:\\up.b64')).toBe('abcd\r\nefgh\r\n');
  });

  it('fails with the words of a full disk', async () => {
    const { run } = createTestMachine({ faults: { diskFull: true } });
    expect(await run('echo x>C:\\f')).toEqual({
      code: 1,
      stdout: '',
      stderr: 'There is not enough space on the disk.\r\n',
    });
  });
});
