import type { MachineProcess } from '../machine';

type Piece = { readonly stream: 'stdout' | 'stderr'; readonly bytes: Buffer };

interface Fetched {
  readonly output: readonly Piece[];
  /** Null while the command runs, or while there is more output than one answer holds. */
  readonly exitCode: number | null;
}

/** One command of a shell: keeps what its process prints until somebody asks. */
export interface ShellCommand {
  readonly send: (bytes: Buffer, end: boolean) => void;
  /** Waits for output or the end; `gone` tells that the asker hung up, so that nothing is handed to nobody. */
  fetch(
    timeoutMs: number,
    maxBytes: number,
    gone: Gone,
  ): Promise<Fetched | 'timed-out' | 'aborted'>;
  isRunning(): boolean;
  /** Ends the process and answers whoever waits. */
  terminate(): void;
}

export interface Gone {
  readonly isGone: () => boolean;
  readonly onGone: (listener: () => void) => void;
}

export function createShellCommand(process: MachineProcess): ShellCommand {
  let pieces: Piece[] = [];
  let exitCode: number | null = null;
  let terminated = false;
  const waiting = new Set<() => void>();
  const wake = (): void => waiting.forEach((resolve) => resolve());
  process.onOutput((stream, bytes) => {
    pieces.push({ stream, bytes });
    // Not at once: what the process prints next, or its end, travels in the same answer then.
    setImmediate(wake);
  });
  void process.exited.then((code) => {
    exitCode = code;
    wake();
  });

  const take = (maxBytes: number): Fetched => {
    const [now, later] = splitAt(pieces, maxBytes);
    pieces = later;
    return { output: joinNeighbours(now), exitCode: later.length === 0 ? exitCode : null };
  };

  return {
    send: (bytes, end) => {
      if (bytes.length > 0) process.stdin.write(bytes);
      if (end) process.stdin.end();
    },
    fetch: async (timeoutMs, maxBytes, gone) => {
      const isReady = (): boolean => pieces.length > 0 || exitCode !== null || terminated;
      if (!isReady()) {
        await new Promise<void>((resolve) => {
          const settle = (): void => {
            clearTimeout(timer);
            waiting.delete(settle);
            resolve();
          };
          const timer = setTimeout(settle, timeoutMs).unref();
          waiting.add(settle);
          gone.onGone(settle);
        });
      }
      if (terminated) return 'aborted';
      return isReady() && !gone.isGone() ? take(maxBytes) : 'timed-out';
    },
    isRunning: () => exitCode === null && !terminated,
    terminate: () => {
      terminated = true;
      if (exitCode === null) process.kill();
      wake();
    },
  };
}

function splitAt(pieces: readonly Piece[], maxBytes: number): [Piece[], Piece[]] {
  const now: Piece[] = [];
  const later: Piece[] = [];
  let room = maxBytes;
  for (const { stream, bytes } of pieces) {
    if (room > 0) now.push({ stream, bytes: bytes.subarray(0, room) });
    if (bytes.length > room) later.push({ stream, bytes: bytes.subarray(Math.max(0, room)) });
    room = Math.max(0, room - bytes.length);
  }
  return [now, later];
}

function joinNeighbours(pieces: readonly Piece[]): Piece[] {
  const runs: { stream: Piece['stream']; parts: Buffer[] }[] = [];
  for (const { stream, bytes } of pieces) {
    const last = runs.at(-1);
    if (last?.stream === stream) last.parts.push(bytes);
    else runs.push({ stream, parts: [bytes] });
  }
  return runs.map(({ stream, parts }) => ({ stream, bytes: Buffer.concat(parts) }));
}
