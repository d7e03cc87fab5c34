import type { Program } from '../process/invocation';
import { renderTable, tableFormat, type TableFormat } from './console-table';
import { entriesOf, type Entry } from './systeminfo/entries';

const hint = 'Type "SYSTEMINFO /?" for usage.';
const labelWidth = 27;

export const systeminfo: Program = ({ args, host, stdout, stderr }) => {
  const command = readCommand(args);
  if (typeof command === 'string') {
    stderr.line(`ERROR: ${command}`);
    return 1;
  }
  const entries = entriesOf(host);
  const { format, hasHeader } = command;
  const columns = entries.map(([header]) => ({ header }));
  const row = entries.map(([, value]) => (typeof value === 'string' ? value : value.join(',')));
  const lines =
    format === 'list' ? entries.flatMap(listLines) : renderTable(format, columns, [row], hasHeader);
  if (format !== 'csv') stdout.line();
  for (const line of lines) stdout.line(line);
  return 0;
};

/** Further lines of one value are indented below its first. */
function listLines([label, value]: Entry): string[] {
  const [first = '', ...rest] = typeof value === 'string' ? [value] : value;
  const indent = ' '.repeat(labelWidth);
  return [`${label}:`.padEnd(labelWidth) + first, ...rest.map((line) => indent + line)];
}

interface SystemInfoCommand {
  readonly format: TableFormat;
  readonly hasHeader: boolean;
}

/** A text is what systeminfo tells of a bad command line. */
function readCommand(args: readonly string[]): SystemInfoCommand | string {
  let format: TableFormat = 'list';
  let hasHeader = true;
  for (let at = 0; at < args.length; at += 1) {
    const word = (args[at] ?? '').toLowerCase();
    if (word === '/nh') hasHeader = false;
    else if (word === '/fo') {
      at += 1;
      const wanted = tableFormat(args[at] ?? '');
      if (wanted === null) return `Invalid syntax. Value expected for '/fo'.\r\n${hint}`;
      format = wanted;
    } else return `Invalid argument/option - '${args[at] ?? ''}'.\r\n${hint}`;
  }
  if (!hasHeader && format === 'list') {
    return `Invalid syntax. /NH option is allowed only for "TABLE" and "CSV" formats.\r\n${hint}`;
  }
  return { format, hasHeader };
}
