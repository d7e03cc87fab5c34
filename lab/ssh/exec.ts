import type { ServerChannel, Session } from 'ssh2';
import type { Machine, MachineProcess } from '../machine';
import type { LabShell } from '../types';
import { startInShell } from './shell';

export interface ExecOptions {
  readonly machine: Machine;
  /** The account's. */
  readonly shell: LabShell;
  /** Whether the reply to this command is the one that is cut in the middle. */
  readonly isCut: boolean;
  /** Ends the whole connection, without a word. */
  readonly cutConnection: () => void;
}

/** Runs one command on the machine and carries its streams and exit code over a channel. */
export function serveExec(
  session: Session,
  channel: ServerChannel,
  commandLine: string,
  options: ExecOptions,
): void {
  const { machine } = options;
  const process = startInShell(machine, options.shell, commandLine, {
    codePage: machine.options.windows?.codePage ?? 437,
  });
  const reply = options.isCut ? cutReply(channel, options.cutConnection) : wholeReply(channel);
  channel.on('data', (bytes: Buffer) => process.stdin.write(bytes));
  channel.on('end', () => process.stdin.end());
  killWithChannel(session, channel, process);
  process.onOutput((stream, bytes) => reply.output(stream, bytes));
  void process.exited.then((exitCode) => reply.exit(exitCode));
}

type Stream = 'stdout' | 'stderr';

interface Reply {
  output(stream: Stream, bytes: Buffer): void;
  exit(exitCode: number): void;
}

interface WholeReply extends Reply {
  /** Calls back once everything so far has been handed to the connection. */
  flush(done: () => void): void;
}

/**
 * One write at a time, stdout and stderr in their order: the exit code must not overtake them, and ssh2 keeps the chunk
 * of stdout that last waited for the window and sends it again in place of one of stderr that waits.
 */
function wholeReply(channel: ServerChannel): WholeReply {
  let queue: Promise<void> = Promise.resolve();
  let isOpen = true;
  channel.once('close', () => (isOpen = false));
  const write = (stream: Stream, bytes: Buffer) =>
    new Promise<void>((resolve) => {
      if (!isOpen) return resolve();
      channel.once('close', resolve);
      const target = stream === 'stdout' ? channel : channel.stderr;
      return target.write(bytes, () => {
        channel.removeListener('close', resolve);
        forgetWaitingChunk(channel);
        resolve();
      });
    });
  const flush = (done: () => void) => {
    queue = queue.then(done);
  };
  return {
    output: (stream, bytes) => {
      queue = queue.then(() => write(stream, bytes));
    },
    flush,
    exit: (exitCode) =>
      flush(() => {
        if (!isOpen) return;
        channel.exit(exitCode);
        channel.end();
      }),
  };
}

function forgetWaitingChunk(channel: ServerChannel): void {
  Object.assign(channel, { _chunk: undefined, _chunkcb: undefined });
}

/** Sends the first half of what the command put out, and then the line is dead. */
function cutReply(channel: ServerChannel, cutConnection: () => void): Reply {
  const held: [Stream, Buffer][] = [];
  const whole = wholeReply(channel);
  return {
    output: (stream, bytes) => held.push([stream, bytes]),
    exit: () => {
      for (const [stream, bytes] of firstHalf(held)) whole.output(stream, bytes);
      whole.flush(cutConnection);
    },
  };
}

/** A client that closes its channel, sends a signal or goes away ends the command, as sshd on Windows does. */
function killWithChannel(session: Session, channel: ServerChannel, process: MachineProcess): void {
  let isOver = false;
  void process.exited.then(() => (isOver = true));
  const kill = () => {
    if (!isOver) process.kill();
    isOver = true;
  };
  session.on('signal', kill);
  session.on('close', kill);
  channel.on('close', kill);
}

function firstHalf(outputs: readonly (readonly [Stream, Buffer])[]): [Stream, Buffer][] {
  let left = Math.floor(outputs.reduce((total, [, bytes]) => total + bytes.length, 0) / 2);
  const half: [Stream, Buffer][] = [];
  for (const [stream, bytes] of outputs) {
    if (left <= 0) break;
    half.push([stream, bytes.subarray(0, left)]);
    left -= bytes.length;
  }
  return half;
}
