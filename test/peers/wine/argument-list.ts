/**
 * Arguments of a raw command line as Microsoft's C library splits it ("Parsing C++ command-line arguments"): backslashes
 * count only before a quote, where two are one and an odd one makes the quote plain.
 */
export function splitArguments(commandLine: string): string[] {
  const found: string[] = [];
  let current: string | null = null;
  let isQuoted = false;
  for (let at = 0; at < commandLine.length; at += 1) {
    const character = commandLine[at]!;
    if (!isQuoted && (character === ' ' || character === '\t')) {
      if (current !== null) found.push(current);
      current = null;
      continue;
    }
    const slashes = /^\\*/.exec(commandLine.slice(at))![0].length;
    const isBeforeQuote = slashes > 0 && commandLine[at + slashes] === '"';
    if (isBeforeQuote) {
      current = (current ?? '') + '\\'.repeat(slashes >> 1);
      at += slashes - 1;
      if (slashes % 2 === 1) {
        current += '"';
        at += 1;
      }
    } else if (character === '"') {
      isQuoted = !isQuoted;
      current ??= '';
    } else current = (current ?? '') + character;
  }
  if (current !== null) found.push(current);
  return found;
}
