import ICAL from 'ical.js';

import { Failure } from '../../../contracts/failures';

/** An iCalendar file (RFC 5545) as it was read. */
export interface CalendarFile {
  readonly file: string;
  readonly text: string;
  /** Of times without a zone and of whole days. */
  readonly timeZone: string;
}

export type Parameters = { readonly [name: string]: string | readonly string[] };
/** jCal (RFC 7265): name, parameters, type of the values, values. */
export type Property = readonly [string, Parameters, string, ...unknown[]];
type Jcal = readonly [string, readonly Property[], readonly Jcal[]];

/** A component with the line on which it begins. */
export interface Component {
  readonly name: string;
  readonly line: number;
  readonly properties: readonly Property[];
  readonly parts: readonly Component[];
  /** As ical.js wants it back. */
  readonly jcal: unknown;
}

export const unreadable = (file: string, line: number | null, what: string): Failure =>
  new Failure('calendar-unreadable', `${file}${line === null ? '' : `, line ${line}`}: ${what}`, {
    facts: { file, line },
  });

/**
 * The calendars of a file. Whatever is not whole is refused: an event that gets lost would be a blackout that does not
 * hold.
 *
 * @throws Failure calendar-unreadable
 */
export function calendarsIn({ file, text }: CalendarFile): readonly Component[] {
  const lines = unfolded(text);
  const begins = beginsOf(file, lines);
  const roots = parsed(file, lines).map((jcal) => withLines(jcal, begins));
  const stranger = roots.find(({ name }) => name !== 'vcalendar');
  if (stranger !== undefined) {
    throw unreadable(file, stranger.line, `${stranger.name.toUpperCase()} is in no VCALENDAR`);
  }
  if (roots.length === 0) throw unreadable(file, null, 'is no iCalendar file: it has no VCALENDAR');
  return roots;
}

interface Line {
  readonly number: number;
  readonly text: string;
}

/** A line that begins with a blank goes on with the one before it (RFC 5545, 3.1). */
function unfolded(text: string): readonly Line[] {
  const lines: { number: number; text: string }[] = [];
  for (const [index, line] of text
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\n|\r/)
    .entries()) {
    const last = lines.at(-1);
    if (/^[ \t]/.test(line) && last !== undefined) last.text += line.slice(1);
    else if (line !== '') lines.push({ number: index + 1, text: line });
  }
  return lines;
}

/** Lines on which components begin, in order; ical.js takes any END for the end of what is open. */
function beginsOf(file: string, lines: readonly Line[]): Iterator<number> {
  const open: Line[] = [];
  const begins: number[] = [];
  for (const line of lines) {
    const [, kind, name = ''] = /^(BEGIN|END):(.*)$/i.exec(line.text) ?? [];
    if (kind === undefined) {
      if (open.length === 0) throw unreadable(file, line.number, 'is outside of any VCALENDAR');
    } else if (kind.toUpperCase() === 'BEGIN') {
      open.push({ ...line, text: name.trim().toUpperCase() });
      begins.push(line.number);
    } else if (open.pop()?.text !== name.trim().toUpperCase()) {
      throw unreadable(file, line.number, `END:${name} ends nothing that was begun`);
    }
  }
  const left = open.at(-1);
  if (left !== undefined) {
    throw unreadable(file, left.number, `BEGIN:${left.text} has no END; the file is not whole`);
  }
  return begins[Symbol.iterator]();
}

function parsed(file: string, lines: readonly Line[]): readonly Jcal[] {
  const text = lines.map((line) => line.text).join('\r\n');
  try {
    const result = ICAL.parse(text) as Jcal | readonly Jcal[];
    return typeof result[0] === 'string' ? [result as Jcal] : (result as readonly Jcal[]);
  } catch (error) {
    const { number, what } = faultIn(lines) ?? { number: null, what: (error as Error).message };
    throw unreadable(file, number, what);
  }
}

/** ical.js does not say on which line it stumbled. */
function faultIn(lines: readonly Line[]): { number: number; what: string } | null {
  for (const { number, text } of lines) {
    if (/^(BEGIN|END):/i.test(text)) continue;
    try {
      ICAL.parse.property(text, ICAL.design.icalendar);
    } catch (error) {
      const what = (error as Error).message;
      return { number, what: what.length > 200 ? `${what.slice(0, 197)}...` : what };
    }
  }
  return null;
}

/** In the order of the text, which is the order of the lines. */
function withLines(jcal: Jcal, begins: Iterator<number>): Component {
  const [name, properties, parts] = jcal;
  const line = Number(begins.next().value);
  return { name, line, properties, parts: parts.map((part) => withLines(part, begins)), jcal };
}
