import { BadCabinet, readCabinet } from '../../cabinet';
import { resolvePath } from '../files/paths';
import type { Host } from '../host';
import type { Invocation, Program } from '../process/invocation';
import { refusalOf } from '../servicing/applicability';
import { type PackageFile, readPackageFile } from '../servicing/package-file';

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
  const { host } = invocation;
  const files = packagesIn(host.files.read(resolvePath(path, invocation.workingDirectory)));
  if (typeof files === 'number') return files;
  const refusal = files.map((file) => agentRefusal(file, host)).find((code) => code !== 0);
  if (refusal !== undefined) return refusal;
  const operation = host.servicing.begin();
  if (operation === null) return installNotAllowed;
  const named = files.map(({ identity }) => identity).join(' ');
  host.record('install-started', { package: named });
  let code = 1;
  try {
    code = await stageAll(files, invocation);
  } finally {
    operation.end();
    host.record('install-ended', { package: named, exitCode: code >>> 0 });
  }
  return finish(code, flags, invocation);
}

async function stageAll(
  files: readonly PackageFile[],
  { host, context }: Invocation,
): Promise<number> {
  const { installExitCode, installMs = defaultInstallMs } = host.faults;
  await host.clock.sleep(installMs, context.control);
  if (installExitCode !== undefined) return installExitCode;
  const waits = files.map((file) => host.servicing.stageInstall(file));
  return waits.includes(true) ? restartRequired : 0;
}

/** The update agent has names of its own for what servicing refuses. */
function agentRefusal(file: PackageFile, host: Host): number {
  const { servicing } = host;
  if (servicing.isPending) return installNotAllowed;
  if (servicing.find(file.identity) !== null) return alreadyInstalled;
  const code = refusalOf(file, host);
  return code === 0x800f081e ? notApplicable : code;
}

/** The packages within a .msu in their order, or what their absence means. */
function packagesIn(bytes: Buffer | null): readonly PackageFile[] | number {
  if (bytes === null) return 2;
  try {
    const found = readCabinet(bytes)
      .filter(({ name }) => /\.cab$/i.test(name) && !/^wsusscan\.cab$/i.test(name))
      .flatMap(({ bytes: inner }) => readPackageFile(inner) ?? []);
    return found.length === 0 ? notApplicable : found;
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
    const isWaiting = host.servicing.stageRemoval(found.identity);
    host.record('package-removed', { package: found.identity });
    return finish(isWaiting ? restartRequired : 0, flags, invocation);
  } finally {
    operation.end();
  }
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
