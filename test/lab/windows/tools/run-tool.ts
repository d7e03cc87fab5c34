import { createClock } from '../../../../lab/windows/clock';
import { baseImage } from '../../../../lab/windows/files/base-image';
import { createFileSystem } from '../../../../lab/windows/files/file-system';
import type { Host } from '../../../../lab/windows/host';
import { resolveWindows } from '../../../../lab/windows/options';
import { createEnvironment } from '../../../../lab/windows/process/environment';
import {
  createOutput,
  splitArguments,
  type Identity,
  type Invocation,
  type Program,
} from '../../../../lab/windows/process/invocation';
import {
  createProcessControl,
  ProcessKilled,
  type ProcessControl,
} from '../../../../lab/windows/process/process-control';
import { createProcessTable } from '../../../../lab/windows/process/process-table';
import {
  bytesSource,
  createPipe,
  emptySource,
  type Sink,
  type Source,
} from '../../../../lab/windows/process/streams';
import { initialRegistry } from '../../../../lab/windows/registry/initial-registry';
import { createRegistry } from '../../../../lab/windows/registry/registry';
import type { LabHostOptions, WindowsOptions } from '../../../../lab/types';

export interface ToolHost {
  readonly host: Host;
  /** Host time that programs have slept so far. */
  sleptMs(): number;
  fillDisk(): void;
  write(path: string, content: string | Buffer): void;
  read(path: string): string | null;
}

export interface ToolHostOptions {
  readonly windows?: WindowsOptions;
  readonly username?: string;
}

export const bootedAt = Date.UTC(2015, 3, 1, 6, 5, 4);

/** A host with a real disk, registry, clock and process table; its services and packages are the few given here. */
export function createToolHost({
  windows,
  username = 'Administrator',
}: ToolHostOptions = {}): ToolHost {
  const options: LabHostOptions = {
    id: 'ex01',
    transport: { kind: 'ssh' },
    credential: { username, password: 'secret' },
    ...(windows === undefined ? {} : { windows }),
  };
  let slept = 0;
  let isFull = false;
  // A timer is due at once; how long it would have taken is added up.
  const setTimer = (callback: () => void, delayMs: number): (() => void) => {
    slept += delayMs;
    let isCancelled = false;
    setImmediate(() => isCancelled || callback());
    return () => {
      isCancelled = true;
    };
  };
  const clock = createClock({
    now: () => Date.UTC(2015, 3, 15, 12) + slept,
    setTimer,
    timeScale: 1,
    offsetMs: 0,
  });
  const facts = resolveWindows(options, clock.now());
  const files = createFileSystem({
    image: baseImage(facts, []),
    now: () => clock.now(),
    installedAt: facts.installedAt,
    capacity: () => facts.freeBytes,
    isFull: () => isFull,
    onWritten: () => undefined,
    onDeleted: () => undefined,
  });
  const registry = createRegistry({
    initial: () => initialRegistry(facts),
    live: () => null,
    onChanged: () => undefined,
  });
  const service = (name: string, image: string, pid: number): unknown => ({
    definition: { name, image, isShared: image === 'svchost.exe' },
    pid,
  });
  const parts = {
    options,
    windows: facts,
    faults: {},
    clock,
    files,
    registry,
    power: { state: 'on', bootedAt },
    processes: createProcessTable(1, () => clock.now()),
    pools: null,
    services: {
      list: () => [
        service('Spooler', 'spoolsv.exe', 1280),
        service('RpcSs', 'svchost.exe', 700),
        service('Schedule', 'svchost.exe', 700),
        service('Imap4', 'imap.exe', 0),
      ],
    },
    servicing: {
      list: () => [
        { kb: 'KB976902', state: 'Installed' },
        { kb: 'KB3004383', state: 'Install Pending' },
      ],
    },
  };
  const host = parts as unknown as Host;
  return {
    host,
    sleptMs: () => slept,
    fillDisk: () => {
      isFull = true;
    },
    write: (path, content) =>
      files.write(path, Buffer.isBuffer(content) ? content : Buffer.from(content, 'latin1')),
    read: (path) => files.read(path)?.toString('latin1') ?? null,
  };
}

export interface ToolRun {
  /** Unsigned. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  /** A text is a pipe's whole content; nothing is the null device. */
  readonly stdin?: string | Source;
  readonly identity?: Identity;
  readonly codePage?: number;
  readonly workingDirectory?: string;
  readonly control?: ProcessControl;
  /** Sees output as it is written. */
  readonly onOutput?: (text: string) => void;
}

/** Runs a program with this command line behind its name, as cmd passes it on. */
export async function runTool(
  program: Program,
  { host }: ToolHost,
  tail: string,
  options: RunOptions = {},
): Promise<ToolRun> {
  const codePage = options.codePage ?? 437;
  const control = options.control ?? createProcessControl();
  const captured: Buffer[][] = [[], []];
  const output = (index: 0 | 1): ReturnType<typeof createOutput> => {
    const sink: Sink = {
      kind: 'pipe',
      write(bytes) {
        captured[index]?.push(Buffer.from(bytes));
        options.onOutput?.(bytes.toString('latin1'));
      },
      close: () => undefined,
    };
    return createOutput(sink, codePage);
  };
  const invocation: Invocation = {
    context: { host, control, identity: options.identity ?? 'administrator', codePage },
    host,
    tail: ` ${tail}`,
    args: splitArguments(` ${tail}`),
    stdin: sourceOf(options.stdin),
    stdout: output(0),
    stderr: output(1),
    workingDirectory: options.workingDirectory ?? 'C:\\Windows\\Temp',
    environment: createEnvironment(),
    setCodePage: () => undefined,
  };
  const text = (index: 0 | 1): string => Buffer.concat(captured[index] ?? []).toString('latin1');
  const end = (code: number): ToolRun => ({
    code: code >>> 0,
    stdout: text(0),
    stderr: text(1),
  });
  try {
    return end(await program(invocation));
  } catch (error) {
    if (error instanceof ProcessKilled) return end(1);
    throw error;
  }
}

function sourceOf(stdin: string | Source | undefined): Source {
  if (stdin === undefined) return emptySource;
  if (typeof stdin !== 'string') return stdin;
  const { sink, source } = createPipe();
  sink.write(Buffer.from(stdin, 'latin1'));
  sink.close();
  return source;
}

/** Standard input that is a file: `< name`. */
export const fileInput = (text: string): Source => bytesSource(Buffer.from(text, 'latin1'));
