import { Failure } from '../../contracts/failures';
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
 * task outlives the session. Every cab of a .msu is added in the order of its name; WSUSSCAN.cab holds Windows Update's
 * own rules and is no package.
 */
export function installerScript(packageName: string, attempt: string): string {
  const cabs = `${plainName(attempt, 'attempt')}.cabs`;
  const install = packageName.toLowerCase().endsWith('.cab')
    ? [`call :do "%~dp0${packageName}"`, 'exit /b 0']
    : expandLines(packageName, cabs);
  return scriptOf(attempt, install, addPackage);
}

/**
 * Installs cabinets that are unpacked already, in this order.
 *
 * @param cabinets full paths below `folder`, in which the script lies
 * @throws Failure `bad-request` for a cabinet that staging cannot have brought
 */
export function cabinetsScript(
  folder: string,
  cabinets: readonly string[],
  attempt: string,
): string {
  const lines = cabinets.map((cabinet) => `call :do "%~dp0${below(folder, cabinet)}"`);
  return scriptOf(attempt, [...lines, ...nothingDone], addPackage);
}

/**
 * Removes packages, the last of the list first: what came later may need what came before.
 *
 * @throws Failure `bad-request` for what is no package identity
 */
export function removalScript(identities: readonly string[], attempt: string): string {
  const lines = identities.map((identity) => `call :do ${plainIdentity(identity)}`).toReversed();
  return scriptOf(attempt, [...lines, ...nothingDone], removePackage);
}

const addPackage = 'dism /online /add-package /packagepath:%1 /quiet /norestart /english';
const removePackage = 'dism /online /remove-package /packagename:%1 /quiet /norestart /english';

// Whatever an interpreter makes of the lines before: nothing done is no success. 2 is "file not found".
const nothingDone = ['if not defined RC set CODE=2', 'exit /b 0'];

/**
 * The first code that is neither 0 nor 3010 ends it. The result is moved into its place, so that a result file is
 * always whole; the redirection stands before the echo, for `echo 0>file` would redirect handle 0.
 */
function scriptOf(attempt: string, work: readonly string[], dism: string): string {
  const name = plainName(attempt, 'attempt');
  const lines = [
    '@echo off',
    'setlocal',
    'cd /d "%~dp0"',
    'set CODE=0',
    'set RC=',
    `call :work >"${name}.log" 2>&1`,
    `>"${name}.result.tmp" echo %CODE%`,
    `move /y "${name}.result.tmp" "${name}.result.txt" >nul`,
    'exit /b %CODE%',
    '',
    ':work',
    ...work,
    '',
    ':do',
    'if not %CODE%==0 if not %CODE%==3010 exit /b 0',
    dism,
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
    // A .msu without a package in it must not look like a success.
    `if not exist "${cabs}\\*.cab" set CODE=2`,
    // Without quotes, which the name does not need: Wine's cmd.exe does not look for files behind quoted wildcards.
    `for %%F in (${cabs}\\*.cab) do call :do "%~dp0${cabs}\\%%~nxF"`,
    ...nothingDone,
  ];
}

/** In a batch file a percent sign would be a variable, and nothing escapes a quote: neither is in any name. */
function below(folder: string, cabinet: string): string {
  const parent = `${folder}\\`;
  const rest = cabinet.slice(parent.length);
  const isBelow = cabinet.toLowerCase().startsWith(parent.toLowerCase());
  if (isBelow && /^([\w][\w.()-]*\\)*[\w][\w.()-]*\.cab$/i.test(rest)) return rest;
  throw new Failure('bad-request', `${JSON.stringify(cabinet)} is no cabinet in ${folder}`);
}

function plainIdentity(identity: string): string {
  // name~publicKeyToken~architecture~language~version; the tilde means something only behind a percent sign.
  if (/^[A-Za-z0-9][\w.-]{0,150}~[\da-f]*~\w*~[\w-]*~[\d.]+$/i.test(identity)) return identity;
  throw new Failure('bad-request', `${JSON.stringify(identity)} is no identity of a package`);
}

/** Unsigned 32-bit code in a result file; cmd writes HRESULTs as negative numbers. Null for anything else. */
export function parseResult(text: string): number | null {
  const digits = /^\s*(-?\d{1,10})\s*$/.exec(text)?.[1];
  if (digits === undefined) return null;
  const code = Number(digits);
  return code < -0x80000000 || code > 0xffffffff ? null : code >>> 0;
}
