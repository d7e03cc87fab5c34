import type { CleanUpInput } from '../contracts/steps';
import { removeTraces } from '../remote/windows/clean-up';
import type { ActivityDependencies } from './dependencies';
import { inSession } from './step';

/** What is left behind (a task that runs, a file that is in use) does no harm and is found by the next rollout. */
export const createCleanUp =
  (deps: ActivityDependencies) =>
  async (input: CleanUpInput): Promise<void> => {
    await inSession(deps, input, (session, signal) =>
      removeTraces(session, input.hotfix.id, input.folder, { signal }),
    );
  };
