import type { HostFacts } from '../../../contracts/facts';
import type { CommandPredicate } from '../../../contracts/predicate';
import { normalizeExitCode } from '../exit-codes';
import { type Answered, judgeObserved, unsure, yesOrNo } from './answered';

export const commandWords = ({ command, yes }: CommandPredicate): string =>
  `the command ${command} ends with exit code ${yes.join(' or ')}`;

export function judgeCommand(predicate: CommandPredicate, facts: HostFacts): Answered {
  const words = commandWords(predicate);
  return judgeObserved({ predicate, words }, facts, ({ exitCode, outputTail }) => {
    const seen = { exitCode, outputTail: outputTail.slice(-tailLength) };
    const isIn = (codes: readonly number[]): boolean =>
      codes.some((code) => normalizeExitCode(code) === exitCode >>> 0);
    const ended = `The command ${predicate.command} ended with exit code ${exitCode}.`;
    if (isIn(predicate.yes)) return yesOrNo(true, 'command-exit-code', ended, seen);
    if (isIn(predicate.no)) return yesOrNo(false, 'command-exit-code', ended, seen);
    const why = `it ended with exit code ${exitCode}, which the definition does not explain`;
    return unsure('command-other-exit-code', words, why, seen);
  });
}

/** Characters of a command's output that go into a reason. */
const tailLength = 200;
