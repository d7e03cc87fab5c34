import type { Program } from '../process/invocation';
import { renderTable, tableFormat, type Column, type TableFormat } from './console-table';
import { readFilter } from './process-filter';
import { runningProcesses, type RunningProcess } from './running-processes';

type View = 'plain' | 'verbose' | 'services';

interface ListCommand {
  format: TableFormat;
  hasHeader: boolean;
  view: View;
  readonly filters: ((process: RunningProcess) => boolean)[];
}

const hint = 'Type "TASKLIST /?" for usage.';

const plain: readonly Column[] = [
  { header: 'Image Name', width: 25 },
  { header: 'PID', width: 8, align: 'right' },
  { header: 'Session Name', width: 16 },
  { header: 'Session#', width: 11, align: 'right' },
  { header: 'Mem Usage', width: 12, align: 'right' },
];

const columns: Readonly<Record<View, readonly Column[]>> = {
  plain,
  verbose: [
    ...plain,
    { header: 'Status', width: 15 },
    { header: 'User Name', width: 50 },
    { header: 'CPU Time', width: 12, align: 'right' },
    { header: 'Window Title', width: 72 },
  ],
  services: [...plain.slice(0, 2), { header: 'Services', width: 44 }],
};

export const tasklist: Program = ({ args, host, stdout, stderr }) => {
  const command = readCommand(args);
  if (typeof command === 'string') {
    stderr.line(`ERROR: ${command}`);
    return 1;
  }
  const { format, hasHeader, view, filters } = command;
  const found = runningProcesses(host).filter((process) => filters.every((test) => test(process)));
  if (found.length === 0) {
    stdout.line('INFO: No tasks are running which match the specified criteria.');
    return 0;
  }
  // Only the table and the list begin with a blank line.
  if (format !== 'csv') stdout.line();
  const rows = found.map((process) => rowOf(process, view));
  for (const line of renderTable(format, columns[view], rows, hasHeader)) stdout.line(line);
  return 0;
};

function rowOf({ image, pid, user, services }: RunningProcess, view: View): string[] {
  if (view === 'services') return [image, String(pid), services.join(', ') || 'N/A'];
  const row = [image, String(pid), 'Services', '0', `${memoryKb(pid).toLocaleString('en-US')} K`];
  return view === 'plain' ? row : [...row, 'Unknown', user, '0:00:01', 'N/A'];
}

/** Some size that does not change while the process runs. */
const memoryKb = (pid: number): number => (pid === 0 ? 24 : 2000 + ((pid * 7919) % 60_000));

/** A text is what tasklist tells of a bad command line. */
function readCommand(args: readonly string[]): ListCommand | string {
  const command: ListCommand = { format: 'table', hasHeader: true, view: 'plain', filters: [] };
  for (let at = 0; at < args.length; at += 1) {
    const word = (args[at] ?? '').toLowerCase();
    if (word === '/nh') command.hasHeader = false;
    else if (word === '/v') command.view = 'verbose';
    else if (word === '/svc') command.view = 'services';
    else if (word === '/fo' || word === '/fi') {
      at += 1;
      const problem = readValue(word, args[at], command);
      if (problem !== null) return problem;
    } else return `Invalid argument/option - '${args[at] ?? ''}'.\r\n${hint}`;
  }
  if (!command.hasHeader && command.format === 'list') {
    return `Invalid syntax. /NH option is allowed only for "TABLE" and "CSV" formats.\r\n${hint}`;
  }
  return command;
}

function readValue(
  word: '/fo' | '/fi',
  value: string | undefined,
  command: ListCommand,
): string | null {
  if (value === undefined) return `Invalid syntax. Value expected for '${word}'.\r\n${hint}`;
  if (word === '/fi') {
    const filter = readFilter(value);
    if (filter === null) return 'The search filter cannot be recognized.';
    command.filters.push(filter);
    return null;
  }
  const format = tableFormat(value);
  if (format === null) {
    return `Invalid syntax. Value "${value}" is not allowed for '/fo' option.\r\n${hint}`;
  }
  command.format = format;
  return null;
}
