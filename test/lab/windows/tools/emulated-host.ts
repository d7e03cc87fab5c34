import { createLedger } from '../../../../lab/ledger';
import type { LabFaults, WindowsOptions } from '../../../../lab/types';
import { createHost } from '../../../../lab/windows/create-host';
import type { Host } from '../../../../lab/windows/host';
import { createEnvironment } from '../../../../lab/windows/process/environment';
import {
  createOutput,
  type Program,
  splitArguments,
} from '../../../../lab/windows/process/invocation';
import { createProcessControl } from '../../../../lab/windows/process/process-control';
import {
  createPipe,
  emptySource,
  type Sink,
  type StreamKind,
} from '../../../../lab/windows/process/streams';

export const startedAt = Date.UTC(2015, 3, 15, 12);

export interface EmulatedHost {
  readonly host: Host;
  /** Lets time go by: what falls due in it happens in its order. */
  readonly advance: (ms: number) => Promise<void>;
}

/** A whole machine whose time stands still until the test lets it go by. */
export function createEmulatedHost(
  windows: WindowsOptions = {},
  { id = 'ex01', faults = {} }: { readonly id?: string; readonly faults?: LabFaults } = {},
): EmulatedHost {
  let now = startedAt;
  const timers = new Set<{ readonly at: number; readonly callback: () => void }>();
  const { host } = createHost(
    {
      id,
      transport: { kind: 'ssh' },
      credential: { username: 'Administrator', password: 'secret' },
      windows,
    },
    {
      ledger: createLedger(null),
      timeScale: 1,
      now: () => now,
      faults: () => faults,
      setTimer(callback, delayMs) {
        const timer = { at: now + delayMs, callback };
        timers.add(timer);
        return () => timers.delete(timer);
      },
    },
  );
  return {
    host,
    async advance(ms) {
      const end = now + ms;
      for (;;) {
        const [next] = [...timers].filter(({ at }) => at <= end).toSorted((a, b) => a.at - b.at);
        if (next === undefined) break;
        timers.delete(next);
        now = next.at;
        next.callback();
        // What was awaited goes on before time does.
        await new Promise((resolve) => setImmediate(resolve));
      }
      now = end;
    },
  };
}

export interface Printed {
  readonly code: number;
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** Runs a program with what stands behind its name on a command line. */
export async function run(
  program: Program,
  host: Host,
  tail: string,
  { stdin, into = 'pipe' }: { readonly stdin?: string; readonly into?: StreamKind } = {},
): Promise<Printed> {
  const chunks: [Buffer[], Buffer[]] = [[], []];
  const sink = (index: 0 | 1, kind: StreamKind): Sink => ({
    kind,
    write: (bytes) => void chunks[index].push(bytes),
    close: () => undefined,
  });
  const pipe = createPipe();
  pipe.sink.write(Buffer.from(stdin ?? ''));
  pipe.sink.close();
  const control = createProcessControl();
  const code = await program({
    context: { host, control, identity: 'administrator', codePage: 437 },
    host,
    tail: ` ${tail}`,
    args: splitArguments(` ${tail}`),
    stdin: stdin === undefined ? emptySource : pipe.source,
    stdout: createOutput(sink(0, into), 437),
    stderr: createOutput(sink(1, 'pipe'), 437),
    workingDirectory: 'C:\\Windows\\Temp',
    environment: createEnvironment(),
    setCodePage: () => undefined,
  });
  return {
    code: code >>> 0,
    stdout: Buffer.concat(chunks[0]),
    stderr: Buffer.concat(chunks[1]).toString('latin1'),
  };
}
