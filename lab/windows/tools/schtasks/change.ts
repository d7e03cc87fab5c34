import type { Invocation } from '../../process/invocation';
import type { SchtasksLine } from './command-line';

export const missingTask = 'ERROR: The system cannot find the file specified.';

/** `/run`, `/end` and `/delete` of one task. */
export function changeTask(
  command: 'run' | 'end' | 'delete',
  { values, flags }: SchtasksLine,
  invocation: Invocation,
): number {
  const { host, stdout, stderr } = invocation;
  const name = values.get('tn');
  if (name === undefined) {
    stderr.text(
      `ERROR: Invalid syntax. Mandatory option 'tn' is missing.\r\nType "SCHTASKS /${command.toUpperCase()} /?" for usage.\r\n`,
    );
    return 1;
  }
  if (host.tasks.find(name) === null) {
    stderr.line(
      command === 'delete'
        ? 'ERROR: The specified task name "' + name + '" does not exist in the system.'
        : missingTask,
    );
    return 1;
  }
  if (command === 'run') return run(name, invocation);
  if (command === 'end') {
    host.tasks.end(name);
    stdout.line(`SUCCESS: The scheduled task "${name}" has been terminated successfully.`);
    return 0;
  }
  if (!flags.has('f')) {
    stdout.text(`WARNING: Are you sure you want to remove the task "${name}" (Y/N)? `);
    stderr.text('\r\nERROR: The operation was canceled by the user.\r\n');
    return 1;
  }
  host.tasks.delete(name);
  stdout.line(`SUCCESS: The scheduled task "${name}" was successfully deleted.`);
  return 0;
}

/** A task that runs already is not started a second time, and yet the attempt succeeds: it is queued and dropped. */
function run(name: string, { host, stdout }: Invocation): number {
  host.tasks.run(name);
  stdout.line(`SUCCESS: Attempted to run the scheduled task "${name}".`);
  return 0;
}
