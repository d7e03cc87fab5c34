import type { z } from 'zod';

import { Failure } from './failures';

/** Where in a document something is. */
export type FieldPath = readonly (string | number)[];

/** What is wrong with a document, at which field, and what to do about it. */
export interface SchemaProblem {
  readonly path: FieldPath;
  readonly message: string;
  readonly advice: string;
}

/** A document that was read: its value, or everything that is wrong with it at once. */
export type Parsed<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problems: readonly SchemaProblem[] };

/** Between message and advice in the text of a zod issue, and between the unknown keys that one issue names. */
export const adviceMark = '\u0001';
export const keyMark = '\u0002';

/** Text of an issue that carries its own advice. */
export const advised = (message: string, advice: string): string =>
  `${message}${adviceMark}${advice}`;

export function parseWith<S extends z.ZodType>(schema: S, raw: unknown): Parsed<z.output<S>> {
  const result = schema.safeParse(raw, { reportInput: true });
  if (result.success) return { ok: true, value: result.data };
  return { ok: false, problems: result.error.issues.flatMap((issue) => problemsOf(issue)) };
}

/** `hosts.ex01.connection.port`, `serial[2]`; empty for the document itself. */
export function fieldName(path: FieldPath): string {
  return path
    .map((key, index) => (typeof key === 'number' ? `[${key}]` : `${index === 0 ? '' : '.'}${key}`))
    .join('');
}

/**
 * The value of what arrived at a worker.
 *
 * @throws Failure bad-request, naming every field that is wrong.
 */
export function valueOf<T>(parsed: Parsed<T>, what: string): T {
  if (parsed.ok) return parsed.value;
  const listed = parsed.problems.slice(0, 10).map(({ path, message }) => {
    const field = fieldName(path);
    return field === '' ? message : `${field} ${message}`;
  });
  throw new Failure('bad-request', `${what} is malformed: ${listed.join('; ')}`, {
    facts: { problems: parsed.problems.length },
  });
}

type Issue = z.core.$ZodIssue;

function problemsOf(issue: Issue): SchemaProblem[] {
  const path = pathOf(issue.path);
  if (issue.code === 'unrecognized_keys') {
    const texts = issue.message.split(keyMark);
    return issue.keys.map((key, index) => problem([...path, key], texts[index] ?? 'is not known'));
  }
  if (issue.code === 'invalid_key') {
    return issue.issues.map((inner) => problem(path, inner.message));
  }
  return [problem(path, issue.message.includes(adviceMark) ? issue.message : words(issue))];
}

function problem(path: FieldPath, text: string): SchemaProblem {
  const [message = '', advice = 'correct it'] = text.split(adviceMark);
  return { path, message, advice };
}

const pathOf = (path: readonly PropertyKey[]): FieldPath =>
  path.map((key) => (typeof key === 'number' ? key : String(key)));

/** Words for what zod found by itself. */
function words(issue: Issue): string {
  if (issue.code === 'invalid_type') {
    return issue.input === undefined
      ? advised('is missing', `add it: ${article(issue.expected)}`)
      : advised(`is ${kindOf(issue.input)}`, `make it ${article(issue.expected)}`);
  }
  if (issue.code === 'invalid_value') {
    const values = issue.values.map(String).join(', ');
    const advice = issue.values.length === 1 ? `make it ${values}` : `use one of: ${values}`;
    return issue.input === undefined
      ? advised('is missing', advice)
      : advised(`is ${kindOf(issue.input)}`, advice);
  }
  if (issue.code === 'too_small') return tooSmall(issue);
  if (issue.code === 'too_big') return tooBig(issue);
  return advised(issue.message, 'correct it');
}

function tooSmall({ origin, minimum, input }: z.core.$ZodIssueTooSmall): string {
  if (origin === 'number' || origin === 'int') {
    return advised(`is ${shown(input)}`, `make it at least ${minimum}`);
  }
  return advised('is too short or empty', `give at least ${minimum}`);
}

function tooBig({ origin, maximum, input }: z.core.$ZodIssueTooBig): string {
  if (origin === 'number' || origin === 'int') {
    return advised(`is ${shown(input)}`, `make it at most ${maximum}`);
  }
  return advised('is too long', `give at most ${maximum}`);
}

function article(expected: string): string {
  const names: { readonly [expected: string]: string } = {
    object: 'a block of fields',
    record: 'a block of names and values',
    array: 'a list',
    string: 'a text (in quotes if it looks like a number)',
    int: 'a whole number',
    boolean: 'true or false',
  };
  return names[expected] ?? `a ${expected}`;
}

function kindOf(input: unknown): string {
  if (input === null) return 'empty';
  if (Array.isArray(input)) return 'a list';
  return typeof input === 'object' ? 'a block of fields' : shown(input);
}

/** A scalar as it was written, cut: what is wrong may be long. */
export function shown(input: unknown): string {
  const text = typeof input === 'string' ? JSON.stringify(input) : String(input);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
