import { Context } from '@temporalio/activity';
import { Failure } from '../contracts/failures';
import type { Measurement, MeasureInput } from '../contracts/gate';
import type { Judged } from '../domain/gate';
import type { ActivityDependencies } from './dependencies';
import type { Asking } from './measure/asking';
import { askedHost } from './measure/asking';
import { measureCommand } from './measure/command';
import { measureEvents } from './measure/events';
import { measureHttp } from './measure/http';
import { measurePrometheus } from './measure/prometheus';

/** Cancellation reaches an activity only through them. */
const heartbeatEveryMs = 5000;
/** A rollout shows the last ones of every gate. */
const maxMessage = 300;

/** One measurement. Whatever cannot be reached or asked is no answer, so that it can never be taken for a yes. */
export const createMeasure =
  (deps: ActivityDependencies) =>
  async (input: MeasureInput): Promise<Measurement> => {
    const context = Context.current();
    const signal = context.cancellationSignal;
    const timer = setInterval(() => context.heartbeat(), heartbeatEveryMs);
    try {
      const host = await askedHost(deps, input);
      return measurement(deps, await judgedBy({ deps, input, host, signal }));
    } catch (error) {
      if (signal.aborted) await context.cancelled;
      if (!(error instanceof Failure)) throw error;
      return measurement(deps, { phase: 'error', message: error.message });
    } finally {
      clearInterval(timer);
    }
  };

function judgedBy(asking: Asking): Promise<Judged> {
  const { check } = asking.input.gate;
  switch (check.kind) {
    case 'command':
      return measureCommand(asking, check);
    case 'http':
      return measureHttp(asking, check);
    case 'prometheus':
      return measurePrometheus(asking, check);
    case 'events':
      return measureEvents(asking, check);
    default:
      return check satisfies never;
  }
}

/** On one line: what a host or a server says goes to people's terminals. */
const measurement = (
  { now }: Pick<ActivityDependencies, 'now'>,
  { phase, message }: Judged,
): Measurement => ({
  phase,
  message: message.replace(/[\p{Cc}\s]+/gu, ' ').slice(0, maxMessage),
  at: new Date(now()).toISOString(),
});
