import type { ProcessControl } from '../process/process-control';

export interface Task {
  /** With its leading backslash, as made. */
  readonly name: string;
  readonly command: string;
  readonly user: string;
  readonly runLevel: 'highest' | 'limited';
  readonly schedule: string;
  readonly startTime: string;
  readonly author: string;
  readonly state: 'ready' | 'running';
  /** 267011 until it has run, 267009 while it does. */
  readonly lastResult: number;
  readonly lastRunAt: number | null;
}

export type TaskPlan = Pick<
  Task,
  'name' | 'command' | 'user' | 'runLevel' | 'schedule' | 'startTime' | 'author'
>;

/** Scheduled tasks. What they run lives on its own: no session ends it, a shutdown does. */
export interface Tasks {
  list(): readonly Task[];
  find(name: string): Task | null;
  create(plan: TaskPlan): void;
  /** False when it runs already. */
  run(name: string): boolean;
  end(name: string): void;
  delete(name: string): boolean;
  powerOff(): void;
}

interface Entry extends TaskPlan {
  state: 'ready' | 'running';
  lastResult: number;
  lastRunAt: number | null;
  control: ProcessControl | null;
}

export const taskNeverRan = 267_011;
export const taskRunning = 267_009;
/** What a task ends with that was ended: SCHED_S_TASK_TERMINATED. */
export const taskTerminated = 267_014;

export interface TasksOptions {
  readonly now: () => number;
  /** Starts the command as the local system. */
  readonly start: (command: string) => {
    readonly control: ProcessControl;
    readonly exited: Promise<number>;
  };
  readonly onEvent: (event: 'created' | 'started' | 'ended' | 'deleted', task: Task) => void;
}

export function createTasks({ now, start, onEvent }: TasksOptions): Tasks {
  const tasks = new Map<string, Entry>();
  const run = (task: Entry): void => {
    task.state = 'running';
    task.lastResult = taskRunning;
    task.lastRunAt = now();
    const { control, exited } = start(task.command);
    task.control = control;
    onEvent('started', task);
    void exited.then((code) => {
      if (task.control !== control) return;
      task.control = null;
      task.state = 'ready';
      task.lastResult = control.isKilled ? taskTerminated : code;
      onEvent('ended', task);
    });
  };

  return {
    list: () =>
      [...tasks.values()].toSorted((a, b) =>
        a.name.toLowerCase() < b.name.toLowerCase() ? -1 : 1,
      ),
    find: (name) => tasks.get(keyOf(name)) ?? null,
    create(plan) {
      // A task that is replaced while it runs goes on running, known to nobody.
      const task: Entry = {
        ...plan,
        state: 'ready',
        lastResult: taskNeverRan,
        lastRunAt: null,
        control: null,
      };
      tasks.set(keyOf(plan.name), task);
      onEvent('created', task);
    },
    run(name) {
      const task = tasks.get(keyOf(name));
      if (task === undefined || task.state === 'running') return false;
      run(task);
      return true;
    },
    end(name) {
      tasks.get(keyOf(name))?.control?.kill();
    },
    delete(name) {
      const task = tasks.get(keyOf(name));
      if (task === undefined) return false;
      tasks.delete(keyOf(name));
      onEvent('deleted', task);
      return true;
    },
    powerOff() {
      for (const task of tasks.values()) task.control?.kill();
    },
  };
}

function keyOf(name: string): string {
  return (name.startsWith('\\') ? name : `\\${name}`).toLowerCase();
}
