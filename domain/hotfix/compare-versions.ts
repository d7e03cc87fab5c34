/**
 * Compares dotted version numbers part by part, as numbers: 6.1.7601.22823 is newer than 6.1.7601.9999. Missing parts
 * are 0. Null when one of them is no version, so that garbage is never "old".
 */
export function compareVersions(left: string, right: string): number | null {
  const a = partsOf(left);
  const b = partsOf(right);
  if (a === null || b === null) return null;
  for (let i = 0; i < Math.max(a.length, b.length); i += 1) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return Math.sign(difference);
  }
  return 0;
}

function partsOf(version: string): number[] | null {
  const text = version.trim();
  return /^\d{1,9}(\.\d{1,9}){0,7}$/.test(text) ? text.split('.').map(Number) : null;
}
