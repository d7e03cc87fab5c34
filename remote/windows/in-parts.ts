import type { RunOptions, Session } from '../session';
import { ask } from './composite';
import type { Question, Sections } from './composite';

/**
 * Characters of questions in one line. Below what cmd.exe takes, for some sessions have to escape the line, which makes
 * it longer.
 */
const roomInLine = 7000;
/** Characters that the end of a question takes, which is told twice, without its name. */
const endLength = 60;

/**
 * Asks in one round trip what fits into a line, and in further ones what a large definition wants beside that.
 *
 * @param options `timeoutMs` is for all of them together
 */
export async function askInParts(
  session: Session,
  questions: readonly Question[],
  options: RunOptions & { readonly timeoutMs: number },
): Promise<Sections> {
  const startedAt = performance.now();
  const [firstPart, ...otherParts] = partsOf(questions);
  const first = await ask(session, firstPart, options);
  const others = new Map<string, Sections>();
  const asked = [first];
  for (const part of otherParts) {
    const timeoutMs = options.timeoutMs - (performance.now() - startedAt);
    // A host that answers nothing is not asked for the rest.
    if (!first.any || timeoutMs <= 0) break;
    // oxlint-disable-next-line no-await-in-loop -- one session answers one line at a time
    const sections = await ask(session, part, { ...options, timeoutMs });
    asked.push(sections);
    for (const { name } of part) others.set(name, sections);
  }
  return {
    of: (name) => (others.get(name) ?? first).of(name),
    truncated: asked.some(({ truncated }) => truncated),
    timedOut: asked.some(({ timedOut }) => timedOut),
    any: first.any,
  };
}

/** In their order, each as full as it gets; one that is too long by itself is refused where it is asked. */
function partsOf(questions: readonly Question[]): [Question[], ...Question[][]] {
  const first: Question[] = [];
  const parts: [Question[], ...Question[][]] = [first];
  let current = first;
  let length = 0;
  for (const question of questions) {
    const own = question.command.length + 2 * question.name.length + endLength;
    if (current.length > 0 && length + own > roomInLine) {
      current = [];
      parts.push(current);
      length = 0;
    }
    current.push(question);
    length += own;
  }
  return parts;
}
