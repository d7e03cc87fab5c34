import { Failure } from '../../contracts/failures';
import type { RunOptions, Session } from '../session';
import type { Question, Sections } from './composite';
import { decodeOutput } from './decode';
import { plainName } from './staging';

export interface ScheduledTask {
  /** Without the leading backslash of the root folder. */
  readonly name: string;
  readonly state: 'running' | 'never-ran' | 'ended';
  /** Unsigned 32-bit code of the last run; null unless it ended. */
  readonly lastResult: number | null;
}

/** Titles and states are localised, columns are not: they are taken by position. */
export const tasksQuestion: Question = {
  name: 'tasks',
  command: 'schtasks /query /v /fo csv /nh 2>&1',
};

const columns = { name: 1, lastResult: 6 } as const;
/** SCHED_S_TASK_RUNNING, SCHED_S_TASK_QUEUED; SCHED_S_TASK_HAS_NOT_RUN. */
const runningResults = [0x41301, 0x41325];
const neverRanResult = 0x41303;

/** Tasks in what schtasks printed; one with several triggers has several rows and is listed once. */
export function parseTasks(text: string): ScheduledTask[] {
  const tasks = new Map<string, ScheduledTask>();
  for (const row of csvRows(text)) {
    const path = row[columns.name] ?? '';
    const digits = /^-?\d{1,10}$/.exec(row[columns.lastResult] ?? '')?.[0];
    if (!path.startsWith('\\') || digits === undefined) continue;
    const code = Number(digits) >>> 0;
    const name = path.slice(1);
    if (runningResults.includes(code))
      tasks.set(name, { name, state: 'running', lastResult: null });
    else if (!tasks.has(name)) tasks.set(name, taskOf(name, code));
  }
  return [...tasks.values()];
}

/**
 * Tasks in the answer to {@link tasksQuestion}. schtasks also fails when one task of many is damaged: what it listed
 * counts.
 *
 * @throws Failure `unexpected-output`
 */
export function tasksIn(sections: Sections): ScheduledTask[] {
  const section = sections.of(tasksQuestion.name);
  const tasks = parseTasks(section.text);
  if (section.succeeded || (section.ended && tasks.length > 0)) return tasks;
  throw new Failure('unexpected-output', 'the host did not list its scheduled tasks', {
    facts: { said: section.text.trim().slice(0, 200) },
  });
}

function taskOf(name: string, code: number): ScheduledTask {
  return code === neverRanResult
    ? { name, state: 'never-ran', lastResult: null }
    : { name, state: 'ended', lastResult: code };
}

export const taskName = (hotfixId: string, attempt: string): string =>
  `${plainName(hotfixId, 'hotfix id')}-${plainName(attempt, 'attempt')}`;

/** Attempt whose task takes a hotfix away: by its name it is told from those that bring it. */
export const removalAttempt = (attempt: string): string => `remove-${attempt}`;

/** Whether a task takes this hotfix away, whoever made it. */
export function isRemovalOf(hotfixId: string): (name: string) => boolean {
  const beginning = taskName(hotfixId, removalAttempt('')).toLowerCase();
  return (name) => name.toLowerCase().startsWith(beginning);
}

/** Task that pulls the package. Its name begins as no hotfix's can, so that it is never taken for an installer's. */
export const pullTaskName = (sha256: string): string => `_hotfix-pull-${sha256.slice(0, 8)}`;

/** Whether a task is of this hotfix, whoever made it: its name begins with the hotfix and goes on with something else. */
export function isTaskOf(hotfixId: string): (name: string) => boolean {
  const beginning = plainName(hotfixId, 'hotfix id').toLowerCase();
  return (name) =>
    name.toLowerCase().startsWith(beginning) && !/^[a-z0-9]/i.test(name.slice(beginning.length));
}

/**
 * Creates the task or replaces one that has the same name, and runs nothing. Its only trigger is the past midnight:
 * schtasks wants one, and a task that was never started on purpose must not start by itself.
 *
 * @throws Failure `task-refused`
 */
export async function createTask(
  session: Session,
  name: string,
  program: string,
  options?: RunOptions,
): Promise<void> {
  // schtasks refuses longer programs.
  const action = program.includes(' ') ? `\\"${program}\\"` : program;
  if (action.length > 261) {
    throw new Failure('task-refused', `the program of the task has ${action.length} characters`);
  }
  await change(
    session,
    `schtasks /create /tn "${name}" /tr "${action}" /ru SYSTEM /rl HIGHEST /sc ONCE /st 00:00 /f`,
    `the host refused to create the task ${name}`,
    options,
  );
}

/** @throws Failure `task-refused` */
export async function runTask(session: Session, name: string, options?: RunOptions): Promise<void> {
  const refused = `the host refused to run the task ${name}`;
  await change(session, `schtasks /run /tn "${name}"`, refused, options);
}

async function change(
  session: Session,
  commandLine: string,
  refused: string,
  options?: RunOptions,
): Promise<void> {
  const { exitCode, stdout, stderr, timedOut } = await session.run(commandLine, options);
  if (timedOut) throw new Failure('command-timeout', `${refused}: no answer in time`);
  if (exitCode === 0) return;
  const said = decodeOutput(Buffer.concat([stderr, stdout]))
    .trim()
    .slice(0, 200);
  throw new Failure('task-refused', `${refused}: ${said}`, { facts: { exitCode } });
}

/** Rows of quoted fields; a field may hold line breaks and doubled quotes. */
function csvRows(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  const field = /"((?:[^"]|"")*)"(,|\r*\n|$)|[^\n]*\n|[^\n]+$/g;
  for (const match of text.matchAll(field)) {
    const [, value, end] = match;
    if (value === undefined) {
      // A line that is no row, such as a warning.
      row = [];
      continue;
    }
    row.push(value.replaceAll('""', '"'));
    if (end === ',') continue;
    rows.push(row);
    row = [];
  }
  return rows;
}
