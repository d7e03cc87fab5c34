import { wildcardToPattern } from '../files/paths';
import { endProcess } from '../process/end-process';
import type { Invocation, Program } from '../process/invocation';
import { readFilter } from './process-filter';
import { runningProcesses, type RunningProcess } from './running-processes';

interface KillCommand {
  readonly pids: string[];
  readonly images: string[];
  readonly filters: readonly ((process: RunningProcess) => boolean)[];
  readonly isForced: boolean;
}

const hint = 'Type "TASKKILL /?" for usage.';

/** 0 all ended, 1 one could not be, 128 one was not found. */
export const taskkill: Program = (invocation) => {
  const { args, stdout, stderr, host } = invocation;
  const command = readCommand(args);
  if (typeof command === 'string') {
    stderr.line(`ERROR: ${command}`);
    return 1;
  }
  const { pids, images, filters } = command;
  const running = runningProcesses(host).filter((process) =>
    filters.every((test) => test(process)),
  );
  let code = 0;
  for (const typed of [...pids, ...images]) {
    const found = running.filter(meantBy(typed));
    if (found.length === 0) {
      stderr.line(`ERROR: The process "${typed}" not found.`);
      code = 128;
    }
    if (!endAll(invocation, found, command)) code = 1;
  }
  if (pids.length + images.length > 0) return code;
  if (running.length === 0) stdout.line('INFO: No tasks running with the specified criteria.');
  return endAll(invocation, running, command) ? 0 : 1;
};

function meantBy(typed: string): (process: RunningProcess) => boolean {
  if (/^\d+$/.test(typed)) return ({ pid }) => pid === Number(typed);
  const pattern = wildcardToPattern(typed);
  return ({ image }) => pattern.test(image);
}

function endAll(
  invocation: Invocation,
  processes: readonly RunningProcess[],
  { isForced, pids }: KillCommand,
): boolean {
  const ends = processes.map((process) => end(invocation, process, isForced, pids.length > 0));
  return !ends.includes(false);
}

function end(
  { stdout, stderr, host }: Invocation,
  { pid, image }: RunningProcess,
  isForced: boolean,
  isByPid: boolean,
): boolean {
  const name = isByPid ? `process with PID ${pid}` : `process "${image}" with PID ${pid}`;
  const refuse = (reason: string): boolean => {
    stderr.line(`ERROR: The ${name} could not be terminated.`);
    stderr.line(`Reason: ${reason}`);
    return false;
  };
  const entry = host.processes.list().find((candidate) => candidate.pid === pid);
  if (entry === undefined) {
    // Services and workers have no window that could be asked to close.
    if (!isForced)
      return refuse('This process can only be terminated forcefully (with /F option).');
    if (!endProcess(pid, image, host)) return refuse('Access is denied.');
  }
  // Told first where the process to end may be the one that asks.
  stdout.line(
    isForced
      ? `SUCCESS: The ${name} has been terminated.`
      : `SUCCESS: Sent termination signal to the ${name}.`,
  );
  entry?.control.kill();
  return true;
}

/** A text is what taskkill tells of a bad command line. */
function readCommand(args: readonly string[]): KillCommand | string {
  const lists: Record<string, string[]> = { '/pid': [], '/im': [], '/fi': [] };
  let isForced = false;
  for (let at = 0; at < args.length; at += 1) {
    const word = (args[at] ?? '').toLowerCase();
    const list = lists[word];
    if (list !== undefined) {
      at += 1;
      const value = args[at];
      if (value === undefined) return `Invalid syntax. Value expected for '${word}'.\r\n${hint}`;
      list.push(value);
    } else if (word === '/f') isForced = true;
    else if (word !== '/t') return `Invalid argument/option - '${args[at] ?? ''}'.\r\n${hint}`;
  }
  const { '/pid': pids = [], '/im': images = [], '/fi': texts = [] } = lists;
  return commandOf(pids, images, texts, isForced);
}

function commandOf(
  pids: string[],
  images: string[],
  texts: readonly string[],
  isForced: boolean,
): KillCommand | string {
  if (pids.length + images.length + texts.length === 0) {
    return `Invalid syntax. Neither /FI nor /PID nor /IM were specified.\r\n${hint}`;
  }
  if (pids.length > 0 && images.length > 0) {
    return `Invalid syntax. /PID and /IM options cannot be specified together.\r\n${hint}`;
  }
  const filters = texts.flatMap((text) => readFilter(text) ?? []);
  if (filters.length < texts.length) return 'The search filter cannot be recognized.';
  return { pids, images, filters, isForced };
}
