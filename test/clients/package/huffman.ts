/** Huffman codes as formats by Microsoft tell them: by the lengths of canonical codes. */

/**
 * Lengths of the codes of the symbols that occur, at most `longest`. With `isFull` there are always two codes at least:
 * some decoders take no tree that leaves bits without a meaning.
 */
export function codeLengths(
  occurring: readonly number[],
  symbols: number,
  longest: number,
  isFull: boolean,
): number[] {
  const counts: number[] = Array.from({ length: symbols }, () => 0);
  for (const symbol of occurring) counts[symbol] = (counts[symbol] ?? 0) + 1;
  const used = (): number => counts.filter((count) => count > 0).length;
  if (isFull || used() === 1) {
    for (let symbol = 0; used() < 2; symbol += 1) counts[symbol] ||= 1;
  }
  if (used() === 0) return counts;
  for (;;) {
    const lengths = unlimited(counts);
    if (Math.max(...lengths) <= longest) return lengths;
    // Flatter counts make a flatter tree.
    counts.forEach((count, symbol) => (counts[symbol] = Math.ceil(count / 2)));
  }
}

function unlimited(counts: readonly number[]): number[] {
  const lengths = counts.map(() => 0);
  let trees = counts
    .map((count, symbol) => ({ count, members: [symbol] }))
    .filter(({ count }) => count > 0)
    .toSorted((a, b) => a.count - b.count);
  while (trees.length > 1) {
    const [first, second, ...rest] = trees;
    if (first === undefined || second === undefined) break;
    const members = [...first.members, ...second.members];
    for (const symbol of members) lengths[symbol] = (lengths[symbol] ?? 0) + 1;
    const merged = { count: first.count + second.count, members };
    const place = rest.findIndex(({ count }) => count > merged.count);
    trees = place < 0 ? [...rest, merged] : rest.toSpliced(place, 0, merged);
  }
  return lengths;
}

/** Shorter before longer, then by symbol. */
export function codesOf(lengths: readonly number[]): number[] {
  const codes = lengths.map(() => 0);
  let code = 0;
  for (let length = 1; length <= 16; length += 1) {
    lengths.forEach((own, symbol) => {
      if (own !== length) return;
      codes[symbol] = code;
      code += 1;
    });
    code *= 2;
  }
  return codes;
}
