import { currentHotfix } from '../contracts/earlier-hotfix';
import type { CheckInput, CheckResult } from '../contracts/steps';
import { judge, trimFacts } from '../domain/hotfix';
import { probe } from '../remote/windows/probe';
import { answerBy } from './answer-by';
import type { ActivityDependencies } from './dependencies';
import { inSession } from './step';

/** One round trip; the verdict is given here because the events that it rests on are too many to travel. */
export const createCheck =
  (deps: ActivityDependencies) =>
  async (input: CheckInput): Promise<CheckResult> => {
    const startedAt = deps.now();
    const until = answerBy(deps);
    // The task may have been put there by an earlier release.
    const hotfix = currentHotfix(input.hotfix);
    const facts = await inSession(deps, input, (session, signal) =>
      probe(session, hotfix, deps.now, { signal, until }),
    );
    return {
      facts: trimFacts(facts, hotfix),
      verdict: judge(facts, hotfix),
      durationMs: deps.now() - startedAt,
    };
  };
