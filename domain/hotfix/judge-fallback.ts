import type { Hotfix } from '../../contracts/hotfix';
import { type Reason, reason } from '../../contracts/reason';
import type { FallbackResult } from '../../contracts/steps';

/** Characters of what was done that a reason carries; the evidence has all of it. */
const orderLimit = 300;

/**
 * Whether the fallback helped: everything that it is made of was done and proved, and the symptom is known to be gone.
 * Either way it is told what was done, in its order.
 *
 * @param hotfix its symptom, null when there is none to be gone; without it there is one
 */
export function judgeFallback(
  result: FallbackResult,
  hotfix?: Pick<Hotfix, 'symptom'>,
): { readonly ok: boolean; readonly reasons: readonly Reason[] } {
  const problems = result.problems.map((problem) => reason('fallback-problem', problem));
  const symptom = hotfix?.symptom === null ? noSymptom : symptomReason(result.symptomSince);
  const ok = problems.length === 0 && result.symptomSince === false;
  if (ok) return { ok, reasons: [...proofsOf(result), symptom, ...orderOf(result)] };
  const seen = result.symptomSince === false ? problems : [...problems, symptom];
  return { ok, reasons: [...seen, ...orderOf(result)] };
}

const noSymptom = reason('no-symptom', 'The hotfix has no symptom that could come back.');

/** Nothing is said of processes where none had to be new: a fallback may be a registry value alone. */
function proofsOf({ services, appPools, done }: FallbackResult): Reason[] {
  const facts = { services: services.length, appPools: appPools.length };
  if (services.length + appPools.length === 0 && done !== undefined) {
    return [reason('fallback-done', 'All of the fallback was done and read back.', facts)];
  }
  const message = `${services.length} services and ${appPools.length} application pools run under new process ids.`;
  return [reason('restarted', message, facts)];
}

function orderOf({ done }: FallbackResult): Reason[] {
  if (done === undefined || done.length === 0) return [];
  const order = done.map(({ what }, index) => `${index + 1}. ${what}`).join('; ');
  const shown = order.length <= orderLimit ? order : `${order.slice(0, orderLimit)}…`;
  return [reason('fallback-order', `Done in this order: ${shown}.`, { steps: done.length })];
}

function symptomReason(symptomSince: boolean | null): Reason {
  if (symptomSince === null) {
    return reason('symptom-unknown', 'Whether the symptom is gone could not be told.');
  }
  return symptomSince
    ? reason('symptom-again', 'The symptom was logged again after the fallback.')
    : reason('symptom-gone', 'The symptom was not logged again while it was watched.');
}
