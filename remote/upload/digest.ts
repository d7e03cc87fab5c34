/** SHA-256 of no bytes: certutil cannot hash an empty file (0x800703ee, ERROR_FILE_INVALID). */
export const emptySha256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

/**
 * The digest in what `certutil -hashfile <file> SHA256` prints: its one line of only hex digits, which older Windows
 * sets apart byte by byte with blanks. The lines around it are in the language of the host. Null when there is none.
 */
export function digestIn(certutilOutput: Buffer): string | null {
  const digests = certutilOutput
    .toString('latin1')
    .split(/[\r\n]+/)
    .map((line) => line.replace(/\s/g, '').toLowerCase())
    .filter((line) => /^[0-9a-f]{64}$/.test(line));
  return digests[0] ?? null;
}
