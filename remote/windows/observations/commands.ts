import { Failure } from '../../../contracts/failures';
import type { FailureCode } from '../../../contracts/failures';
import type { CommandPredicate, Observation } from '../../../contracts/predicate';
import type { Answer } from '../../../contracts/reason';
import { known, unknown } from '../../../contracts/reason';
import type { CommandResult, Session } from '../../session';
import { decodeOutput } from '../decode';

/** Until when commands may run, for who has to answer by then. */
export interface CommandLimits {
  readonly signal?: AbortSignal;
  /** Epoch milliseconds of `now`; a command that would not fit any more is not run. @default no limit */
  readonly until?: number;
  readonly now: () => number;
}

const maxOutputBytes = 256 * 1024;
const tailLength = 500;
/** Less is not worth the start of a command. */
const leastMs = 1000;

/**
 * Runs a command of a definition by itself: what it does to the interpreter (`exit`, a bracket left open) and how long
 * it takes then costs no other answer.
 *
 * @throws Failure of the connection
 */
export async function askCommand(
  session: Session,
  { command, timeoutMs: ownTimeoutMs }: CommandPredicate,
  { signal, until, now }: CommandLimits,
): Promise<Answer<Observation>> {
  const timeoutMs = Math.min(ownTimeoutMs, until === undefined ? Infinity : until - now());
  if (timeoutMs < leastMs && timeoutMs < ownTimeoutMs) {
    return unknown('no time was left for the command');
  }
  try {
    const options = { timeoutMs, maxOutputBytes, ...(signal && { signal }) };
    return answerOf(await session.run(command, options), timeoutMs);
  } catch (error) {
    if (!isAboutCommand(error)) throw error;
    return unknown(`the command could not be run: ${error.message}`.slice(0, 300));
  }
}

function answerOf(result: CommandResult, timeoutMs: number): Answer<Observation> {
  if (result.exitCode === null) {
    return unknown(`the command did not end within ${Math.round(timeoutMs / 1000)} s`);
  }
  const outputTail = tailOf(result);
  return known({ kind: 'command', exitCode: result.exitCode, outputTail });
}

/** The end of what it printed, errors last, without what a terminal would take for its own. */
function tailOf({ stdout, stderr }: CommandResult): string {
  return [stdout, stderr]
    .map((bytes) => decodeOutput(bytes))
    .join('\n')
    .replace(/\r+\n/g, '\n')
    .replace(/[^\P{Cc}\n\t]/gu, ' ')
    .trim()
    .slice(-tailLength);
}

/** What one command may meet, and the next one not; a lost connection would be lost for all. */
const commandCodes: readonly FailureCode[] = [
  'command-timeout',
  'command-killed',
  'bad-request',
  'protocol-error',
  'unexpected-output',
  'hostile-reply',
];

const isAboutCommand = (error: unknown): error is Failure =>
  error instanceof Failure && commandCodes.includes(error.code);
