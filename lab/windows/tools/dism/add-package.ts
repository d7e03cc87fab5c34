import { nameOf, parentOf, resolvePath } from '../../files/paths';
import { servicingEvents } from '../../log/servicing-events';
import type { Invocation } from '../../process/invocation';
import { refusalOf } from '../../servicing/applicability';
import { type PackageFile, readPackageFile } from '../../servicing/package-file';
import { kbOf } from '../../servicing/package-state';
import { readAll } from '../../process/streams';
import type { DismLine } from './command-line';
import { endAsTold, fail, log, succeed } from './result';

const restartRequired = 3010;
const defaultInstallMs = 20_000;

/** `/add-package`: one or more cabinets, each by its own `/packagepath:`. */
export async function addPackages(line: DismLine, invocation: Invocation): Promise<number> {
  const { host } = invocation;
  if (line.packagePaths.length === 0)
    return fail(87, invocation, ['The add-package command requires the packagepath option.']);
  const files = readFiles(line.packagePaths, invocation);
  if (typeof files === 'number') return fail(files, invocation);
  const operation = host.servicing.begin();
  if (operation === null) return fail(0x800f0902, invocation);
  host.record('install-started', { package: files.map(({ identity }) => identity).join(' ') });
  let code = 1;
  try {
    code = await install(files, invocation);
  } finally {
    // Ended from outside, by a reboot or a kill: nothing was staged, and the log of effects has to say so.
    operation.end();
    host.record('install-ended', {
      package: files.map(({ identity }) => identity).join(' '),
      exitCode: code >>> 0,
    });
  }
  return code === restartRequired ? askForRestart(line, invocation) : code;
}

function readFiles(
  paths: readonly string[],
  { host, workingDirectory }: Invocation,
): PackageFile[] | number {
  const files: PackageFile[] = [];
  for (const typed of paths) {
    const path = resolvePath(typed, workingDirectory);
    const bytes = host.files.read(path);
    if (bytes === null) return host.files.stat(parentOf(path)) === null ? 3 : 2;
    // This age of dism takes cabinets only: a .msu has to be expanded first.
    if (/\.msu$/i.test(nameOf(path))) return 50;
    const file = readPackageFile(bytes);
    if (file === null) return 0x800f0805;
    files.push(file);
  }
  return files;
}

async function install(files: readonly PackageFile[], invocation: Invocation): Promise<number> {
  const { host, context, stdout } = invocation;
  const { installExitCode, installMs = defaultInstallMs } = host.faults;
  for (const [index, file] of files.entries()) {
    stdout.text(`Processing ${index + 1} of ${files.length} - Adding package ${file.identity}\r\n`);
    const refusal = host.servicing.isPending ? 0x800f0806 : refusalOf(file, host);
    if (refusal !== 0) return fail(refusal, invocation);
    log(`Adding package ${file.identity}`, invocation);
    host.logs
      .log('Setup')
      .append(servicingEvents.initiated(kbOf(file.identity) ?? file.identity, 'installed'));
    await host.clock.sleep(installMs, context.control);
    if (installExitCode !== undefined) return endAsTold(installExitCode, invocation);
    if (host.faults.diskFull === true) return fail(112, invocation);
    stdout.text('[==========================100.0%==========================]\r\n');
  }
  const waits = files.map((file) => stage(file, invocation));
  succeed(invocation);
  return waits.includes(true) ? restartRequired : 0;
}

/** Whether it waits for a reboot. */
function stage(file: PackageFile, { host }: Invocation): boolean {
  const isWaiting = host.servicing.stageInstall(file);
  const kb = kbOf(file.identity) ?? file.identity;
  const setup = host.logs.log('Setup');
  if (isWaiting) setup.append(servicingEvents.rebootNeeded(kb, 'installed'));
  else setup.append(servicingEvents.done(kb, 'installed'));
  return isWaiting;
}

/** Without /quiet and /norestart it asks, and waits for an answer until its input ends. */
export async function askForRestart(
  { isQuiet, noRestart }: DismLine,
  { stdin, stdout, context, host }: Invocation,
): Promise<number> {
  if (noRestart) return restartRequired;
  if (!isQuiet) {
    stdout.text(
      'Restart Windows to complete this operation.\r\nDo you want to restart the computer now? (Y/N) ',
    );
    const answer = await readAll(stdin, context.control);
    if (!/^\s*y/i.test(answer.toString('latin1'))) return restartRequired;
  }
  host.power.shutDown({
    delayMs: 0,
    restarts: true,
    reason: {
      process: 'C:\\Windows\\system32\\Dism.exe',
      user:
        context.identity === 'system'
          ? 'NT AUTHORITY\\SYSTEM'
          : `${host.windows.computerName}\\Administrator`,
      text: 'Operating System: Upgrade (Planned)',
      code: '0x80020003',
      kind: 'restart',
      comment: '',
    },
  });
  return 1641;
}
