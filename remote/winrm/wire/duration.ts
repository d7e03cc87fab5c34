/** xs:duration as WS-Management's timeouts use it: `PT20.000S` ([MS-WSMV] 2.2.4.37). */
export function formatDuration(ms: number): string {
  return `PT${(Math.max(0, ms) / 1000).toFixed(3)}S`;
}

const pattern =
  /^P(?:(\d{1,6})D)?(?:T(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,9}(?:\.\d{1,9})?)S)?)?$/;

/** Milliseconds; null for what is no duration, is negative or counts in months and years, which have no length. */
export function parseDuration(text: string): number | null {
  const match = pattern.exec(text.trim());
  if (match === null || /[PT]$/.test(text.trim())) return null;
  const [, days = '0', hours = '0', minutes = '0', seconds = '0'] = match;
  const total = (Number(days) * 24 + Number(hours)) * 3600 + Number(minutes) * 60 + Number(seconds);
  return Math.round(total * 1000);
}
