import type { Asked, Reply } from '../bridge-server';
import type { HostState, Task } from '../state';

/** SCHED_S_TASK_RUNNING and SCHED_S_TASK_HAS_NOT_RUN. */
const runs = 0x41301;
const neverRan = 0x41303;

const refused: Reply = {
  error: 'ERROR: The system cannot find the file specified.\r\n',
  exitCode: 1,
};

/** `/create`, `/run`, `/query /v /fo csv /nh` and `/delete`; a task's program is really run, by Wine, on its own. */
export function schtasks(state: HostState, { arguments: words }: Asked): Reply {
  const valueOf = (option: string): string => {
    const at = words.findIndex((word) => word.toLowerCase() === option);
    return at < 0 ? '' : (words[at + 1] ?? '');
  };
  const name = valueOf('/tn').replace(/^\\/, '');
  switch (words[0]?.toLowerCase() ?? '') {
    case '/create':
      return create(state, name, valueOf('/tr'));
    case '/run':
      return run(state, name);
    case '/query':
      return { out: query(state), exitCode: 0 };
    case '/delete':
      if (!state.tasks.delete(name)) return refused;
      return {
        out: `SUCCESS: The scheduled task "${name}" was successfully deleted.\r\n`,
        exitCode: 0,
      };
    default:
      return { error: 'ERROR: Invalid syntax.\r\n', exitCode: 1 };
  }
}

function create({ tasks, ledger }: HostState, name: string, action: string): Reply {
  if (name === '' || action === '') return { error: 'ERROR: Invalid syntax.\r\n', exitCode: 1 };
  tasks.set(name, { action, lastResult: neverRan, running: false });
  ledger.push({ effect: 'task-created', what: name });
  return {
    out: `SUCCESS: The scheduled task "${name}" has successfully been created.\r\n`,
    exitCode: 0,
  };
}

function run({ tasks, ledger, machine }: HostState, name: string): Reply {
  const task = tasks.get(name);
  if (task === undefined) return refused;
  const out = `SUCCESS: Attempted to run the scheduled task "${name}".\r\n`;
  if (task.running) return { out, exitCode: 0 };
  task.running = true;
  ledger.push({ effect: 'task-run', what: name });
  const ended = (code: number): void => {
    task.running = false;
    task.lastResult = code;
  };
  // A task that Windows' end cuts leaves STATUS_CONTROL_C_EXIT.
  machine.run(task.action).then(
    ({ exitCode }) => ended(exitCode),
    () => ended(0xc000013a),
  );
  return { out, exitCode: 0 };
}

const signed = (code: number): string => String(code | 0);

/** 28 columns on Windows; the name is the second of them and the last result the seventh. */
function query({ tasks }: HostState): string {
  const row = ([name, { action, lastResult, running }]: [string, Task]): string =>
    [
      'WINE',
      `\\${name}`,
      'N/A',
      running ? 'Running' : 'Ready',
      'Interactive/Background',
      lastResult === neverRan ? 'N/A' : '11/25/2026 8:00:00 AM',
      signed(running ? runs : lastResult),
      'WINE\\Administrator',
      action,
      'N/A',
    ]
      .map((cell) => `"${cell.replaceAll('"', '""')}"`)
      .join(',');
  const ours = [...tasks].map(row);
  // Windows always has some of its own.
  const own = row([
    'Microsoft\\Windows\\Defrag\\ScheduledDefrag',
    { action: 'defrag.exe', lastResult: 0, running: false },
  ]);
  return `${[...ours, own].join('\r\n')}\r\n`;
}
