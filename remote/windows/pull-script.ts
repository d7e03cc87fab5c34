import { pullTaskName } from './scheduled-tasks';

/** Files of a pull beside the package. */
export interface PullFiles {
  readonly script: string;
  readonly log: string;
  readonly result: string;
  /** How many bytes have come, while they do. */
  readonly received: string;
  /** Where the package comes to before its digest is known. */
  readonly part: string;
}

/** They begin as no package and no attempt of an installer can. */
const names = {
  script: '_pull.cmd',
  log: '_pull.log',
  result: '_pull.ended.txt',
  received: '_pull.bytes.txt',
  part: '_pull.part',
} as const;

export function pullFiles(folder: string): PullFiles {
  const of = (name: string): string => `${folder}\\${name}`;
  return {
    script: of(names.script),
    log: of(names.log),
    result: of(names.result),
    received: of(names.received),
    part: of(names.part),
  };
}

/** What the script ends with where there is no tool: the code with which cmd misses a program. */
export const noToolCode = 9009;

/** After so many seconds without a byte BITS gives up; by default it would try for 14 days. */
const noProgressSeconds = 60;

/**
 * Server without ranges, without a length, or of HTTP/1.0: what BITS cannot work with, certutil can (BG_E_MISSING_FILE_SIZE,
 * BG_E_INSUFFICIENT_HTTP_SUPPORT, BG_E_INSUFFICIENT_RANGE_SUPPORT).
 */
const unfitForBits = '0x80200011 0x80200012 0x80200013';

/**
 * Batch file that gets the package from its url, run by a task of the local system. BITS transfers only for owners that
 * are logged on interactively, and refuses the network logons of WinRM and SSH with 0x800704DD; LocalSystem counts as
 * always logged on (Microsoft, "Users and Network Connections"). `/transfer` is not used: it waits as long as BITS
 * retries, while a job with a timeout of its own ends. Where there is no BITS, or the server is none for it, certutil
 * fetches the file into memory.
 *
 * The result is moved into its place, so that a result file is always whole.
 */
export function pullScript(url: string, sha256: string): string {
  const job = `"${pullTaskName(sha256)}"`;
  // A percent sign of a batch file is doubled, also between quotes.
  const from = `"${url.replaceAll('%', '%%')}"`;
  const { log, result, received, part } = names;
  const lines = [
    '@echo off',
    'setlocal',
    'cd /d "%~dp0"',
    `set CODE=${noToolCode}`,
    `if exist "${part}" del /f /q "${part}"`,
    `call :pull >"${log}" 2>&1`,
    `>"_pull.ended.tmp" echo %CODE%`,
    `move /y "_pull.ended.tmp" "${result}" >nul`,
    'exit /b %CODE%',
    '',
    ':pull',
    'if not exist "%SystemRoot%\\System32\\bitsadmin.exe" goto certutil',
    // Of a run that was cut.
    `bitsadmin /cancel ${job} >nul 2>&1`,
    `bitsadmin /create /download ${job} || goto certutil`,
    'set CODE=1',
    `bitsadmin /addfile ${job} ${from} "%~dp0${part}" || goto failed`,
    `bitsadmin /setpriority ${job} FOREGROUND`,
    `bitsadmin /setnoprogresstimeout ${job} ${noProgressSeconds}`,
    `bitsadmin /setminretrydelay ${job} 5`,
    `bitsadmin /resume ${job} || goto failed`,
    ':wait',
    'ping -n 3 127.0.0.1 >nul',
    `bitsadmin /rawreturn /getbytestransferred ${job} >"${received}"`,
    `bitsadmin /rawreturn /getstate ${job} >"_pull.state.txt"`,
    'findstr /b "QUEUED CONNECTING TRANSFERRING TRANSIENT_ERROR" "_pull.state.txt" >nul && goto wait',
    'findstr /b "TRANSFERRED" "_pull.state.txt" >nul || goto failed',
    `bitsadmin /complete ${job} || goto failed`,
    'set CODE=0',
    'exit /b 0',
    '',
    ':failed',
    `bitsadmin /geterror ${job} >"_pull.error.txt"`,
    'type "_pull.error.txt"',
    `bitsadmin /cancel ${job} >nul`,
    `findstr /i "${unfitForBits}" "_pull.error.txt" >nul && goto certutil`,
    'exit /b 0',
    '',
    ':certutil',
    'if not exist "%SystemRoot%\\System32\\certutil.exe" exit /b 0',
    `certutil -urlcache -split -f ${from} "${part}"`,
    'set CODE=%ERRORLEVEL%',
    `certutil -urlcache ${from} delete >nul`,
    'exit /b 0',
    '',
  ];
  return lines.join('\r\n');
}
