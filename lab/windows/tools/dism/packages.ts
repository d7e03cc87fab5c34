import { resolvePath } from '../../files/paths';
import type { Invocation } from '../../process/invocation';
import { isApplicable, readPackageFile } from '../../servicing/package-file';
import type { InstalledPackage } from '../../servicing/servicing';
import type { DismLine } from './command-line';
import { fail, succeed } from './result';

/** `/get-packages`: blocks of four lines, or columns apart by bars. */
export function showPackages({ isTable }: DismLine, invocation: Invocation): number {
  const { host, stdout } = invocation;
  const list = host.servicing.list();
  stdout.text('Packages listing:\r\n\r\n');
  if (isTable) stdout.text(tableOf(list));
  else for (const one of list) stdout.text(`${blockOf(one)}\r\n`);
  succeed(invocation);
  return 0;
}

function blockOf({ identity, state, releaseType, installedAt }: InstalledPackage): string {
  return (
    `Package Identity : ${identity}\r\nState : ${state}\r\nRelease Type : ${releaseType}\r\n` +
    `Install Time : ${installedAt === null ? '' : usTime(installedAt)}\r\n`
  );
}

function tableOf(list: readonly InstalledPackage[]): string {
  const head = ['Package Identity', 'State', 'Release Type', 'Install Time'];
  const rows = list.map((one) => [
    one.identity,
    one.state,
    one.releaseType,
    one.installedAt === null ? '' : usTime(one.installedAt),
  ]);
  const widths = head.map((name, column) =>
    Math.max(name.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]): string =>
    `${cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join(' | ')
      .trimEnd()}\r\n`;
  const bar = `${widths.map((width) => '-'.repeat(width)).join(' | ')}\r\n`;
  return `${bar}${line(head)}${bar}${rows.map(line).join('')}\r\n`;
}

/** `/get-packageinfo`, by name or by file: tells whether it would apply and changes nothing. */
export function showPackage(
  { packageNames, packagePaths }: DismLine,
  invocation: Invocation,
): number {
  const { host, stdout, workingDirectory } = invocation;
  const [name] = packageNames;
  const [path] = packagePaths;
  if (name !== undefined) {
    const found = host.servicing.find(name);
    if (found === null) return fail(0x800f0805, invocation);
    stdout.text(infoOf(found.identity, true, found.releaseType, found.state, found.installedAt));
    succeed(invocation);
    return 0;
  }
  if (path === undefined)
    return fail(87, invocation, ['The get-packageinfo command requires a package name or path.']);
  const bytes = host.files.read(resolvePath(path, workingDirectory));
  if (bytes === null) return fail(2, invocation);
  const file = readPackageFile(bytes);
  if (file === null) return fail(0x800f0805, invocation);
  const found = host.servicing.find(file.identity);
  stdout.text(
    infoOf(
      file.identity,
      isApplicable(file, host.windows),
      file.releaseType,
      found?.state ?? 'Not Present',
      found?.installedAt ?? null,
    ),
  );
  succeed(invocation);
  return 0;
}

function infoOf(
  identity: string,
  applies: boolean,
  releaseType: string,
  state: string,
  installedAt: number | null,
): string {
  const kb = /KB(\d+)/i.exec(identity)?.[1];
  const name = identity.split('~')[0] ?? identity;
  const lines = [
    'Package information:',
    '',
    `Package Identity : ${identity}`,
    `Applicable : ${applies ? 'Yes' : 'No'}`,
    'Copyright : Microsoft Corporation',
    'Company : Microsoft Corporation',
    'Creation Time : ',
    `Description : Fix for KB${kb ?? ''}`,
    'Install Client : DISM Package Manager Provider',
    `Install Package Name : ${identity}.mum`,
    `Install Time : ${installedAt === null ? '' : usTime(installedAt)}`,
    'Last Update Time : ',
    'Name : default',
    `Product Name : ${name}`,
    'Product Version : ',
    `Release Type : ${releaseType}`,
    'Restart Required : Possible',
    `Support Information : http://support.microsoft.com/?kbid=${kb ?? ''}`,
    `State : ${state}`,
    'Completely offline capable : No',
    '',
    'Custom Properties:',
    '',
    '(No custom properties found)',
    '',
    'Features listing for package : ' + identity,
    '',
    '(No features found for this package)',
    '',
  ];
  return lines.map((line) => `${line}\r\n`).join('');
}

/** `2/11/2015 11:33 PM`, as an English system writes it. */
function usTime(at: number): string {
  const date = new Date(at);
  const hour = date.getUTCHours();
  const clock = `${hour % 12 === 0 ? 12 : hour % 12}:${String(date.getUTCMinutes()).padStart(2, '0')} ${hour < 12 ? 'AM' : 'PM'}`;
  return `${date.getUTCMonth() + 1}/${date.getUTCDate()}/${date.getUTCFullYear()} ${clock}`;
}
