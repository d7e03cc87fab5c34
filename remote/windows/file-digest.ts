import { linesOf } from './decode';
import { quoteArgument } from './quoting';

/** Command that prints the SHA-256 of a file on the host. */
export function digestCommand(path: string): string {
  return `certutil -hashfile ${quoteArgument(path)} SHA256 2>&1`;
}

/**
 * The digest in what certutil printed, 64 lower-case digits. Its other lines are localised; before Windows 10 the
 * bytes are separated by blanks.
 */
export function parseDigest(text: string): string | null {
  const digests = linesOf(text)
    .map((line) => line.trim())
    .filter((line) => /^[0-9a-f]{2}(?: ?[0-9a-f]{2}){31}$/i.test(line))
    .map((line) => line.replaceAll(' ', '').toLowerCase());
  return digests.length === 1 ? (digests[0] ?? null) : null;
}
