import type { Client, ClientChannel } from 'ssh2';
import type { Failure } from '../../contracts/failures';
import type { CommandInput } from '../command-input';
import type { CommandResult, RunOptions } from '../session';
import { feedInput } from './command-input';
import type { SshLink } from './connect';
import { sshFailure } from './errors';
import type { Ssh2Error } from './errors';
import { printable } from './identification';
import { keepOutput } from './output';
import type { OutputKeeper } from './output';

export const defaultTimeoutMs = 60_000;
export const defaultMaxOutputBytes = 4 * 1024 * 1024;
/** How long a host may take to confirm that a channel is closed before we stop waiting for its word. */
const closeGraceMs = 5_000;
/** Names of RFC 4254 section 6.10 and those with an @ of one's own; the host chooses. */
const maxSignalName = 40;

/** What became of a command, before it is made a result or a failure. */
interface Ending {
  readonly exitCode: number | null;
  readonly timedOut: boolean;
}

/** A command that ran, with the end of its output, which tells the exit code where the server cuts it. */
export interface RanCommand extends CommandResult {
  /** Also when what came before it was dropped. */
  readonly stdoutEnd: Buffer;
}

/** The last word of a channel on its command (RFC 4254 section 6.10); neither is known when it was only closed. */
interface LastWord {
  readonly exitCode: number | null;
  readonly killed: Killed | null;
}

interface Killed {
  readonly signal: string;
  readonly coreDumped: boolean;
  readonly text: string;
}

/**
 * Runs one command on an exec channel of its own; the account's shell takes the line as it is.
 *
 * @param input what it reads; without, its standard input is empty
 */
export async function runCommand(
  link: SshLink,
  commandLine: string,
  options: RunOptions,
  input?: CommandInput,
): Promise<RanCommand> {
  const startedAt = performance.now();
  const max = options.maxOutputBytes ?? defaultMaxOutputBytes;
  const stdout = keepOutput(max);
  const stderr = keepOutput(max);
  const ending = await carryOut(link, commandLine, options, stdout, stderr, input);
  return {
    exitCode: ending.timedOut ? null : ending.exitCode,
    stdout: stdout.bytes(),
    stderr: stderr.bytes(),
    stdoutEnd: stdout.end(),
    truncated: stdout.truncated || stderr.truncated,
    timedOut: ending.timedOut,
    durationMs: Math.round(performance.now() - startedAt),
  };
}

function carryOut(
  link: SshLink,
  commandLine: string,
  options: RunOptions,
  stdout: OutputKeeper,
  stderr: OutputKeeper,
  input?: CommandInput,
): Promise<Ending> {
  return new Promise<Ending>((resolve, reject) => {
    let channel: ClientChannel | null = null;
    let over = false;
    let timedOut = false;
    let grace: NodeJS.Timeout | undefined;

    const settle = (done: () => void) => {
      if (over) return;
      over = true;
      clearTimeout(deadline);
      clearTimeout(grace);
      options.signal?.removeEventListener('abort', abort);
      forget();
      done();
    };
    const giveUp = () => settle(() => resolve({ exitCode: null, timedOut: true }));
    const abort = () => {
      if (channel !== null) endCommand(link.client, channel);
      settle(() => reject(options.signal?.reason));
    };
    const deadline = setTimeout(() => {
      timedOut = true;
      if (channel !== null) endCommand(link.client, channel);
      grace = setTimeout(giveUp, channel === null ? 0 : closeGraceMs);
    }, options.timeoutMs ?? defaultTimeoutMs);
    const forget = link.onLost((failure) => settle(() => reject(failure)));
    options.signal?.addEventListener('abort', abort, { once: true });

    openExec(link, commandLine, (error, opened) => {
      if (opened === undefined) return settle(() => reject(error));
      channel = opened;
      if (over || timedOut) return endCommand(link.client, opened);
      collect(opened, stdout, stderr, ({ exitCode, killed }) =>
        settle(() => {
          if (timedOut) resolve({ exitCode: null, timedOut: true });
          else if (exitCode !== null) resolve({ exitCode, timedOut: false });
          else reject(killed === null ? noExitCode(link) : killedFailure(killed, link));
        }),
      );
      if (input === undefined) return opened.end();
      return void feedInput(opened, input).catch((unreadable: unknown) => {
        endCommand(link.client, opened);
        settle(() => reject(unreadable));
      });
    });
  });
}

