import { setMaxListeners } from 'node:events';
import { Context } from '@temporalio/activity';
import { currentHotfix } from '../contracts/earlier-hotfix';
import { Failure } from '../contracts/failures';
import type { HostId } from '../contracts/ids';
import { assessmentBatch } from '../contracts/names';
import type { AssessInput, HostAssessment, StepFailure } from '../contracts/steps';
import { judge, trimFacts } from '../domain/hotfix';
import { probe } from '../remote/windows/probe';
import { answerBy } from './answer-by';
import type { ActivityDependencies } from './dependencies';
import { inSession } from './step';

/** A host that is away is tried once more before the assessment goes on without it. */
const tries = 2;
const retryAfterMs = 2000;

/** Read-only. Hosts of the batch are asked side by side; one that cannot be asked is a result. */
export const createAssess =
  (deps: ActivityDependencies) =>
  async (input: AssessInput): Promise<readonly HostAssessment[]> => {
    if (input.hosts.length > assessmentBatch) {
      throw new Failure('bad-request', `a batch has at most ${assessmentBatch} hosts`, {
        facts: { hosts: input.hosts.length },
      });
    }
    // Read once up front: a worker without the preview is a failure of the batch, not of every host in it.
    await deps.previews.read(input.previewHash);
    // Each host listens for the one cancellation of the batch: no leak, which Node would otherwise warn of.
    setMaxListeners(0, Context.current().cancellationSignal);
    return Promise.all(input.hosts.map((hostId) => assessHost(deps, input, hostId)));
  };

async function assessHost(
  deps: ActivityDependencies,
  { owner, previewHash, hotfix: given }: AssessInput,
  hostId: HostId,
): Promise<HostAssessment> {
  // The task may have been put there by an earlier release.
  const hotfix = currentHotfix(given);
  const until = answerBy(deps);
  for (let attempt = 1; ; attempt += 1) {
    try {
      const facts = await inSession(deps, { owner, previewHash, hostId }, (session, signal) =>
        probe(session, hotfix, deps.now, { signal, until }),
      );
      const verdict = judge(facts, hotfix);
      return { hostId, reached: true, verdict, facts: trimFacts(facts, hotfix) };
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      if (!error.retryable || attempt >= tries) {
        return { hostId, reached: false, failure: failureValue(error) };
      }
    }
    await Context.current().sleep(Math.max(1, retryAfterMs * deps.pace));
  }
}

function failureValue({ code, message, advice }: Failure): StepFailure {
  return { code, message: message.slice(0, 1000), advice };
}
