/** Tests names against patterns of a hotfix definition: regular expressions for the whole name, case ignored. */
export function matcherOf(patterns: readonly string[]): (name: string) => boolean {
  const expressions = patterns.map((pattern) => new RegExp(`^(?:${pattern})$`, 'i'));
  return (name) => expressions.some((expression) => expression.test(name));
}
