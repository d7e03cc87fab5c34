/** Where reading goes on after `goto`; null when the label is not in the file. */
export function findLabel(lines: readonly string[], label: string): number | null {
  const wanted = label.replace(/^:/, '').trim().toLowerCase();
  const index = lines.findIndex(
    (line) => /^\s*:([^\s:+]+)/.exec(line)?.[1]?.toLowerCase() === wanted,
  );
  return index === -1 ? null : index + 1;
}
