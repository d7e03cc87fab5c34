import type { ShellFacts } from '../../contracts/facts';
import { Failure } from '../../contracts/failures';
import type { SshConnection } from '../../contracts/fleet';
import type { CommandInput } from '../command-input';
import type { CommandResult, RunOptions } from '../session';
import { defaultMaxOutputBytes, defaultTimeoutMs, runCommand } from './command';
import type { RanCommand } from './command';
import { sshFailure } from './errors';
import { drawExitMarker } from './exit-marker';
import { printable } from './identification';
import type { SshLink } from './link';
import { takeExitCode, withoutEnd } from './printed-exit-code';
import { createShellMemory } from './shell-memory';
import type { ShellMemory } from './shell-memory';
import {
  conditionalsLine,
  drawProbeMark,
  isProbeExitCode,
  probeLine,
  readConditionals,
  readProbe,
} from './shell-probe';
import type { ShellSeen } from './shell-probe';
import { roomForExitCode, wrapCommandLine } from './shell-wrapping';

/** What takes the command lines of one session; lines for cmd.exe reach cmd.exe through it, whatever it is. */
export interface AccountShell {
  /** Null until it is known. */
  facts(): ShellFacts | null;
  /** @throws Failure unexpected-output, command-timeout, or one of the connection */
  find(options: Patience): Promise<ShellFacts>;
  /** @throws Failure also bad-request for a line that is too long once it is wrapped */
  run(commandLine: string, options: RunOptions, input?: CommandInput): Promise<CommandResult>;
}

type Patience = Pick<RunOptions, 'timeoutMs' | 'signal'>;

const probeTimeoutMs = 30_000;
const probeOutputBytes = 64 * 1024;
const probeOptions = { timeoutMs: probeTimeoutMs, maxOutputBytes: probeOutputBytes };

/** Of this process: activities open a session each. */
const memoryOfProcess = createShellMemory();

/**
 * The shell belongs to the account. The same address behind another jump host may be another host, and so may one that
 * has another key or another server by now.
 */
export const shellKey = (
  { address, port }: SshConnection,
  username: string,
  link: SshLink,
): string => {
  const { via, hostKey, server } = link.agreed;
  return JSON.stringify([via, address, port, hostKey, server, username]);
};

export function accountShell(
  link: SshLink,
  key: string,
  memory: ShellMemory = memoryOfProcess,
): AccountShell {
  let facts = memory.recall(key);
  let probing: Promise<ShellFacts> | null = null;
  const probe = async (): Promise<ShellFacts> => {
    const found = await askShell(link);
    memory.remember(key, found);
    facts = found;
    return found;
  };
  /** One probe however many wait for it; it goes on when one of them does not want to wait any longer. */
  const probed = (): Promise<ShellFacts> => {
    if (facts !== null) return Promise.resolve(facts);
    if (probing === null) {
      probing = probe().finally(() => (probing = null));
      probing.catch(() => undefined);
    }
    return probing;
  };
  const forget = () => {
    memory.forget(key);
    facts = null;
  };
  return {
    facts: () => facts,
    find: async (options) => {
      const found = await within(probed(), options);
      if (found !== null) return found;
      throw sshFailure(
        'command-timeout',
        'the shell of the account was not told in time',
        link.where,
      );
    },
    run: async (commandLine, options, input) => {
      const startedAt = performance.now();
      const timeoutMs = options.timeoutMs ?? defaultTimeoutMs;
      const shell = await within(probed(), { ...options, timeoutMs });
      const spentMs = performance.now() - startedAt;
      if (shell === null) return neverBegan(spentMs);
      options.signal?.throwIfAborted();
      const rest = { ...options, timeoutMs: Math.max(1, timeoutMs - spentMs) };
      const ran = await runInShell(link, shell, commandLine, rest, input);
      if (ran === null || contradicts(shell, ran)) forget();
      if (ran === null) throw exitCodeMissing(link);
      return { ...ran, durationMs: Math.round(performance.now() - startedAt) };
    },
  };
}

/** Null when the exit code is printed behind the output and did not come. */
async function runInShell(
  link: SshLink,
  { kind, exitCodeBits }: Pick<ShellFacts, 'kind' | 'exitCodeBits'>,
  commandLine: string,
  options: RunOptions,
  input?: CommandInput,
): Promise<CommandResult | null> {
  const exitMarker = exitCodeBits === 32 ? null : drawExitMarker();
  const wrapped = located(link, () => wrapCommandLine(commandLine, { kind, exitMarker }));
  if (exitMarker === null) return withoutEnd(await runCommand(link, wrapped, options, input));
  const max = options.maxOutputBytes ?? defaultMaxOutputBytes;
  const roomy = { ...options, maxOutputBytes: max + roomForExitCode };
  return takeExitCode(await runCommand(link, wrapped, roomy, input), exitMarker, max);
}

