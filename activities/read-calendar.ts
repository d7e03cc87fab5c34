import { readFile, stat } from 'node:fs/promises';

import { Failure } from '../contracts/failures';
import { valueOf } from '../contracts/parsed.schema';
import { parseReadCalendarInput } from '../contracts/resolved-calendar.schema';
import type { Calendar, CalendarReading, ReadCalendarInput } from '../contracts/window';
import { readCalendar } from '../domain/calendar';

/** Ten years of a company's calendar have some hundred kilobytes. */
const maxBytes = 16 * 1024 * 1024;

/**
 * Openings and blackouts of a span. The files are read anew each time, so that a blackout that was added after the
 * approval holds; one that cannot be read is a failure that is retried, and nothing is begun meanwhile.
 */
export const createReadCalendar =
  () =>
  async (input: ReadCalendarInput): Promise<CalendarReading> => {
    const { calendar, from, until } = valueOf(parseReadCalendarInput(input), 'the question');
    return readCalendar(calendar, await textsOf(calendar), { from, until });
  };

async function textsOf({ blackouts }: Calendar): Promise<{ readonly [file: string]: string }> {
  const files = blackouts.flatMap((one) => (one.kind === 'calendar' ? [one.file] : []));
  const texts = [...new Set(files)].map(async (file) => [file, await textOf(file)] as const);
  return Object.fromEntries(await Promise.all(texts));
}

async function textOf(file: string): Promise<string> {
  try {
    const { size } = await stat(file);
    if (size > maxBytes) throw unreadable(file, `has ${size} bytes, ${maxBytes} are read at most`);
    return await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw unreadable(file, wordsOf(error as NodeJS.ErrnoException), error);
  }
}

const unreadable = (file: string, what: string, cause?: unknown): Failure =>
  new Failure('calendar-unreadable', `${file} ${what}`, { facts: { file }, cause });

function wordsOf({ code }: NodeJS.ErrnoException): string {
  if (code === 'ENOENT') return 'is not there';
  if (code === 'EISDIR') return 'is a folder, not a file';
  return `cannot be read (${code ?? 'unknown reason'})`;
}
