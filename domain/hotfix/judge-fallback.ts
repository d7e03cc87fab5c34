import { type Reason, reason } from '../../contracts/reason';
import type { FallbackResult } from '../../contracts/steps';

/** Whether the fallback helped: all runs again under new process ids, and the symptom is known to be gone. */
export function judgeFallback(result: FallbackResult): {
  readonly ok: boolean;
  readonly reasons: readonly Reason[];
} {
  const problems = result.problems.map((problem) => reason('fallback-problem', problem));
  const symptom = symptomReason(result.symptomSince);
  const ok = problems.length === 0 && result.symptomSince === false;
  if (!ok)
    return { ok, reasons: result.symptomSince === false ? problems : [...problems, symptom] };
  const { services, appPools } = result;
  const message = `${services.length} services and ${appPools.length} application pools run under new process ids.`;
  const done = reason('restarted', message, {
    services: services.length,
    appPools: appPools.length,
  });
  return { ok, reasons: [done, symptom] };
}

function symptomReason(symptomSince: boolean | null): Reason {
  if (symptomSince === null) {
    return reason('symptom-unknown', 'Whether the symptom is gone could not be told.');
  }
  return symptomSince
    ? reason('symptom-again', 'The symptom was logged again after the restart.')
    : reason('symptom-gone', 'The symptom was not logged again while it was watched.');
}
