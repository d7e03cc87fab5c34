import { Failure } from '../../contracts/failures';
import type { HookReport } from '../../contracts/steps';

const maxStateLength = 1000;
const drainedByLength = 200;

/** What may be put into a command of cmd.exe or PowerShell, quoted or not, and mean itself. */
export const isHookState = (text: string): boolean =>
  text.length <= maxStateLength && /^[A-Za-z0-9 ._:,=@/+-]*$/.test(text);

interface Printed {
  /** Where the hook ran. */
  readonly host: string;
  readonly isTruncated: boolean;
}

/**
 * What a hook said in lines of their own: `rollout-state: TEXT`, at most once, and `rollout-drained-by: WHO`, of which
 * the first counts. Null when it said neither.
 *
 * @throws Failure bad-hook-report for a state that could not be put back as it was reported
 */
export function reportOf(output: string, { host, isTruncated }: Printed): HookReport | null {
  const states = said(output, 'rollout-state');
  const [drainedBy = null] = said(output, 'rollout-drained-by');
  const [state = null] = states;
  const wrong = states.length > 1 ? `${states.length} states` : wrongWith(state, isTruncated);
  if (wrong !== null) {
    throw new Failure('bad-hook-report', `${host}: the hook printed ${wrong}`, { facts: { host } });
  }
  if (state === null && drainedBy === null) return null;
  return { state, drainedBy: drainedBy?.slice(0, drainedByLength) ?? null };
}

function wrongWith(state: string | null, isTruncated: boolean): string | null {
  // The line may have been in what is lost, and "nothing was found" would be a guess.
  if (state === null) return isTruncated ? 'more than is kept' : null;
  if (isHookState(state)) return null;
  return state.length > maxStateLength
    ? `a state of ${state.length} characters, more than ${maxStateLength}`
    : 'a state with characters that are not put into commands';
}

/** Texts of the lines that begin with the word; an empty one says nothing. */
const said = (output: string, word: string): string[] =>
  output
    .split(/\r\n|\r|\n/)
    .filter((line) => line.startsWith(`${word}:`))
    .map((line) =>
      line
        .slice(word.length + 1)
        .replaceAll(/\p{Cc}/gu, ' ')
        .trim(),
    )
    .filter((text) => text !== '');
