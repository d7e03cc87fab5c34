import { randomBytes } from 'node:crypto';

import { Failure } from '../../contracts/failures';
import type { RunOptions, Session } from '../session';
import { decodeOutput, parseCodePage } from './decode';

/** One part of a composite command. */
export interface Question {
  /** Letters, digits and hyphens. */
  readonly name: string;
  /** A simple command with its redirections, or one in parentheses. */
  readonly command: string;
}

export interface Section {
  /** Whether its end came; a cut one has only what arrived. */
  readonly ended: boolean;
  /** Whether its command ended with exit code 0; false for one that has not ended. */
  readonly succeeded: boolean;
  readonly text: string;
}

export interface Sections {
  /** What a question brought; one that was never reached is an empty section that has not ended. */
  of(name: string): Section;
  readonly truncated: boolean;
  readonly timedOut: boolean;
  /** Whether at least one section came whole. */
  readonly any: boolean;
}

/** cmd.exe takes no more of one line (Microsoft, "Command prompt line string limitation"). */
export const maxCommandLine = 8191;
/** Kept free for what a session wraps around a line. */
const wrapping = 191;

/**
 * Command line that asks several questions in one round trip. Each ends with a line of its own that holds the marker:
 * it is drawn anew for every line, so that no output can pretend to be the end of a section. Success is told by `&&`
 * and `||`: `%errorlevel%` would be replaced before anything ran, and a nested `cmd /v:on` would need all the quotes
 * inside it escaped.
 *
 * @param conditionals whether the host's interpreter looks at exit codes for `&&` and `||`. @default true
 * @throws Failure `bad-request` when the line would be longer than cmd.exe takes.
 */
export function composeLine(
  questions: readonly Question[],
  marker: string,
  conditionals: boolean = true,
): string {
  const end = conditionals ? byConditionals : byErrorLevel;
  const line = [{ name: 'code-page', command: 'chcp' }, ...questions]
    .map((question) => end(question, marker))
    .join(' & ');
  if (line.length > maxCommandLine - wrapping) {
    throw new Failure(
      'bad-request',
      `what is to be asked makes a command line of ${line.length} characters, the host takes ${maxCommandLine}`,
      {
        facts: { length: line.length },
        advice: 'ask for fewer files or shorter names in the hotfix definition',
      },
    );
  }
  return line;
}

const byConditionals = ({ name, command }: Question, marker: string): string =>
  `${command} && echo ${marker}.${name}.1|| echo ${marker}.${name}.0`;

/**
 * For interpreters that run both sides whatever the exit code is, as Wine's cmd does. `call` reads its line anew when
 * its turn comes, and the caret has kept `%errorlevel%` from being replaced before; `(call )` sets it to 0, where `ver`
 * or `cd .` would leave the one of the question before.
 */
const byErrorLevel = ({ name, command }: Question, marker: string): string =>
  `(call ) & ${command} & call echo ${marker}.${name}.e%^errorlevel%`;

/** Asks all questions in one round trip, and before them what takes the line, where that is not known yet. */
export async function ask(
  session: Session,
  questions: readonly Question[],
  options?: RunOptions,
): Promise<Sections> {
  const marker = `#${randomBytes(8).toString('hex')}`;
  const shell = (await session.findShell?.(options)) ?? session.shell?.() ?? null;
  const line = composeLine(questions, marker, shell?.conditionals ?? true);
  const result = await session.run(line, options);
  const raw = splitSections(result.stdout, marker);
  const codePage = parseCodePage(raw.get('code-page')?.bytes.toString('latin1') ?? '');
  const rest = raw.get('')?.bytes ?? Buffer.alloc(0);
  const firstMissing = questions.find((question) => !raw.has(question.name))?.name;
  const decode = (bytes: Buffer): string => decodeOutput(bytes, codePage ?? undefined);
  return {
    of: (name) => {
      const section = raw.get(name);
      if (section !== undefined) {
        return { ended: true, succeeded: section.succeeded, text: decode(section.bytes) };
      }
      // What came after the last end belongs to the question that was being answered.
      const text = name === firstMissing && raw.has('code-page') ? decode(rest) : '';
      return { ended: false, succeeded: false, text };
    },
    truncated: result.truncated,
    timedOut: result.timedOut,
    any: raw.size > 1,
  };
}

/** A host that answers nothing at all is no host about which everything is unknown: asking it has failed. */
export function requireAnyAnswer(sections: Sections): void {
  if (sections.any) return;
  throw sections.timedOut
    ? new Failure('command-timeout', 'the host did not answer in time')
    : new Failure('unexpected-output', 'the host did not answer as its command interpreter does');
}

interface RawSection {
  readonly succeeded: boolean;
  readonly bytes: Buffer;
}

/**
 * Sections by name; under the empty name what came after the last end. A section that ends with success and with
 * failure shows an interpreter that runs both sides of `&&` and `||`: then no end of the whole reply tells anything, not
 * even one whose other half was cut off.
 */
function splitSections(bytes: Buffer, marker: string): ReadonlyMap<string, RawSection> {
  const sections = new Map<string, RawSection>();
  let from = 0;
  for (;;) {
    const end = nextEnd(bytes, from, marker);
    if (end === null) break;
    if (sections.has(end.name)) return new Map([['', { succeeded: false, bytes }]]);
    sections.set(end.name, { succeeded: end.succeeded, bytes: bytes.subarray(from, end.at) });
    from = end.next;
  }
  return sections.set('', { succeeded: false, bytes: bytes.subarray(from) });
}

interface SectionEnd {
  readonly name: string;
  readonly succeeded: boolean;
  readonly at: number;
  /** Where the next section begins. */
  readonly next: number;
}

/** Null when there is none, or when it was cut: an end is followed by a line end, unless the output ends with it. */
function nextEnd(bytes: Buffer, from: number, marker: string): SectionEnd | null {
  const at = bytes.indexOf(marker, from, 'latin1');
  if (at < 0) return null;
  const lineEnd = bytes.indexOf('\n', at, 'latin1');
  const next = lineEnd < 0 ? bytes.length : lineEnd + 1;
  const tail = bytes.toString('latin1', at + marker.length, next);
  const match = /^\.([a-z0-9-]+)\.(?:([01])|e(-?\d{1,10}))\s*$/i.exec(tail);
  if (match === null) return null;
  const [, name = '', flag, errorLevel] = match;
  // The digits of an error level may have been cut anywhere.
  if (errorLevel !== undefined && lineEnd < 0) return null;
  return { name, succeeded: flag === '1' || Number(errorLevel) === 0, at, next };
}
