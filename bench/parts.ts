import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { ownUsage } from './usage';
import type { Usage } from './usage';

/** A part of the system in a process of its own, so that its CPU can be told apart. */
export interface Part<R> {
  readonly ready: R;
  /** Ends it and says what it used. */
  stop(): Promise<Usage>;
}

/** Starts `bench/<name>` and waits until it says what it has to say. */
export async function startPart<R>(name: string, args: readonly string[]): Promise<Part<R>> {
  const child = fork(join(__dirname, `${name}.js`), [...args], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const ended = once(child, 'exit');
  const ready = await Promise.race([message<R>(child), ended.then(() => refuse(name))]);
  return {
    ready,
    async stop() {
      const usage = message<Usage>(child);
      child.send('stop');
      const used = await Promise.race([usage, ended.then(() => refuse(name))]);
      await ended;
      return used;
    },
  };
}

const message = async <R>(child: ChildProcess): Promise<R> => {
  const [value] = (await once(child, 'message')) as [R];
  return value;
};

function refuse(name: string): never {
  throw new Error(`the benchmark's part ${name} ended too early; see above`);
}

/** The other end, in the part: says that it is ready, waits for the end, says what it used. */
export async function serve(ready: unknown, close: () => Promise<void>): Promise<void> {
  const stopped = once(process, 'message');
  process.send?.(ready);
  await Promise.race([stopped, once(process, 'disconnect')]);
  const usage = ownUsage();
  await close();
  if (process.connected) {
    process.send?.(usage, () => process.disconnect());
  }
}
