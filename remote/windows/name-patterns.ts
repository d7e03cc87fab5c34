/** Tests names against a definition's patterns: regular expressions for the whole name, case ignored. */
export function namesMatching(patterns: readonly string[]): (name: string) => boolean {
  const expressions = patterns.map((pattern) => new RegExp(`^(?:${pattern})$`, 'i'));
  return (name) => expressions.some((expression) => expression.test(name));
}
