import { Failure } from '../contracts/failures';
import type { FallbackAction } from '../contracts/hotfix';
import type { FallbackInput, FallbackResult } from '../contracts/steps';
import type { ActionWays, Problems } from '../remote/windows/actions/action-ways';
import { lookAtServices, serviceIn } from '../remote/windows/service-table';
import type { ActivityDependencies } from './dependencies';
import { carryOut } from './fallback-actions';
import type { FallbackLog, FallbackProgress } from './fallback-progress';
import { createFallbackLog } from './fallback-progress';
import { watchSymptom } from './fallback-watch';
import { sessionOver } from './line-session';
import { onHost } from './step';
import type { Step } from './step';

/** An action is begun so often when the host answers it with nonsense; what it did already is not done again. */
const actionTries = 3;
const tryAgainMs = 10_000;

/**
 * Carries out the actions of the fallback in their order, then watches the log for the symptom. An action that fails
 * ends none of the others: what was stopped must run again, and two thirds of a workaround may be worth having. What
 * does not work is told in the result: the decision what the host then is lies elsewhere.
 */
export const createFallback =
  (deps: ActivityDependencies) =>
  (input: FallbackInput): Promise<FallbackResult> =>
    onHost<FallbackProgress, FallbackResult>(deps, input, async (step) => {
      const log = createFallbackLog(step.before, step.report, deps.now);
      const { symptom, fallback } = input.hotfix;
      for (const action of fallback.actions.slice(log.now().at)) {
        log.next(await insist(action, step, input, log, deps));
      }
      const watched = { observeMs: input.observeMs, now: deps.now };
      const symptomSince =
        symptom === null ? false : await watchSymptom(step, log, { ...watched, pattern: symptom });
      const lost = await lostServices(step, log);
      const { services, appPools, done, problems, startedAt } = log.now();
      return {
        services,
        appPools,
        symptomSince,
        done,
        problems: [...problems, ...lost],
        durationMs: deps.now() - startedAt,
      };
    });

/** A connection that is lost is Temporal's to try again, which begins with what was reported last. */
async function insist(
  action: FallbackAction,
  step: Step<FallbackProgress>,
  input: FallbackInput,
  log: FallbackLog,
  deps: ActivityDependencies,
): Promise<Problems> {
  const patience = { pause: step.pause, now: deps.now, signal: step.signal };
  const ways: ActionWays = { patience, note: log.note };
  for (let tries = 1; ; tries += 1) {
    try {
      const session = await sessionOver(step.line);
      return await carryOut(action, { session, input, ways, log });
    } catch (error) {
      if (!(error instanceof Failure) || error.retryable || step.signal.aborted) throw error;
      if (tries === actionTries || error.code === 'bad-request') {
        return [`${action.kind} failed: ${error.message}`];
      }
      await step.pause(tryAgainMs);
    }
  }
}

/** Services that ran after the restart and have ended since. */
async function lostServices(step: Step<FallbackProgress>, log: FallbackLog): Promise<Problems> {
  const { services, down } = log.now();
  const kept = new Set(down.map((name) => name.toLowerCase()));
  const watched = services.filter(
    ({ name, processAfter }) => processAfter !== 0 && !kept.has(name.toLowerCase()),
  );
  if (watched.length === 0) return [];
  try {
    const table = await step.line.use((session) => lookAtServices(session, step));
    return watched
      .filter(({ name }) => serviceIn(table, name).processId === 0)
      .map(({ name }) => `${name} ran again and has ended since`);
  } catch (error) {
    if (!(error instanceof Failure) || step.signal.aborted) throw error;
    return [`whether the services still run is not known: ${error.message}`];
  }
}
