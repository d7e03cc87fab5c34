import { resolvePath } from '../../files/paths';
import type { Invocation } from '../../process/invocation';
import { isApplicable } from '../../servicing/applicability';
import { readPackageFile } from '../../servicing/package-file';
import { nameIn } from '../../servicing/package-state';
import type { DismLine } from './command-line';
import { fail, succeed } from './result';
import { usTime } from './us-time';

interface Info {
  readonly identity: string;
  readonly applies: boolean;
  readonly releaseType: string;
  readonly state: string;
  readonly installedAt: number | null;
  readonly restart: 'required' | 'possible' | 'none';
}

/** `/get-packageinfo`, by name or by file: tells whether it would apply and changes nothing. */
export function showPackage(line: DismLine, invocation: Invocation): number {
  const info = infoFor(line, invocation);
  if (info === null) {
    return fail(87, invocation, ['The get-packageinfo command requires a package name or path.']);
  }
  if (typeof info === 'number') return fail(info, invocation);
  invocation.stdout.text(textOf(info));
  succeed(invocation);
  return 0;
}

/** A number is why there is nothing to tell. */
function infoFor(
  { packageNames: [name], packagePaths: [path] }: DismLine,
  { host, workingDirectory }: Invocation,
): Info | number | null {
  const { servicing } = host;
  if (name !== undefined) {
    const found = servicing.find(name);
    return found === null ? 0x800f0805 : { restart: 'possible', ...found, applies: true };
  }
  if (path === undefined) return null;
  const bytes = host.files.read(resolvePath(path, workingDirectory));
  if (bytes === null) return 2;
  const file = readPackageFile(bytes);
  if (file === null) return 0x800f0805;
  const found = servicing.find(file.identity);
  const { state = 'Not Present', installedAt = null } = found ?? {};
  const { identity, releaseType, restart } = file;
  return { identity, releaseType, restart, state, installedAt, applies: isApplicable(file, host) };
}

const restarts = { required: 'Required', possible: 'Possible', none: 'No' } as const;

function textOf({ identity, applies, releaseType, state, installedAt, restart }: Info): string {
  const kb = /KB(\d+)/i.exec(identity)?.[1] ?? '';
  const lines = [
    'Package information:',
    '',
    `Package Identity : ${identity}`,
    `Applicable : ${applies ? 'Yes' : 'No'}`,
    'Copyright : Microsoft Corporation',
    'Company : Microsoft Corporation',
    'Creation Time : ',
    `Description : Fix for KB${kb}`,
    'Install Client : DISM Package Manager Provider',
    `Install Package Name : ${identity}.mum`,
    `Install Time : ${installedAt === null ? '' : usTime(installedAt)}`,
    'Last Update Time : ',
    'Name : default',
    `Product Name : ${nameIn(identity)}`,
    'Product Version : ',
    `Release Type : ${releaseType}`,
    `Restart Required : ${restarts[restart]}`,
    `Support Information : http://support.microsoft.com/?kbid=${kb}`,
    `State : ${state}`,
    'Completely offline capable : No',
    '',
    'Custom Properties:',
    '',
    '(No custom properties found)',
    '',
    `Features listing for package : ${identity}`,
    '',
    '(No features found for this package)',
    '',
  ];
  return lines.map((line) => `${line}\r\n`).join('');
}