/** Asks for the shell; a shell that is not cmd.exe is asked a second time, through the cmd.exe that it starts. */
async function askShell(link: SshLink): Promise<ShellFacts> {
  const mark = drawProbeMark();
  const answer = await runCommand(link, probeLine(mark), probeOptions);
  if (answer.timedOut) throw probeTimeout(link);
  const seen = readProbe(spoken(answer), mark);
  if (seen === null) {
    const what =
      'what takes command lines on the host is neither cmd.exe nor PowerShell nor a POSIX shell';
    throw unlikeAnyShell(link, what, answer);
  }
  if (seen.kind === 'cmd') return seen;
  return { ...seen, conditionals: await askConditionals(link, seen) };
}

async function askConditionals(link: SshLink, seen: ShellSeen): Promise<boolean> {
  const mark = drawProbeMark();
  const answer = await runInShell(link, seen, conditionalsLine(mark), probeOptions);
  if (answer?.timedOut === true) throw probeTimeout(link);
  const conditionals =
    answer !== null && isProbeExitCode(answer.exitCode)
      ? readConditionals(spoken(answer).stdout, mark)
      : null;
  if (conditionals !== null) return conditionals;
  const name = seen.kind === 'posix' ? 'a POSIX shell' : 'PowerShell';
  throw unlikeAnyShell(link, `the account's shell is ${name}, and it starts no cmd.exe`, answer);
}

const spoken = ({ stdout, exitCode }: CommandResult) => ({
  stdout: stdout.toString('latin1'),
  exitCode,
});

/**
 * Whether a result shows that the shell is another one by now. Only errors of a shell itself count, in the words that
 * no language of Windows changes; a command that happens to print them costs a probe.
 */
function contradicts({ kind }: ShellFacts, { exitCode, stderr }: CommandResult): boolean {
  if (exitCode === 0) return false;
  const said = stderr.toString('latin1', 0, 4096);
  if (kind !== 'cmd') return said.includes('ROLLOUT_LINE');
  return /FullyQualifiedErrorId|^(?:[\w/.-]*sh|[\w/.-]*sh: line \d+|[\w/.-]*sh: \d+): /m.test(said);
}

/** Null when it takes too long. Rejects with the signal's reason. */
async function within<T>(promise: Promise<T>, { timeoutMs, signal }: Patience): Promise<T | null> {
  signal?.throwIfAborted();
  let timer: NodeJS.Timeout | undefined;
  let abort: (() => void) | undefined;
  try {
    return await Promise.race([
      promise,
      new Promise<null>((resolve, reject) => {
        timer = setTimeout(() => resolve(null), timeoutMs ?? defaultTimeoutMs);
        abort = () => reject(signal?.reason);
        signal?.addEventListener('abort', abort, { once: true });
      }),
    ]);
  } finally {
    clearTimeout(timer);
    if (abort !== undefined) signal?.removeEventListener('abort', abort);
  }
}

const neverBegan = (durationMs: number): CommandResult => ({
  exitCode: null,
  stdout: Buffer.alloc(0),
  stderr: Buffer.alloc(0),
  truncated: false,
  timedOut: true,
  durationMs: Math.round(durationMs),
});

/** What is wrong with a line, and with which host. */
function located<T>(link: SshLink, make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const { code, message, facts, advice } = error;
    throw new Failure(code, message, { facts: { ...link.where, ...facts }, advice, cause: error });
  }
}

const exitCodeMissing = (link: SshLink): Failure =>
  sshFailure(
    'connection-lost',
    'the exit code that the host prints behind the output did not come; whether the command ran to its end is unknown',
    link.where,
  );

const probeTimeout = (link: SshLink): Failure =>
  sshFailure(
    'command-timeout',
    `the host did not tell within ${probeTimeoutMs / 1000} s what takes its command lines`,
    link.where,
  );

function unlikeAnyShell(
  link: SshLink,
  what: string,
  answer: RanCommand | CommandResult | null,
): Failure {
  const said = answer === null ? '' : Buffer.concat([answer.stdout, answer.stderr]);
  return sshFailure('unexpected-output', what, link.where, {
    facts: {
      said: printable(said.toString('latin1')),
      exitCode: answer === null ? null : answer.exitCode,
    },
    advice:
      'give the account cmd.exe, PowerShell, or a POSIX shell that finds cmd.exe (DefaultShell of OpenSSH, ForceCommand, passwd)',
  });
}
