import { FileError } from '../files/file-error';
import { isNullDevice, resolvePath } from '../files/paths';
import { bytesSource, emptySource, nullSink, type Sink } from '../process/streams';
import { textFor } from './command-text';
import { outputOf, type Shell, type Streams } from './shell-state';
import type { Redirection } from './syntax';

export interface OpenedStreams {
  readonly streams: Streams;
  close(): void;
}

/** Opens files in the order they are written, as cmd does; null after telling what could not be opened. */
export function openRedirections(
  redirections: readonly Redirection[],
  shell: Shell,
  outer: Streams,
): OpenedStreams | null {
  const opened: Sink[] = [];
  let streams = outer;
  const close = (): void => {
    for (const sink of opened) sink.close();
  };
  for (const redirection of redirections) {
    try {
      streams = redirect(redirection, shell, streams, opened);
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      close();
      outputOf(shell, outer.stderr).line(textOf(error, redirection));
      return null;
    }
  }
  return { streams, close };
}

function redirect(
  { handle, operator, target }: Redirection,
  shell: Shell,
  streams: Streams,
  opened: Sink[],
): Streams {
  if (typeof target === 'number') {
    const copied = target === 1 ? streams.stdout : target === 2 ? streams.stderr : nullSink;
    return withSink(streams, handle, copied);
  }
  const path = resolvePath(textFor(target, shell), shell.workingDirectory);
  if (operator === '<')
    return { ...streams, stdin: isNullDevice(path) ? emptySource : openSource(path, shell) };
  const sink = isNullDevice(path) ? nullSink : openSink(path, operator === '>>', shell);
  opened.push(sink);
  return withSink(streams, handle, sink);
}

function withSink(streams: Streams, handle: number, sink: Sink): Streams {
  if (handle === 1) return { ...streams, stdout: sink };
  return handle === 2 ? { ...streams, stderr: sink } : streams;
}

function openSource(path: string, shell: Shell): Streams['stdin'] {
  const bytes = shell.context.host.files.read(path);
  if (bytes === null) throw new FileError('ENOENT');
  return bytesSource(bytes);
}

function openSink(path: string, append: boolean, shell: Shell): Sink {
  const writer = shell.context.host.files.open(path, append ? 'append' : 'truncate');
  return { kind: 'file', write: (bytes) => writer.write(bytes), close: () => writer.close() };
}

function textOf(error: FileError, { operator }: Redirection): string {
  return operator === '<' && error.code === 'ENOENT'
    ? 'The system cannot find the file specified.'
    : error.message;
}
