import type { PreviewContent } from '../../contracts/preview';
import type { Forecast } from '../../domain/preview';
import { localTime, roughSpan } from '../moments';

/** What a change manager should know before anybody is asked to approve; sentences. */
export function forecastWarnings(
  { approvals }: PreviewContent,
  found: Forecast | null,
  now: number,
): string[] {
  if (approvals === undefined) return [];
  const warnings: string[] = [];
  if (approvals.identity === 'authenticated') {
    warnings.push(
      'approvals want people whose identity is proved, which this version cannot do: nobody could approve',
    );
  }
  const first = found?.course[0]?.from ?? null;
  const expires = now + approvals.ttlMs;
  if (first !== null && first > expires) {
    warnings.push(
      `an approval asked for now is good for ${roughSpan(approvals.ttlMs)}, until ${localTime(new Date(expires).toISOString())}; the first window comes later`,
    );
  }
  return warnings;
}
