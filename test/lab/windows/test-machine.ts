import { createLedger, type Ledger } from '../../../lab/ledger';
import type { LabFaults, LabHostOptions, WindowsOptions } from '../../../lab/types';
import { createMachine, type WindowsMachine } from '../../../lab/windows/machine';

export const startedAt = Date.UTC(2015, 2, 11, 8, 0, 0, 250);

export interface Ran {
  /** Unsigned. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface TestMachine {
  readonly machine: WindowsMachine;
  readonly ledger: Ledger;
  /** Runs a command that takes no time of the host, its input at the end. */
  readonly run: (line: string) => Promise<Ran>;
  /** Runs one while time goes by until it ends. */
  readonly runThrough: (line: string) => Promise<Ran>;
  readonly start: (line: string, input?: string) => Promise<Ran>;
  readonly advance: (ms: number) => Promise<void>;
  readonly write: (path: string, content: string | Buffer) => void;
  readonly read: (path: string) => string | null;
  readonly effects: () => string[];
}

export interface TestMachineOptions {
  readonly id?: string;
  readonly windows?: WindowsOptions;
  readonly faults?: LabFaults;
  readonly credential?: LabHostOptions['credential'];
}

/** A machine whose time stands still until the test lets it go by. */
export function createTestMachine(options: TestMachineOptions = {}): TestMachine {
  let now = startedAt;
  const timers = new Set<{ readonly at: number; readonly callback: () => void }>();
  const ledger = createLedger(null, () => now);
  const machine = createMachine(
    {
      id: options.id ?? 'ex01',
      transport: { kind: 'ssh' },
      credential: options.credential ?? { username: 'Administrator', password: 'secret' },
      ...(options.windows === undefined ? {} : { windows: options.windows }),
      ...(options.faults === undefined ? {} : { faults: options.faults }),
    },
    {
      ledger,
      now: () => now,
      setTimer(callback, delayMs) {
        const timer = { at: now + delayMs, callback };
        timers.add(timer);
        return () => timers.delete(timer);
      },
    },
  );

  const step = async (end: number): Promise<boolean> => {
    await settle();
    const [next] = [...timers].filter(({ at }) => at <= end).toSorted((a, b) => a.at - b.at);
    if (next === undefined) return false;
    timers.delete(next);
    now = Math.max(now, next.at);
    next.callback();
    await settle();
    return true;
  };
  const start = (line: string, input = ''): Promise<Ran> => {
    const process = machine.start(line, { codePage: 437 });
    const printed = { stdout: '', stderr: '' };
    process.onOutput((stream, bytes) => {
      printed[stream] += bytes.toString('latin1');
    });
    process.stdin.write(Buffer.from(input, 'latin1'));
    process.stdin.end();
    return process.exited.then((code) => ({ code, ...printed }));
  };
  return {
    machine,
    ledger,
    start,
    run: (line) => start(line),
    async runThrough(line) {
      const running = start(line);
      const progress = { isDone: false };
      void running.then(() => {
        progress.isDone = true;
      });
      await settle();
      while (!progress.isDone && (await step(Infinity))) await settle();
      return running;
    },
    async advance(ms) {
      const end = now + ms;
      while (await step(end)) await settle();
      now = end;
    },
    write: (path, content) => {
      const bytes = Buffer.isBuffer(content) ? content : Buffer.from(content, 'latin1');
      machine.files.truncate(path, 0);
      machine.files.write(path, 0, bytes);
    },
    read: (path) => machine.files.read(path)?.toString('latin1') ?? null,
    effects: () => ledger.entries.map(({ effect }) => effect),
  };
}

/** What was awaited goes on before time does. */
async function settle(): Promise<void> {
  for (let round = 0; round < 3; round += 1) await new Promise((resolve) => setImmediate(resolve));
}
