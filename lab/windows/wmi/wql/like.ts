/** LIKE of WQL: `%` any text, `_` one character, `[a-f]` one of a set, `[^a-f]` one not of it. */
export function likePattern(pattern: string): RegExp {
  const source = pattern.replaceAll(/\[(\^?)([^\]]+)\]|[\s\S]/g, (part, negation, set) => {
    if (typeof set === 'string') {
      return `[${String(negation)}${set.replaceAll(/[\\^]/g, String.raw`\$&`)}]`;
    }
    if (part === '%') return String.raw`[\s\S]*`;
    return part === '_' ? String.raw`[\s\S]` : part.replace(/[.*+?^${}()|[\]\\]/, String.raw`\$&`);
  });
  return new RegExp(`^${sortedRanges(source)}$`, 'i');
}

/** A range that runs backwards matches nothing in Windows and is an error in a regular expression. */
function sortedRanges(source: string): string {
  return source.replaceAll(/(\w)-(\w)(?=[^[]*\])/g, (range, from: string, to: string) =>
    from <= to ? range : `${from}${to}`,
  );
}
