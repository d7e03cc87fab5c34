import type { CheckInput, CheckResult } from '../contracts/steps';
import { judge, trimFacts } from '../domain/hotfix';
import { probe } from '../remote/windows/probe';
import type { ActivityDependencies } from './dependencies';
import { inSession } from './step';

/** One round trip; the verdict is given here because the events that it rests on are too many to travel. */
export const createCheck =
  (deps: ActivityDependencies) =>
  async (input: CheckInput): Promise<CheckResult> => {
    const startedAt = deps.now();
    const facts = await inSession(deps, input, (session, signal) =>
      probe(session, input.hotfix, deps.now, { signal }),
    );
    return {
      facts: trimFacts(facts, input.hotfix),
      verdict: judge(facts, input.hotfix),
      durationMs: deps.now() - startedAt,
    };
  };