function openExec(
  link: SshLink,
  commandLine: string,
  done: (error: Error | null, channel?: ClientChannel) => void,
): void {
  try {
    link.client.exec(commandLine, (error: Ssh2Error | undefined, channel) => {
      if (error === undefined || error === null) done(null, channel);
      else done(link.lost ?? refusedChannel(link, error, 'a command'));
    });
  } catch (error) {
    // ssh2 throws at once when the socket is no longer writable.
    done(
      link.lost ??
        sshFailure('connection-lost', 'the connection ended', link.where, { cause: error }),
    );
  }
}

/** A channel that the server did not open. Open failures carry a number (RFC 4254 section 5.1), refused requests none. */
export function refusedChannel(link: SshLink, error: Ssh2Error, forWhat: string): Error {
  if (typeof error.reason === 'number')
    return sshFailure(
      'too-many-sessions',
      `the host opens no more channels for ${forWhat}`,
      link.where,
      {
        cause: error,
        advice: 'wait for others to end, or raise MaxSessions of the SSH server',
      },
    );
  return sshFailure('protocol-error', `the SSH server refuses ${forWhat}`, link.where, {
    cause: error,
    advice: 'allow this account to run commands (ForceCommand, restricted shell or no subsystem)',
  });
}

/**
 * `close` is the only end of a channel: exit code, end of stdout and end of stderr come in any order before it, and
 * stderr may still hold bytes when stdout is through, so its own close is awaited too.
 */
function collect(
  channel: ClientChannel,
  stdout: OutputKeeper,
  stderr: OutputKeeper,
  done: (lastWord: LastWord) => void,
): void {
  let lastWord: LastWord = { exitCode: null, killed: null };
  let open = 2;
  const closed = () => {
    open -= 1;
    if (open === 0) done(lastWord);
  };
  channel.on('data', (bytes: Buffer) => stdout.add(bytes));
  channel.stderr.on('data', (bytes: Buffer) => stderr.add(bytes));
  channel.on('exit', (...word: ExitWord) => (lastWord = readExit(word)));
  channel.on('close', closed);
  channel.stderr.on('close', closed);
  channel.on('error', () => undefined);
}

/** As ssh2 hands on exit-status (one) and exit-signal (null, then all of it). */
type ExitWord = readonly [
  code: number | null,
  signal?: string,
  coreDumped?: boolean,
  text?: string,
];

/** Windows' sshd sends all 32 bits of an exit code, POSIX servers 8; both arrive as an unsigned number. */
const readExit = ([code, signal, coreDumped, text]: ExitWord): LastWord =>
  code === null
    ? {
        exitCode: null,
        killed: {
          signal: printable(signal ?? '', maxSignalName) || 'an unnamed signal',
          coreDumped: coreDumped === true,
          text: printable(text ?? ''),
        },
      }
    : { exitCode: code >>> 0, killed: null };

function killedFailure({ signal, coreDumped, text }: Killed, { where }: SshLink): Failure {
  const dump = coreDumped ? ', core dumped' : '';
  const said = text === '' ? '' : `: ${text}`;
  return sshFailure('command-killed', `the command was ended by ${signal}${dump}${said}`, where, {
    facts: { signal, coreDumped },
  });
}

const noExitCode = (link: SshLink): Error =>
  link.lost ??
  sshFailure(
    'connection-lost',
    'the host closed the channel without an exit code; whether the command ran is unknown',
    link.where,
  );

/**
 * Kills the command and closes its channel. Closing alone leaves it running on some servers until it next writes.
 * ssh2's `channel.signal` sends nothing once standard input has ended, though RFC 4254 section 6.9 has no such rule, so
 * the message is written one level below it.
 */
function endCommand(client: Client, channel: ClientChannel): void {
  const { _protocol: protocol } = client as unknown as {
    readonly _protocol: { signal(recipient: number, name: string): void };
  };
  const outgoing = channel.outgoing as { readonly id: number; readonly state: string };
  if (outgoing.state === 'open' || outgoing.state === 'eof') protocol.signal(outgoing.id, 'KILL');
  channel.close();
  // Nobody listens any more: unread output would hold back the channel's close.
  channel.resume();
  channel.stderr.resume();
}
