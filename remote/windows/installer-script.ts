import { plainName } from './staging';

/** Files of one attempt beside the package. */
export interface AttemptFiles {
  readonly script: string;
  readonly log: string;
  readonly result: string;
}

export function attemptFiles(folder: string, attempt: string): AttemptFiles {
  const stem = `${folder}\\${plainName(attempt, 'attempt')}`;
  return { script: `${stem}.cmd`, log: `${stem}.log`, result: `${stem}.result.txt` };
}

/**
 * Batch file that installs a package as the local system: wusa refuses network logons, dism does not, and a scheduled
 * task outlives the session. Every cab of a .msu is added in the order of its name, which is the order of its answer
 * file; WSUSSCAN.cab holds Windows Update's own rules and is no package. The first code that is neither 0 nor 3010 ends
 * it. The result is moved into its place, so that a result file is always whole; the redirection stands before the echo,
 * for `echo 0>file` would redirect handle 0.
 */
export function installerScript(packageName: string, attempt: string): string {
  const name = plainName(attempt, 'attempt');
  const lines = [
    '@echo off',
    'setlocal',
    'cd /d "%~dp0"',
    'set CODE=0',
    'set RC=',
    `call :install >"${name}.log" 2>&1`,
    `>"${name}.result.tmp" echo %CODE%`,
    `move /y "${name}.result.tmp" "${name}.result.txt" >nul`,
    'exit /b %CODE%',
    '',
    ':install',
    ...(packageName.toLowerCase().endsWith('.cab')
      ? [`call :add "%~dp0${packageName}"`, 'exit /b 0']
      : expandLines(packageName, `${name}.cabs`)),
    '',
    ':add',
    'if not %CODE%==0 if not %CODE%==3010 exit /b 0',
    'dism /online /add-package /packagepath:%1 /quiet /norestart /english',
    'set RC=%ERRORLEVEL%',
    'if not %RC%==0 set CODE=%RC%',
    'exit /b 0',
    '',
  ];
  return lines.join('\r\n');
}

function expandLines(packageName: string, cabs: string): string[] {
  return [
    `if not exist "${cabs}" mkdir "${cabs}"`,
    `expand -F:* "${packageName}" "${cabs}"`,
    'set CODE=%ERRORLEVEL%',
    'if not %CODE%==0 exit /b 0',
    `if exist "${cabs}\\WSUSSCAN.cab" del /q "${cabs}\\WSUSSCAN.cab"`,
    // 2 is "file not found": a .msu without a package in it must not look like a success.
    `if not exist "${cabs}\\*.cab" set CODE=2`,
    // Without quotes, which the name does not need: Wine's cmd.exe does not look for files behind quoted wildcards.
    `for %%F in (${cabs}\\*.cab) do call :add "%~dp0${cabs}\\%%~nxF"`,
    // Whatever an interpreter makes of the line before: nothing added is no success.
    'if not defined RC set CODE=2',
    'exit /b 0',
  ];
}

/** Unsigned 32-bit code in a result file; cmd writes HRESULTs as negative numbers. Null for anything else. */
export function parseResult(text: string): number | null {
  const digits = /^\s*(-?\d{1,10})\s*$/.exec(text)?.[1];
  if (digits === undefined) return null;
  const code = Number(digits);
  return code < -0x80000000 || code > 0xffffffff ? null : code >>> 0;
}
