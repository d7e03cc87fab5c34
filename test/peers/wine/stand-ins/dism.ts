import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Asked, Reply } from '../bridge-server';
import { unixPath } from '../paths';
import { servicingKeyPath } from '../scenery';
import type { HostState, Package } from '../state';

const title =
  '\r\nDeployment Image Servicing and Management tool\r\nVersion: 6.1.7601.17514\r\n\r\nImage Version: 6.1.7601.17514\r\n\r\n';
const good = 'The operation completed successfully.\r\n';
/** ERROR_SUCCESS_REBOOT_REQUIRED, ERROR_FILE_NOT_FOUND, ERROR_INVALID_PARAMETER, CBS_E_INVALID_PACKAGE. */
const rebootRequired = 3010;
const notFound = 2;
const badParameter = 87;
const invalidPackage = 0x800f0805;

/**
 * `/online` with `/get-packages`, `/get-packageinfo`, `/add-package` (one or more `/packagepath:`) or `/remove-package
 * /packagename:`; the last two with `/quiet /norestart`.
 */
export async function dism(state: HostState, { arguments: words }: Asked): Promise<Reply> {
  const has = (name: string): boolean => words.some((word) => word.toLowerCase() === name);
  const valuesOf = (name: string): string[] =>
    words.flatMap((word) => (word.toLowerCase().startsWith(name) ? [word.slice(name.length)] : []));
  if (!has('/online')) return failed(badParameter);
  if (has('/get-packages')) return { out: `${title}${listing(state)}${good}`, exitCode: 0 };
  const paths = valuesOf('/packagepath:');
  const [name] = valuesOf('/packagename:');
  if (has('/get-packageinfo')) return packageInfo(state, paths[0], name);
  if (!has('/quiet') || !has('/norestart')) return failed(badParameter);
  if (has('/add-package') && paths.length > 0) return addPackages(state, paths);
  if (has('/remove-package') && name !== undefined) return removePackage(state, name);
  return failed(badParameter);
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

/** The fields that are asked for, without the others that dism has. */
async function packageInfo(
  state: HostState,
  path: string | undefined,
  name: string | undefined,
): Promise<Reply> {
  const known = name === undefined ? undefined : find(state, name);
  if (name !== undefined && known === undefined) return failed(invalidPackage);
  const identity = known?.identity ?? (await identityOf(state, path ?? ''));
  if (typeof identity === 'number') return failed(identity);
  const is = find(state, identity)?.state ?? 'Not Present';
  const lines = [
    'Package information:',
    '',
    `Package Identity : ${identity}`,
    'Applicable : Yes',
    'Copyright : Microsoft Corporation',
    'Release Type : Hotfix',
    'Restart Required : Required',
    `State : ${is}`,
    '',
    `Features listing for package : ${identity}`,
    '',
    '(No features found for this package)',
    '',
  ];
  return { out: `${title}${lines.join('\r\n')}\r\n${good}`, exitCode: 0 };
}

function find({ packages }: HostState, identity: string): Package | undefined {
  return packages.find((one) => one.identity.toLowerCase() === identity.toLowerCase());
}

async function addPackages(state: HostState, paths: readonly string[]): Promise<Reply> {
  const identities: string[] = [];
  for (const path of paths) {
    const identity = await identityOf(state, path);
    if (identity === notFound) return failed(notFound);
    if (typeof identity === 'number' || state.dismFails !== null) {
      state.ledger.push({ effect: 'install-failed', what: basename(path.replaceAll('\\', '/')) });
      return failed(state.dismFails ?? invalidPackage);
    }
    identities.push(identity);
  }
  for (const identity of identities) {
    state.ledger.push({ effect: 'installed', what: identity });
    state.packages.push({ identity, state: 'Install Pending' });
  }
  return pending(state, 'Adding', identities);
}

/** Gone at the next boot; what waits to be installed is called off. */
async function removePackage(state: HostState, name: string): Promise<Reply> {
  const found = find(state, name);
  if (found === undefined) return failed(invalidPackage);
  state.ledger.push({ effect: 'removed', what: found.identity });
  if (found.state === 'Install Pending') state.packages.splice(state.packages.indexOf(found), 1);
  else found.state = 'Uninstall Pending';
  return pending(state, 'Removing', [found.identity]);
}

async function pending(
  { machine }: HostState,
  does: 'Adding' | 'Removing',
  identities: readonly string[],
): Promise<Reply> {
  await machine.run(`reg add "HKLM\\${servicingKeyPath}\\RebootPending" /f`);
  const lines = identities.map(
    (identity, at) =>
      `Processing ${at + 1} of ${identities.length} - ${does} package ${identity}\r\n`,
  );
  return { out: `${title}${lines.join('')}${good}`, exitCode: rebootRequired };
}

async function identityOf(state: HostState, path: string): Promise<string | number> {
  const file = unixPath(state.machine, path);
  if (file === null || !existsSync(file)) return notFound;
  return (await identityIn(state, path)) ?? invalidPackage;
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
