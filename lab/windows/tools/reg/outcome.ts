import type { Invocation } from '../../process/invocation';
import { decodeText } from '../../process/code-pages';

/** Every failure of reg ends with 1, whatever it was. */
export function fail({ stderr }: Invocation, problem: string): number {
  stderr.line(`ERROR: ${problem}`);
  return 1;
}

export function missing(invocation: Invocation): number {
  return fail(invocation, 'The system was unable to find the specified registry key or value.');
}

export function succeed({ stdout }: Invocation): number {
  stdout.line('The operation completed successfully.');
  return 0;
}

/** Asks until standard input says yes or no; its end is a no. */
export async function isConfirmed(
  { stdin, stdout, context }: Invocation,
  question: string,
): Promise<boolean> {
  let typed = '';
  stdout.text(question);
  for (
    let chunk = await stdin.read(context.control);
    chunk !== null;
    chunk = await stdin.read(context.control)
  ) {
    typed += decodeText(chunk, context.codePage);
    const lines = typed.split(/\r?\n/);
    typed = lines.pop() ?? '';
    for (const line of lines) {
      const answer = answerOf(line);
      if (answer !== null) return answer;
      stdout.text(question);
    }
  }
  return answerOf(typed) ?? false;
}

function answerOf(line: string): boolean | null {
  const word = line.trim().toLowerCase();
  if (word === 'y' || word === 'yes') return true;
  return word === 'n' || word === 'no' ? false : null;
}

/** What reg ends with then is common knowledge: 1, since nothing was done. */
export function cancelled({ stdout }: Invocation): number {
  stdout.line();
  stdout.line('The operation was canceled by the user.');
  return 1;
}
