import type { ProcessControl } from './process-control';

/** Where a stream leads decides what some tools print: wmic writes UTF-16 into a file and OEM bytes into a pipe. */
export type StreamKind = 'pipe' | 'file' | 'null';

export interface Sink {
  readonly kind: StreamKind;
  /** @throws FileError when the file behind it cannot grow */
  write(bytes: Buffer): void;
  close(): void;
}

export interface Source {
  readonly kind: StreamKind;
  /** The next bytes; null at the end. */
  read(control: ProcessControl): Promise<Buffer | null>;
}

export const nullSink: Sink = { kind: 'null', write: () => undefined, close: () => undefined };
export const emptySource: Source = { kind: 'null', read: () => Promise.resolve(null) };

export function bytesSource(bytes: Buffer): Source {
  let rest: Buffer | null = bytes.length > 0 ? bytes : null;
  return {
    kind: 'file',
    read: () => {
      const next = rest;
      rest = null;
      return Promise.resolve(next);
    },
  };
}

/** A pipe in memory: standard input of a session, or what stands between two commands of a `|`. */
export function createPipe(): { readonly sink: Sink; readonly source: Source } {
  const chunks: Buffer[] = [];
  let isEnded = false;
  let wake: (() => void) | null = null;

  const notify = (): void => {
    wake?.();
    wake = null;
  };
  const source: Source = {
    kind: 'pipe',
    async read(control) {
      if (chunks.length === 0 && !isEnded) {
        await control.race<void>((resolve) => {
          wake = resolve;
          return () => {
            wake = null;
          };
        });
      }
      return chunks.shift() ?? null;
    },
  };
  const sink: Sink = {
    kind: 'pipe',
    write(bytes) {
      if (isEnded || bytes.length === 0) return;
      chunks.push(bytes);
      notify();
    },
    close() {
      isEnded = true;
      notify();
    },
  };
  return { sink, source };
}

export async function readAll(source: Source, control: ProcessControl): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for (;;) {
    const chunk = await source.read(control);
    if (chunk === null) return Buffer.concat(chunks);
    chunks.push(chunk);
  }
}
