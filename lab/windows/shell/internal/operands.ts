/** Operands of one of cmd's own file commands: names with their quotes, and switches in lower case without the slash. */
export interface Operands {
  readonly names: readonly string[];
  readonly switches: readonly string[];
}

export function operandsOf(tail: string): Operands {
  const words = tail.match(/\/[^\s/"]+|(?:"[^"]*"?|[^\s,;="/]|(?<=\S)\/(?=\S))+/g) ?? [];
  return {
    names: words.filter((word) => !word.startsWith('/')),
    switches: words
      .filter((word) => word.startsWith('/'))
      .map((word) => word.slice(1).toLowerCase()),
  };
}
