import type { Invocation } from '../../process/invocation';
import type { Task } from '../../tasks/tasks';
import { missingTask } from './change';
import type { SchtasksLine } from './command-line';
import { taskXml } from './task-xml';

type Field = readonly [name: string, value: string];

/** `/query`: a table, a list or comma-separated values, `/v` with everything, `/xml` as it is stored. */
export function showTasks(line: SchtasksLine, invocation: Invocation): number {
  const { values, flags } = line;
  const { host, stdout, stderr } = invocation;
  const typed = values.get('fo') ?? 'table';
  const format = typed.toLowerCase();
  if (format !== 'table' && format !== 'list' && format !== 'csv') {
    stderr.line(`ERROR: Invalid syntax. '${typed}' value is not allowed for '/fo' option.`);
    stderr.line('Type "SCHTASKS /QUERY /?" for usage.');
    return 1;
  }
  const tasks = tasksNamed(values.get('tn'), invocation);
  if (tasks === null) {
    stderr.line(missingTask);
    return 1;
  }
  if (flags.has('xml') || values.has('xml')) {
    for (const task of tasks) stdout.text(taskXml(task, host.clock.now()));
  } else if (tasks.length === 0) {
    stderr.line('INFO: There are no scheduled tasks presently available at your access level.');
  } else print(tasks, format, line, invocation);
  return 0;
}

function tasksNamed(name: string | undefined, { host }: Invocation): readonly Task[] | null {
  if (name === undefined) return host.tasks.list();
  const found = host.tasks.find(name);
  return found === null ? null : [found];
}

function print(
  tasks: readonly Task[],
  format: 'table' | 'list' | 'csv',
  { flags }: SchtasksLine,
  invocation: Invocation,
): void {
  const isFull = flags.has('v');
  const rows = tasks.map((task) => (isFull ? fullFields(task, invocation) : shortFields(task)));
  const withHead = !flags.has('nh');
  if (format === 'csv') printCsv(rows, withHead, invocation.stdout);
  else if (format === 'list') printList(rows, invocation, isFull);
  else printTable(rows, withHead, invocation.stdout);
}

function shortFields(task: Task): Field[] {
  return [
    ['TaskName', task.name],
    ['Next Run Time', 'N/A'],
    ['Status', statusOf(task)],
  ];
}

function statusOf({ state }: Task): string {
  return state === 'running' ? 'Running' : 'Ready';
}

function fullFields(task: Task, { host }: Invocation): Field[] {
  const isOnce = task.schedule === 'once';
  return [
    ['HostName', host.windows.computerName],
    ['TaskName', task.name],
    ['Next Run Time', 'N/A'],
    ['Status', statusOf(task)],
    ['Logon Mode', 'Interactive/Background'],
    ['Last Run Time', task.lastRunAt === null ? 'N/A' : usTime(task.lastRunAt)],
    // Printed as a signed number, as all results are.
    ['Last Result', String(task.lastResult | 0)],
    ['Author', task.author],
    ['Task To Run', task.command],
    ['Start In', 'N/A'],
    ['Comment', 'N/A'],
    ['Scheduled Task State', 'Enabled'],
    ['Idle Time', 'Disabled'],
    ['Power Management', 'Stop On Battery Mode, No Start On Batteries'],
    ['Run As User', task.user],
    ['Delete Task If Not Rescheduled', 'Enabled'],
    ['Stop Task If Runs X Hours and X Mins', '72:00:00'],
    ['Schedule', 'Scheduling data is not available in this format.'],
    ['Schedule Type', isOnce ? 'One Time Only' : task.schedule],
    ['Start Time', task.startTime === '' ? 'N/A' : `${task.startTime}:00`],
    ['Start Date', 'N/A'],
    ['End Date', 'N/A'],
    ['Days', 'N/A'],
    ['Months', 'N/A'],
    ['Repeat: Every', 'N/A'],
    ['Repeat: Until: Time', 'N/A'],
    ['Repeat: Until: Duration', 'N/A'],
    ['Repeat: Stop If Still Running', 'N/A'],
  ];
}

function printList(
  rows: readonly (readonly Field[])[],
  { host, stdout }: Invocation,
  isFull: boolean,
): void {
  stdout.text('\r\nFolder: \\\r\n');
  for (const row of rows) {
    const fields = isFull ? row : [['HostName', host.windows.computerName] as const, ...row];
    const width = isFull ? 38 : 15;
    stdout.text(
      `${fields.map(([name, value]) => `${`${name}:`.padEnd(width)}${value}\r\n`).join('')}\r\n`,
    );
  }
}

function printCsv(
  rows: readonly (readonly Field[])[],
  withHead: boolean,
  stdout: Invocation['stdout'],
): void {
  const [first] = rows;
  if (withHead && first !== undefined) stdout.text(csvLine(first.map(([name]) => name)));
  for (const row of rows) stdout.text(csvLine(row.map(([, value]) => value)));
}

function csvLine(cells: readonly string[]): string {
  return `${cells.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(',')}\r\n`;
}

/** Columns are as wide as the heads and cut what is longer; the name has forty characters. */
function printTable(
  rows: readonly (readonly Field[])[],
  withHead: boolean,
  stdout: Invocation['stdout'],
): void {
  const [first] = rows;
  if (first === undefined) return;
  const widths = first.map(([name]) => (name === 'TaskName' ? 40 : Math.max(name.length, 22)));
  const line = (cells: readonly string[]): string =>
    `${cells.map((cell, column) => cell.slice(0, widths[column]).padEnd(widths[column] ?? 0)).join(' ')}\r\n`;
  stdout.text('\r\nFolder: \\\r\n');
  if (withHead)
    stdout.text(
      `${line(first.map(([name]) => name))}${widths.map((width) => '='.repeat(width)).join(' ')}\r\n`,
    );
  for (const row of rows)
    stdout.text(
      line(row.map(([name, value]) => (name === 'TaskName' ? value.replace(/^\\/, '') : value))),
    );
}

function usTime(at: number): string {
  const date = new Date(at);
  const hour = date.getUTCHours();
  const clock = `${hour % 12 === 0 ? 12 : hour % 12}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())} ${hour < 12 ? 'AM' : 'PM'}`;
  return `${date.getUTCMonth() + 1}/${date.getUTCDate()}/${date.getUTCFullYear()} ${clock}`;
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}
