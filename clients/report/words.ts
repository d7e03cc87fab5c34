/** `1:05`, `1:02:05`; negative spans (a clock step between two machines) show as 0:00. */
export function clockSpan(ms: number): string {
  const total = Math.max(0, Math.floor(ms / 1000));
  const seconds = String(total % 60).padStart(2, '0');
  const minutes = Math.floor(total / 60) % 60;
  const hours = Math.floor(total / 3600);
  return hours > 0
    ? `${String(hours)}:${String(minutes).padStart(2, '0')}:${seconds}`
    : `${String(minutes)}:${seconds}`;
}

export const plural = (count: number, word: string): string =>
  `${String(count)} ${word}${count === 1 ? '' : 's'}`;

/** The second of the instant, in UTC, without the noise of the ISO form. */
export const utcTime = (iso: string): string => iso.slice(0, 19).replace('T', ' ');
