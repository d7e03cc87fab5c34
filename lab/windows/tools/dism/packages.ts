import type { Invocation } from '../../process/invocation';
import type { InstalledPackage } from '../../servicing/package-state';
import type { DismLine } from './command-line';
import { succeed } from './result';
import { usTime } from './us-time';

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
