import type { MachineProcess, StartOptions } from '../../machine';
import { resolvePath } from '../files/paths';
import type { Host } from '../host';
import { runLine } from '../shell/run-shell';
import { runProgramLine } from '../shell/run-program-line';
import { administratorEnvironment, systemEnvironment } from './base-environment';
import type { Environment } from './environment';
import type { Identity } from './invocation';
import { createProcessControl, type ProcessControl, ProcessKilled } from './process-control';
import { createPipe, emptySource, nullSink, type Sink } from './streams';

/** What a process ends with in which the lab itself failed: an unhandled C++ exception's code. */
const internalFault = 0xe06d7363;

type Stream = 'stdout' | 'stderr';

/**
 * One command of a session. Both WinRS and Win32-OpenSSH put what they are given between quotes behind `cmd.exe /c`, so
 * that cmd takes it as it stands.
 */
export function startSession(
  host: Host,
  commandLine: string,
  options: StartOptions,
): MachineProcess {
  const control = createProcessControl();
  const stdin = createPipe();
  const output = createOutputBuffer(control);
  const environment = administratorEnvironment(host.windows);
  for (const [name, value] of Object.entries(options.environment ?? {}))
    environment.set(name, value);
  const streams = {
    stdin: stdin.source,
    stdout: output.sink('stdout'),
    stderr: output.sink('stderr'),
  };

  const run = async (): Promise<number> => {
    // Nothing of the command happens before its starter has the process in its hands.
    await Promise.resolve();
    if (host.power.state === 'off') return 1;
    const { slowMs } = host.faults;
    if (slowMs !== undefined && slowMs > 0) await host.clock.sleep(slowMs, control);
    const context = {
      host,
      control,
      identity: 'administrator' as const,
      codePage: options.codePage,
    };
    const workingDirectory = folderOr(host, options.workingDirectory, 'C:\\Users\\Administrator');
    return runLine(
      commandLine,
      {
        context,
        environment,
        workingDirectory,
        isDelayedExpansionOn: false,
        codePage: options.codePage,
      },
      streams,
    );
  };
  return {
    stdin: {
      write: (bytes) => stdin.sink.write(Buffer.from(bytes)),
      end: () => stdin.sink.close(),
    },
    onOutput: output.listen,
    exited: finish(
      host,
      'cmd.exe',
      `cmd.exe /c "${commandLine}"`,
      'administrator',
      control,
      run,
      streams.stderr,
    ),
    kill: () => control.kill(),
  };
}

/** What a scheduled task runs: a program of its own, as the local system, with no session that could end it. */
export function startSystemProcess(
  host: Host,
  commandLine: string,
): { readonly control: ProcessControl; readonly exited: Promise<number> } {
  const control = createProcessControl();
  const environment: Environment = systemEnvironment(host.windows);
  const codePage = host.windows.codePage;
  const run = async (): Promise<number> => {
    await Promise.resolve();
    return runProgramLine(
      commandLine,
      {
        context: { host, control, identity: 'system', codePage },
        environment,
        workingDirectory: 'C:\\Windows\\System32',
        isDelayedExpansionOn: false,
        codePage,
      },
      { stdin: emptySource, stdout: nullSink, stderr: nullSink },
    );
  };
  return {
    control,
    exited: finish(host, 'taskeng.exe', commandLine, 'system', control, run, nullSink),
  };
}

async function finish(
  host: Host,
  image: string,
  commandLine: string,
  identity: Identity,
  control: ProcessControl,
  run: () => Promise<number>,
  stderr: Sink,
): Promise<number> {
  const entry = host.processes.add(image, commandLine, identity, control);
  try {
    return (await run()) >>> 0;
  } catch (error) {
    if (error instanceof ProcessKilled) return 1;
    stderr.write(
      Buffer.from(
        `The lab failed to run this: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\r\n`,
      ),
    );
    return internalFault;
  } finally {
    host.processes.remove(entry);
  }
}

function folderOr(host: Host, wanted: string | undefined, otherwise: string): string {
  if (wanted === undefined) return otherwise;
  const found = host.files.stat(resolvePath(wanted, otherwise));
  return found?.kind === 'folder' ? found.path : otherwise;
}

interface OutputBuffer {
  sink(stream: Stream): Sink;
  readonly listen: (listener: (stream: Stream, bytes: Buffer) => void) => void;
}

/** Keeps what is printed before anybody listens; a killed process prints nothing more. */
function createOutputBuffer(control: ProcessControl): OutputBuffer {
  const listeners: ((stream: Stream, bytes: Buffer) => void)[] = [];
  const waiting: [Stream, Buffer][] = [];
  const sink = (stream: Stream): Sink => ({
    kind: 'pipe',
    write(bytes) {
      if (control.isKilled) return;
      if (listeners.length === 0) waiting.push([stream, bytes]);
      for (const listener of listeners) listener(stream, bytes);
    },
    close: () => undefined,
  });
  return {
    sink,
    listen(listener) {
      listeners.push(listener);
      for (const [stream, bytes] of waiting.splice(0)) listener(stream, bytes);
    },
  };
}
