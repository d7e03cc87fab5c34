import { BadCabinet, readCabinet } from '../../cabinet';
import { resolvePath } from '../files/paths';
import type { Host } from '../host';
import type { Invocation, Program } from '../process/invocation';
import { isApplicable, type PackageFile, readPackageFile } from '../servicing/package-file';

const accessDenied = 5;
const badUse = 87;
const restartRequired = 3010;
const notApplicable = 0x80240017;
const alreadyInstalled = 2_359_302;
const installNotAllowed = 0x80240016;
const defaultInstallMs = 20_000;

/** wusa.exe has no output. In a network logon, as every WinRM and SSH session is, the update agent refuses it (KB2773898). */
export const wusa: Program = (invocation) => {
  const { args, context } = invocation;
  if (context.identity !== 'system') return accessDenied;
  const flags = args.filter((arg) => arg.startsWith('/')).map((arg) => arg.toLowerCase());
  if (flags.includes('/uninstall')) return uninstall(flags, invocation);
  const [path] = args.filter((arg) => !arg.startsWith('/'));
  return path === undefined ? badUse : install(path, flags, invocation);
};

async function install(
  path: string,
  flags: readonly string[],
  invocation: Invocation,
): Promise<number> {
  const { host, context } = invocation;
  const file = packageIn(host.files.read(resolvePath(path, invocation.workingDirectory)));
  if (typeof file === 'number') return file;
  const refusal = refusalOf(file, host);
  if (refusal !== 0) return refusal;
  const operation = host.servicing.begin();
  if (operation === null) return installNotAllowed;
  host.record('install-started', { package: file.identity });
  const { installExitCode, installMs = defaultInstallMs } = host.faults;
  let code = 1;
  try {
    await host.clock.sleep(installMs, context.control);
    code = installExitCode ?? restartRequired;
    if (installExitCode === undefined) host.servicing.stageInstall(file.identity, file.releaseType);
  } finally {
    operation.end();
    host.record('install-ended', { package: file.identity, exitCode: code >>> 0 });
  }
  return finish(code, flags, invocation);
}

function refusalOf(file: PackageFile, { servicing, windows }: Host): number {
  if (servicing.isPending) return installNotAllowed;
  if (servicing.find(file.identity) !== null) return alreadyInstalled;
  return isApplicable(file, windows) ? 0 : notApplicable;
}

/** The package within a .msu, or what its absence means. */
function packageIn(bytes: Buffer | null): PackageFile | number {
  if (bytes === null) return 2;
  try {
    const cabinets = readCabinet(bytes).filter(
      ({ name }) => /\.cab$/i.test(name) && !/^wsusscan\.cab$/i.test(name),
    );
    const found = cabinets
      .map(({ bytes: inner }) => readPackageFile(inner))
      .find((file) => file !== null);
    return found ?? notApplicable;
  } catch (error) {
    // 0x80070570: the file is damaged.
    if (error instanceof BadCabinet) return 0x80070570;
    throw error;
  }
}

async function uninstall(flags: readonly string[], invocation: Invocation): Promise<number> {
  const { host, context } = invocation;
  const kb = flags
    .map((flag) => /^\/kb:(?:kb)?(\d+)$/.exec(flag)?.[1])
    .find((digits) => digits !== undefined);
  if (kb === undefined) return badUse;
  const found = host.servicing.list().find((one) => one.kb === `KB${kb}`);
  if (found === undefined) return 2_359_303;
  const operation = host.servicing.begin();
  if (operation === null) return installNotAllowed;
  try {
    await host.clock.sleep(host.faults.installMs ?? defaultInstallMs, context.control);
    host.servicing.stageRemoval(found.identity);
    host.record('package-removed', { package: found.identity });
  } finally {
    operation.end();
  }
  return finish(restartRequired, flags, invocation);
}

/** `/quiet` without `/norestart` restarts the machine by itself. */
function finish(code: number, flags: readonly string[], { host }: Invocation): number {
  if (code !== restartRequired || flags.includes('/norestart')) return code;
  host.power.shutDown({
    delayMs: 0,
    restarts: true,
    reason: {
      process: 'C:\\Windows\\system32\\wusa.exe',
      user: 'NT AUTHORITY\\SYSTEM',
      text: 'Operating System: Hot fix (Planned)',
      code: '0x80020011',
      kind: 'restart',
      comment: '',
    },
  });
  return 1641;
}
