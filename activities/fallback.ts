import type { AppPoolFacts } from '../contracts/facts';
import type { FallbackInput, FallbackResult } from '../contracts/steps';
import { lookAtPools, recyclePools } from '../remote/windows/recycle-pools';
import type { RestartBaseline } from '../remote/windows/restart-services';
import { restartBaseline, restartServices } from '../remote/windows/restart-services';
import type { Patience } from '../remote/windows/patience';
import { newestRecordId, symptomAfter } from '../remote/windows/symptom-look';
import type { ActivityDependencies } from './dependencies';
import { isConnectionFailure } from './host-line';
import { onHost } from './step';
import type { Step } from './step';

/** What a try that was cut leaves to the next one: which processes were to go, so that none is restarted twice. */
interface Progress {
  readonly services: RestartBaseline;
  readonly pools: readonly AppPoolFacts[];
}

/** Looks at the log while the restarted services are watched. */
const looksWhileWatched = 4;

/**
 * Restarts the services that ran and recycles the workers, proves both by new process ids, then watches the log for the
 * symptom. What does not work is told in the result: the decision what the host then is lies elsewhere.
 */
export const createFallback =
  (deps: ActivityDependencies) =>
  (input: FallbackInput): Promise<FallbackResult> =>
    onHost<Progress, FallbackResult>(deps, input, async (step) => {
      const startedAt = deps.now();
      const patience: Patience = { pause: step.pause, now: deps.now, signal: step.signal };
      const ran = input.before.services.filter(({ state }) => state === 'running');
      const { fallback: definition } = input.hotfix;
      const progress = step.before ?? (await baseline(step, input, patience));
      step.report(progress);
      const restarted = await step.line.use((session) =>
        restartServices(session, ran, definition, progress.services, patience),
      );
      const recycled = await step.line.use((session) =>
        recyclePools(session, progress.pools, patience),
      );
      return {
        services: restarted.services,
        appPools: recycled.pools,
        symptomSince: await watchSymptom(step, input),
        problems: [...restarted.problems, ...recycled.problems],
        durationMs: deps.now() - startedAt,
      };
    });

function baseline(
  { line }: Step<Progress>,
  { before, hotfix }: FallbackInput,
  patience: Patience,
): Promise<Progress> {
  const ran = before.services.filter(({ state }) => state === 'running');
  const names = new Set(before.appPools.map(({ name }) => name));
  return line.use(async (session) => ({
    services: await restartBaseline(session, ran, hotfix.fallback, patience),
    // A host that had no pools is not asked for them: it may have no IIS.
    pools:
      names.size === 0
        ? []
        : (await lookAtPools(session, patience)).filter(({ name }) => names.has(name)),
  }));
}

/** Null when it cannot be told: the log could not be read, or the host was away when it was to be. */
async function watchSymptom(
  { line, wait, signal }: Step<Progress>,
  { hotfix, observeMs }: FallbackInput,
): Promise<boolean | null> {
  const { affected } = hotfix;
  try {
    const newest = await line.use((session) => newestRecordId(session, affected.log, { signal }));
    for (let look = 1; look <= looksWhileWatched; look += 1) {
      await wait(observeMs / looksWhileWatched);
      const isSeen = await line.use((session) =>
        symptomAfter(session, affected, newest, { signal }),
      );
      if (isSeen !== false) return isSeen;
    }
    return false;
  } catch (error) {
    if (isConnectionFailure(error)) return null;
    throw error;
  }
}
