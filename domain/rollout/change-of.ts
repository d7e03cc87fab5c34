import type { PackageState } from '../../contracts/facts';
import type { AffectedState, Outcome } from '../../contracts/outcome';
import { reason, type Reason } from '../../contracts/reason';
import { actionOf } from './action';
import type { KeptPlan, KeptVerdict } from './state';

/** What follows from a verdict. Without a reason of its own it is the one of the verdict. */
type Change = { readonly why?: Reason } & (
  | { readonly need: 'change' | 'hold' | 'skip' }
  | { readonly need: 'none'; readonly outcome: Outcome }
);

type Asked = { readonly policy: Pick<KeptPlan['policy'], 'scope' | 'onSuspect'> } & Pick<
  KeptPlan,
  'action'
>;

export const changeOf = (plan: Asked, verdict: Omit<KeptVerdict, 'health'>): Change =>
  actionOf({ plan }) === 'rollback' ? removal(plan, verdict) : changeFor(plan, verdict);

const changeFor = (
  { policy }: Asked,
  { state, applicable }: Omit<KeptVerdict, 'health'>,
): Change => {
  const outcome = endWithout(state);
  if (state === 'affected') return { need: 'change' };
  if (outcome !== undefined && outcome !== 'not-affected') return { need: 'none', outcome };
  if (policy.scope === 'applicable' && applicable === 'yes') return { need: 'change' };
  if (outcome !== undefined) return { need: 'none', outcome };
  if (policy.onSuspect === 'skip') return { need: 'skip' };
  const asked = policy.onSuspect === 'treat-as-affected' && applicable === 'yes';
  return { need: asked ? 'change' : 'hold' };
};

/** The outcome of a host that is not changed, of the states that are an answer. */
const endWithout = (state: AffectedState): Outcome | undefined =>
  state === 'not-affected' || state === 'already-fixed' || state === 'not-applicable'
    ? state
    : undefined;

/** In force, about to be, or about to be gone: what is pending either way is not rolled back before its reboot. */
const removable: ReadonlySet<PackageState> = new Set<PackageState>([
  'installed',
  'install-pending',
  'superseded',
  'uninstall-pending',
]);

/** Only the package counts, whatever the verdict; and nobody can ask for one to be removed that may not be there. */
const removal = ({ policy }: Asked, { package: state }: Omit<KeptVerdict, 'health'>): Change => {
  if (state === undefined || state === null) {
    const message = 'it is not known whether the package is there';
    return {
      need: policy.onSuspect === 'skip' ? 'skip' : 'hold',
      why: reason('package-unknown', message),
    };
  }
  if (removable.has(state)) return { need: 'change' };
  const why = reason('nothing-to-remove', `nothing to remove: the package is ${state}`, { state });
  return { need: 'none', outcome: 'not-applicable', why };
};
