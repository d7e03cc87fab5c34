import type { WatchInput, WatchResult } from '../contracts/steps';
import { symptomsSince } from '../remote/windows/symptom-look';
import type { ActivityDependencies } from './dependencies';
import { inSession } from './step';

/** One look; a hotfix without a symptom has none, and its host is not asked. */
export const createWatch =
  (deps: ActivityDependencies) =>
  async (input: WatchInput): Promise<WatchResult> => {
    const { symptom } = input.hotfix;
    if (symptom === null) return { symptoms: 0, firstAt: null, hostTime: null };
    const { symptoms, hostTime } = await inSession(deps, input, (session, signal) =>
      symptomsSince(session, symptom, input.since, { signal }),
    );
    if (!symptoms.known) return { symptoms: null, firstAt: null, hostTime, why: symptoms.why };
    const times = symptoms.value.map(({ at }) => at).toSorted();
    return { symptoms: times.length, firstAt: times[0] ?? null, hostTime };
  };
