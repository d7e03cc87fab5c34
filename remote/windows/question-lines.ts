import type { RunOptions, Session } from '../session';
import type { Question, Section, Sections } from './composite';
import { ask, composeLine, requireAnyAnswer } from './composite';

/** Answers to questions that may have travelled in several lines. */
export interface AskedInLines {
  /** An empty section that has not ended for one that was not asked. */
  readonly of: (name: string) => Section;
  /** Of the last line; null when there was none. */
  readonly last: Sections | null;
}

/**
 * Asks any number of questions, in as few lines as the host takes.
 *
 * @param ending asked again at the end of each line
 * @param perQuestionMs what one of the commands may take, in milliseconds. @default 10 s
 * @throws Failure of the connection; `unexpected-output` when the host did not answer as its interpreter does
 */
export async function askInLines(
  session: Session,
  questions: readonly Question[],
  options: RunOptions,
  {
    ending = [],
    perQuestionMs = 10_000,
  }: { ending?: readonly Question[]; perQuestionMs?: number } = {},
): Promise<AskedInLines> {
  const found = new Map<string, Section>();
  let last: Sections | null = null;
  for (const line of linesOf(questions, ending)) {
    last = await ask(session, [...line, ...ending], {
      ...options,
      timeoutMs: 60_000 + line.length * perQuestionMs,
    });
    requireAnyAnswer(last);
    for (const { name } of line) found.set(name, last.of(name));
  }
  return { last, of: (name) => found.get(name) ?? { ended: false, succeeded: false, text: '' } };
}

function linesOf(questions: readonly Question[], ending: readonly Question[]): Question[][] {
  const lines: Question[][] = [];
  for (const question of questions) {
    const line = lines.at(-1);
    if (line !== undefined && fits([...line, question, ...ending])) line.push(question);
    else lines.push([question]);
  }
  return lines;
}

function fits(line: readonly Question[]): boolean {
  try {
    composeLine(line, '#'.repeat(17));
    return true;
  } catch {
    return false;
  }
}
