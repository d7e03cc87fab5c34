import type { Invocation, Program } from '../process/invocation';
import { renderTable, tableFormat, type TableFormat } from './console-table';
import { accountOf, type Account } from './whoami/account';
import { groupsOf, privileges } from './whoami/token';

interface Section {
  readonly title: string;
  readonly headers: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

interface WhoamiCommand {
  readonly sections: readonly string[];
  readonly format: TableFormat;
  readonly hasHeader: boolean;
}

const hint = 'Type "WHOAMI /?" for usage.';
const sectionNames = ['/user', '/groups', '/priv'];
const alone: ReadonlySet<string> = new Set(['/upn', '/fqdn', '/logonid']);

export const whoami: Program = (invocation) => {
  const { args, stdout, stderr } = invocation;
  const account = accountOf(invocation);
  const [first = ''] = args;
  if (args.length === 0) {
    stdout.line(account.name);
    return 0;
  }
  if (args.length === 1 && alone.has(first.toLowerCase())) {
    return tellOne(invocation, account, first.toLowerCase());
  }
  const command = readCommand(args);
  if (typeof command === 'string') {
    stderr.line(`ERROR: ${command}`);
    return 1;
  }
  for (const name of command.sections)
    print(invocation, sectionOf(name, invocation, account), command);
  return 0;
};

function tellOne({ stdout, stderr, context }: Invocation, { upn }: Account, name: string): number {
  if (name === '/logonid') {
    stdout.line(context.identity === 'system' ? 'S-1-5-5-0-999' : 'S-1-5-5-0-271828');
    return 0;
  }
  if (upn === null) {
    stderr.line('ERROR: Unable to get User Principal Name (UPN) as the current logged-on user');
    stderr.line('       is not a domain user.');
    return 1;
  }
  stdout.line(name === '/upn' ? upn : distinguishedName(upn));
  return 0;
}

function distinguishedName(upn: string): string {
  const [user = '', domain = ''] = upn.split('@');
  return [`CN=${user}`, 'CN=Users', ...domain.split('.').map((part) => `DC=${part}`)].join(',');
}

function sectionOf(name: string, { context }: Invocation, { name: user, sid }: Account): Section {
  if (name === '/user') {
    return { title: 'USER INFORMATION', headers: ['User Name', 'SID'], rows: [[user, sid]] };
  }
  if (name === '/priv') {
    const headers = ['Privilege Name', 'Description', 'State'];
    return { title: 'PRIVILEGES INFORMATION', headers, rows: privileges };
  }
  const headers = ['Group Name', 'Type', 'SID', 'Attributes'];
  return { title: 'GROUP INFORMATION', headers, rows: groupsOf(context.identity) };
}

function print(
  { stdout }: Invocation,
  { title, headers, rows }: Section,
  { format, hasHeader }: WhoamiCommand,
): void {
  if (format !== 'csv') stdout.line();
  if (hasHeader && format !== 'csv') stdout.text(`${title}\r\n${'-'.repeat(title.length)}\r\n\r\n`);
  const columns = headers.map((header) => ({ header }));
  for (const line of renderTable(format, columns, rows, hasHeader)) stdout.line(line);
}

/** A text is what whoami tells of a bad command line. */
function readCommand(args: readonly string[]): WhoamiCommand | string {
  const asked = new Set<string>();
  let format: TableFormat = 'table';
  let hasHeader = true;
  for (let at = 0; at < args.length; at += 1) {
    const word = (args[at] ?? '').toLowerCase();
    if (word === '/all') for (const name of sectionNames) asked.add(name);
    else if (sectionNames.includes(word)) asked.add(word);
    else if (word === '/nh') hasHeader = false;
    else if (word === '/fo') {
      at += 1;
      const wanted = tableFormat(args[at] ?? '');
      if (wanted === null) return `Invalid syntax. Value expected for '/fo'.\r\n${hint}`;
      format = wanted;
    } else return `Invalid argument/option - '${args[at] ?? ''}'.\r\n${hint}`;
  }
  if (asked.size === 0) return `Invalid syntax.\r\n${hint}`;
  return { sections: sectionNames.filter((name) => asked.has(name)), format, hasHeader };
}
