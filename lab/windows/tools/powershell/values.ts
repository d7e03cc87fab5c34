/** What goes through a pipeline: texts, truths and objects with texts and truths. */
export type Value = string | boolean | { readonly [property: string]: string | boolean };

export const textOf = (value: Value): string => {
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  return Object.values(value).map(String).join(' ');
};

/** As a condition reads it: nothing and the empty text are false. */
export const isTrue = (values: readonly Value[]): boolean => {
  const [only, ...more] = values;
  if (only === undefined) return false;
  return more.length > 0 || (only !== '' && only !== false);
};

/** Names of properties are compared without case; one that is not there is nothing. */
export function propertyOf(value: Value, name: string): readonly Value[] {
  if (typeof value !== 'object') return [];
  const found = Object.entries(value).find(([key]) => key.toLowerCase() === name.toLowerCase());
  return found === undefined ? [] : [found[1]];
}

/** `*` and `?`, without case (about_Wildcards). */
export function isLike(text: string, pattern: string): boolean {
  const expression = pattern.replaceAll(/[\\^$+.()|[\]{}]/g, String.raw`\$&`);
  const wild = expression.replaceAll('*', '[^]*').replaceAll('?', '[^]');
  return new RegExp(`^${wild}$`, 'i').test(text);
}

/** An error of a statement; whether the rest runs is for `$ErrorActionPreference` to say. */
export class StatementError extends Error {
  readonly category: string;
  readonly id: string;

  constructor(message: string, category: string, id: string) {
    super(message);
    this.category = category;
    this.id = id;
  }
}
