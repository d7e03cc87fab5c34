import { spawn } from 'node:child_process';
import type { ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import type { Environment } from '../../workers/config';
import type { WorkflowBundle } from '../../workers/workflow-bundle';

/** Whether the worker's apply looks before it starts an installer; `blind` is the mutant. */
export type Sight = 'sees' | 'blind';

export interface WorkerChild {
  /** Begins every identity under which it takes tasks. */
  readonly pid: number;
  /** At once: when this returns, the process does nothing any more. */
  kill(): void;
  readonly exited: Promise<NodeJS.Signals | null>;
}

/** Worker processes of one test; each can be killed at any moment, and all end with the test. */
export interface WorkerChildren {
  /** Returns when it polls. */
  start(address: string, sight: Sight): Promise<WorkerChild>;
  killAll(): Promise<void>;
}

export interface WorkerChoice {
  readonly environment: Environment;
  /** Compiled program of the worker. */
  readonly program: string;
  readonly workflowBundle: WorkflowBundle;
}

export function createWorkerChildren(choice: WorkerChoice): WorkerChildren {
  const all: WorkerChild[] = [];
  return {
    async start(address, sight) {
      const process = spawnWorker(choice, [address, sight]);
      const child = childOf(process);
      all.push(child);
      const ended = child.exited.then((signal) => {
        throw new Error(`the worker process ended before it polled (${signal ?? 'by itself'})`);
      });
      await Promise.race([once(process.stdout, 'data'), ended]);
      ended.catch(() => undefined);
      return child;
    },
    async killAll() {
      for (const child of all) child.kill();
      await Promise.all(all.map(({ exited }) => exited));
    },
  };
}

type WorkerProcess = ChildProcessByStdio<Writable, Readable, null>;

const spawnWorker = (
  { environment, program, workflowBundle }: WorkerChoice,
  args: readonly string[],
): WorkerProcess =>
  spawn(process.execPath, [program, ...args, workflowBundle.codePath], {
    env: environment,
    stdio: ['pipe', 'pipe', 'inherit'],
  });

function childOf(process: WorkerProcess): WorkerChild {
  const { pid } = process;
  if (pid === undefined) throw new Error('the worker process could not be started');
  return {
    pid,
    kill: () => void process.kill('SIGKILL'),
    exited: once(process, 'exit').then(([, signal]) => signal as NodeJS.Signals | null),
  };
}
