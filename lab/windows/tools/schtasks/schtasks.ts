import type { Invocation, Program } from '../../process/invocation';
import { changeTask } from './change';
import { createTask } from './create';
import { readSchtasksLine, type SchtasksLine } from './command-line';
import { showTasks } from './query';

/** schtasks.exe: 0 or 1; successes on standard output, errors on standard error. */
export const schtasks: Program = (invocation) => {
  const line = readSchtasksLine(invocation.args);
  if (typeof line === 'string') {
    invocation.stderr.text(`ERROR: ${line}\r\nType "SCHTASKS /?" for usage.\r\n`);
    return 1;
  }
  return run(line, invocation);
};

function run(line: SchtasksLine, invocation: Invocation): number {
  switch (line.command) {
    case 'create':
      return createTask(line, invocation);
    case 'query':
      return showTasks(line, invocation);
    case 'run':
    case 'end':
    case 'delete':
      return changeTask(line.command, line, invocation);
    default:
      return line.command satisfies never;
  }
}
