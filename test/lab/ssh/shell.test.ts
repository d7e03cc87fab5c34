import { readPosixLine } from '../../../lab/ssh/shell-posix';
import { readPowerShellLine } from '../../../lab/ssh/shell-powershell';

const text = (steps: ReturnType<typeof readPosixLine>['steps']): string =>
  steps.map((step) => (step.kind === 'print' ? `${step.stream}: ${step.text}` : '')).join('');

describe("the lab's POSIX shell", () => {
  it('gives a program its words and variables, quotes taken away', () => {
    expect(
      readPosixLine(String.raw`A='x y' B=z\&q cmd.exe -q 'a & b'\''c' $HOME # & d`).steps,
    ).toEqual([
      {
        kind: 'program',
        commandLine: `cmd.exe -q "a & b'c"`,
        environment: { A: 'x y', B: 'z&q' },
      },
    ]);
  });

  it('turns what looks like a drive of MSYS2 into one of Windows, unless it is told not to', () => {
    const line = 'cmd.exe /c ver';
    const commandLine = (assignments: string) =>
      readPosixLine(`${assignments} ${line}`).steps.map((step) =>
        step.kind === 'program' ? step.commandLine : '',
      );
    expect(commandLine('')).toEqual(['cmd.exe C:/ ver']);
    expect(commandLine('MSYS_NO_PATHCONV=1')).toEqual([line]);
    expect(commandLine("MSYS2_ARG_CONV_EXCL='*'")).toEqual([line]);
  });

  it('cuts the code that it is told to end with to 8 bits', () => {
    expect(readPosixLine('exit 3010').steps).toEqual([{ kind: 'exit', code: 194 }]);
  });

  it('does not find the commands of cmd.exe', () => {
    const { steps } = readPosixLine('ver');
    expect(text(steps)).toBe('stderr: bash: line 1: ver: command not found\n');
    expect(steps.at(-1)).toEqual({ kind: 'exit', code: 127 });
  });

  it.each(['echo a & exit 1', 'echo "a"', 'echo a > b', "echo 'a", 'echo `a`', '(ver)', 'ls *'])(
    'runs nothing of %p, which it does not understand',
    (line) => {
      const { steps } = readPosixLine(line);
      expect(text(steps)).toMatch(/^stderr: bash: -c: line 1: (syntax error|unexpected EOF)/);
      expect(steps.at(-1)).toEqual({ kind: 'exit', code: 2 });
    },
  );
});

describe("the lab's PowerShell", () => {
  it('prints each word on a line, variables replaced but for those in single quotes', () => {
    expect(text(readPowerShellLine("echo a %COMSPEC% p$PSHOME 'c $PSHOME ''d''' # e").steps)).toBe(
      "stdout: a\r\n%COMSPEC%\r\npC:\\Windows\\System32\\WindowsPowerShell\\v1.0\r\nc $PSHOME 'd'\r\n",
    );
  });

  it('gives a program its words and the variables that were set before it', () => {
    const { steps, codeAtEnd } = readPowerShellLine(
      "$env:A='it''s'; $env:B=[Text.Encoding]::UTF8.GetString([Convert]::FromBase64String('w6kmIg==')); cmd.exe /c 'a b' '!x!'",
    );
    expect([steps, codeAtEnd]).toEqual([
      [
        {
          kind: 'program',
          commandLine: 'cmd.exe /c "a b" !x!',
          environment: { A: "it's", B: 'é&"' },
        },
      ],
      0,
    ]);
  });

  it.each([
    { line: 'exit 3010', code: 3010 },
    { line: 'exit -2145124329', code: 2149842967 },
    { line: 'cmd.exe /c ver; exit $LASTEXITCODE', code: 'last' },
  ])('ends as $line says', ({ line, code }) => {
    expect(readPowerShellLine(line).steps.at(-1)).toEqual({ kind: 'exit', code });
  });

  it.each([
    { line: 'ver & exit 1', id: 'AmpersandNotAllowed' },
    { line: 'ver && echo a', id: 'InvalidEndOfLine' },
    { line: 'echo a || exit 1', id: 'InvalidEndOfLine' },
    { line: 'echo "a"', id: 'InvalidEndOfLine' },
    { line: '$env:A=Get-Date', id: 'InvalidEndOfLine' },
  ])('runs nothing of $line, which it cannot parse', ({ line, id }) => {
    const { steps, codeAtEnd } = readPowerShellLine(line);
    expect(steps).toHaveLength(1);
    expect(text(steps)).toMatch(new RegExp(`^stderr: .*FullyQualifiedErrorId : ${id}`, 's'));
    expect(codeAtEnd).toBe(1);
  });

  it.each(['ver', 'wmic os get Version', 'dir /b'])('does not know %p', (line) => {
    const { steps, codeAtEnd } = readPowerShellLine(line);
    expect(text(steps)).toMatch(/^stderr: The term '\w+' is not recognized/);
    expect(codeAtEnd).toBe(1);
  });
});
