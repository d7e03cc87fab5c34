import { Failure } from '../../../contracts/failures';
import { nearestOf } from '../../../contracts/fields.schema';
import type { RolloutId } from '../../../contracts/ids';
import type { CountOrPercent } from '../../../contracts/plan';
import type { RolloutStatus } from '../../../contracts/rollout';
import type { AddCommand } from '../context';
import { momentOf } from '../moment';
import { asConcurrency, asMaxConsecutive, asMaxErrors, asSpan } from '../request-arguments';
import { ask, requestCommand, withAsker } from '../requests';
import type { RequestOptions, Wanted } from '../requests';

interface LimitOptions extends RequestOptions {
  readonly maxConcurrency?: number;
  readonly maxErrors?: CountOrPercent;
  readonly maxConsecutiveErrors?: number | 'none';
}

interface EndOptions extends RequestOptions {
  readonly until?: string;
  readonly in?: number;
}

/** What may be changed of a rollout that runs: how much at once, how many errors, how long, and a gate asked again. */
export const addLimits: AddCommand = (program, context) => {
  withAsker(
    requestCommand(program, 'limits', 'Change how many hosts and errors a running rollout may have')
      .option('--max-concurrency <n>', 'hosts at once, 1 to 1000', asConcurrency)
      .option('--max-errors <n>', 'stop when there are more: a count, or "20%"', asMaxErrors)
      .option('--max-consecutive-errors <n>', 'the same in a row, or none', asMaxConsecutive),
  ).action(
    context.action((id: RolloutId, options: LimitOptions) => {
      if (isNothing(options)) throw nothingToChange();
      return ask(context, id, options, (status) => limitRequests(options, status));
    }),
  );
  withAsker(
    requestCommand(
      program,
      'window-end',
      'Move the end of the window that is open, or opens next: shorten or extend it',
    )
      .option('--until <time>', 'e.g. 04:00, 2026-05-03T04:00 (local time) or 2026-05-03T02:00Z')
      .option('--in <duration>', 'so long from now, e.g. 90m', asSpan),
  ).action(
    context.action((id: RolloutId, options: EndOptions) =>
      ask(context, id, options, [{ operation: 'set-window', until: endOf(options, Date.now()) }]),
    ),
  );
  withAsker(
    requestCommand(program, 'ask-gate', 'Ask a gate again that had no answer').argument(
      '<gate>',
      'name of the gate',
    ),
  ).action(
    context.action((id: RolloutId, gate: string, options: RequestOptions) =>
      ask(context, id, options, (status) => [
        { operation: 'ask-gate', gate: knownGate(gate, status) },
      ]),
    ),
  );
};

const isNothing = (options: LimitOptions): boolean =>
  options.maxConcurrency === undefined &&
  options.maxErrors === undefined &&
  options.maxConsecutiveErrors === undefined;

const nothingToChange = (): Failure =>
  new Failure('bad-request', 'no limit is named', {
    advice: 'add --max-concurrency, --max-errors or --max-consecutive-errors',
  });

/** Errors in a row are part of the budget: who changes only them keeps the errors as they are. */
function limitRequests(options: LimitOptions, status: RolloutStatus): Wanted[] {
  const { maxConcurrency, maxConsecutiveErrors: inRow } = options;
  const wanted: Wanted[] =
    maxConcurrency === undefined ? [] : [{ operation: 'set-concurrency', maxConcurrency }];
  if (options.maxErrors === undefined && inRow === undefined) return wanted;
  const maxErrors = options.maxErrors ?? status.limits?.maxErrors ?? status.budget.maxErrors;
  if (maxErrors === null) {
    throw new Failure('bad-request', `${status.rolloutId} has no count of errors yet`, {
      advice: 'name --max-errors too, or wait until its hosts have been looked at',
    });
  }
  return [
    ...wanted,
    {
      operation: 'set-budget',
      maxErrors,
      ...(inRow !== undefined && { maxConsecutiveErrors: inRow === 'none' ? null : inRow }),
    },
  ];
}

/** @throws Failure bad-request when it is not said, said twice, or not ahead */
function endOf(options: Pick<EndOptions, 'until' | 'in'>, now: number): string {
  if (options.until !== undefined && options.in === undefined) return momentOf(options.until, now);
  if (options.in !== undefined && options.until === undefined) {
    return new Date(now + options.in).toISOString();
  }
  throw new Failure('bad-request', 'it is not clear when the window is to end', {
    advice: 'name one of --until TIME and --in DURATION',
  });
}

/** A gate that was not asked yet is not in the status: only what is nearly one that was is refused here. */
function knownGate(gate: string, { gates = [], rolloutId }: RolloutStatus): string {
  const names = gates.map((each) => each.gate);
  const nearest = names.includes(gate) ? null : nearestOf(gate, names);
  if (nearest === null) return gate;
  throw new Failure('bad-request', `${rolloutId} has asked no gate ${gate}`, {
    advice: `did you mean ${nearest}?`,
  });
}
