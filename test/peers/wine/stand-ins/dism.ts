import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Asked, Reply } from '../bridge-server';
import { unixPath } from '../paths';
import { servicingKeyPath } from '../scenery';
import type { HostState } from '../state';

const title =
  '\r\nDeployment Image Servicing and Management tool\r\nVersion: 6.1.7601.17514\r\n\r\nImage Version: 6.1.7601.17514\r\n\r\n';
const good = 'The operation completed successfully.\r\n';
/** ERROR_SUCCESS_REBOOT_REQUIRED, ERROR_FILE_NOT_FOUND, ERROR_INVALID_PARAMETER. */
const rebootRequired = 3010;
const notFound = 2;
const badParameter = 87;

/** `/online /get-packages` and `/online /add-package /packagepath:X /quiet /norestart`. */
export async function dism(state: HostState, { arguments: words }: Asked): Promise<Reply> {
  const has = (name: string): boolean => words.some((word) => word.toLowerCase() === name);
  if (!has('/online')) return failed(badParameter);
  if (has('/get-packages')) return { out: `${title}${listing(state)}${good}`, exitCode: 0 };
  const path = words.find((word) => /^\/packagepath:/i.test(word))?.slice(13);
  if (!has('/add-package') || path === undefined || !has('/quiet') || !has('/norestart')) {
    return failed(badParameter);
  }
  return addPackage(state, path);
}

const failed = (code: number): Reply => ({
  out: `${title}\r\nError: ${code > 0xffff ? `0x${code.toString(16)}` : code}\r\n\r\nThe DISM log file can be found at C:\\Windows\\Logs\\DISM\\dism.log\r\n`,
  exitCode: code,
});

const listing = ({ packages }: HostState): string =>
  `Packages listing:\r\n\r\n${packages
    .map(
      ({ identity, state }) =>
        `Package Identity : ${identity}\r\nState : ${state}\r\nRelease Type : Hotfix\r\nInstall Time : 3/11/2015 8:00 AM\r\n\r\n`,
    )
    .join('')}`;

async function addPackage(state: HostState, path: string): Promise<Reply> {
  const file = unixPath(state.machine, path);
  if (file === null || !existsSync(file)) return failed(notFound);
  const identity = await identityIn(state, path);
  if (identity === null || state.dismFails !== null) {
    state.ledger.push({ effect: 'install-failed', what: basename(file) });
    // CBS_E_INVALID_PACKAGE
    return failed(state.dismFails ?? 0x800f0805);
  }
  state.ledger.push({ effect: 'installed', what: identity });
  state.packages.push({ identity, state: 'Install Pending' });
  await state.machine.run(`reg add "HKLM\\${servicingKeyPath}\\RebootPending" /f`);
  return {
    out: `${title}Processing 1 of 1 - Adding package ${identity}\r\n${good}`,
    exitCode: rebootRequired,
  };
}

/** The cabinet is opened by Wine's extrac32 (cabinet.dll), so that the package has to be one for others than its maker. */
async function identityIn({ machine }: HostState, path: string): Promise<string | null> {
  const folder = await mkdtemp(join(machine.driveC, 'windows', 'temp', 'dism-'));
  try {
    await machine.run(`extrac32 /Y /E /L C:\\windows\\temp\\${basename(folder)} "${path}"`);
    const manifest = await readFile(join(folder, 'update.mum'), 'utf8').catch(() => '');
    const attribute = (name: string): string | undefined =>
      new RegExp(`<assemblyIdentity [^>]*\\b${name}="([^"]*)"`).exec(manifest)?.[1];
    const [name, version] = [attribute('name'), attribute('version')];
    const [processor, token] = [attribute('processorArchitecture'), attribute('publicKeyToken')];
    return name === undefined ? null : `${name}~${token}~${processor}~~${version}`;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
