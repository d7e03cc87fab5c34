import { Failure } from '../contracts/failures';
import { valueOf } from '../contracts/parsed.schema';
import type { PrepareStandingInput, PrepareStandingResult } from '../contracts/standing';
import { parsePrepareStandingInput } from '../contracts/standing.schema';
import { refusalOfChanged, refusalOfFiring, requestedByWords } from '../domain/standing';
import type { ActivityDependencies } from './dependencies';

/**
 * What a standing plan's rollout runs, frozen now: the hosts that its selector means today. It is refused when anything
 * of what was approved has changed since; approvals are looked at again here, because this reads what they are for.
 */
export const createPrepareStanding =
  (deps: Pick<ActivityDependencies, 'standing' | 'now'>) =>
  async (raw: PrepareStandingInput): Promise<PrepareStandingResult> => {
    const { plan, rolloutId } = valueOf(parsePrepareStandingInput(raw), 'the standing plan');
    const refused = refusalOfFiring(plan, deps.now());
    if (refused !== null) throw new Failure('bad-request', refused.message);
    if (deps.standing === undefined) {
      throw new Failure('bad-request', 'this worker reads no standing plans');
    }
    const { found, freeze } = await deps.standing.read(plan);
    const reason = refusalOfChanged(plan, found);
    if (reason !== null) return { kind: 'changed', reason };
    // Its approvals were given to the standing plan; the rollout itself waits for none.
    const rollout = await freeze({ rolloutId, requestedBy: requestedByWords(plan) });
    return { kind: 'ready', rollout };
  };
