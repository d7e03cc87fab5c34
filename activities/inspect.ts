import { Failure } from '../contracts/failures';
import type { InspectedPackage, InspectInput, InspectResult } from '../contracts/steps';
import { cabinetsOf, inspectCabinets } from '../remote/windows/inspect-package';
import type { ActivityDependencies } from './dependencies';
import { createGrowingPause } from './growing-pause';
import { onHost } from './step';
import type { Step } from './step';

/** What a try that was cut leaves to the next one. */
interface Progress {
  /** When the first try began, epoch milliseconds. */
  readonly since: number;
}

/** Unpacks the staged package and asks servicing about what is in it; servicing that is busy is waited for. */
export const createInspect =
  (deps: ActivityDependencies) =>
  (input: InspectInput): Promise<InspectResult> =>
    onHost<Progress, InspectResult>(deps, input, async (step) => {
      const startedAt = deps.now();
      const progress = step.before ?? { since: startedAt };
      step.report(progress);
      const { signal, line } = step;
      const { contents } = input.package;
      const staged = { ...input.staged, ...(contents !== undefined && { contents }) };
      const cabinets = await line.use((session) => cabinetsOf(session, staged, { signal }));
      const packages = await ask(deps, step, input, progress, cabinets);
      return { packages, durationMs: deps.now() - startedAt };
    });

async function ask(
  deps: ActivityDependencies,
  { line, signal, pause }: Step<Progress>,
  { hotfix, hostId }: InspectInput,
  { since }: Progress,
  cabinets: readonly string[],
): Promise<readonly InspectedPackage[]> {
  const pauses = createGrowingPause(5000, 30_000);
  const { timeoutMs } = hotfix.install;
  for (;;) {
    const found = await line.use((session) => inspectCabinets(session, cabinets, { signal }));
    if (found !== null) return found;
    if (deps.now() - since >= timeoutMs) {
      const what = `${hostId}: servicing was busy for ${timeoutMs} ms and could not be asked`;
      throw new Failure('installer-timeout', what, { facts: { host: hostId, timeoutMs } });
    }
    await pause(pauses.next());
  }
}
