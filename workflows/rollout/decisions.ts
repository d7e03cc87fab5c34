import { log, upsertMemo, workflowInfo } from '@temporalio/workflow';
import type { OperatorAnswer, RolloutInput } from '../../contracts/rollout';
import { decide, historyIsFull, hostsInFlight } from '../../domain/rollout';
import type { RolloutCommand, RolloutEvent, RolloutState } from '../../domain/rollout';
import { createPhaseSign } from '../search-attributes';
import { createAlarm } from './alarm';

export interface Decisions {
  /**
   * Decides about one event. Synchronous on purpose: no other event can come between reading the state and writing it,
   * so that updates, children and timers need no lock.
   */
  readonly take: (event: RolloutEvent) => OperatorAnswer | undefined;
  state(): RolloutState;
  /** The next command to be carried out, in order. */
  next(): RolloutCommand | undefined;
  hasNext(): boolean;
}

export function createDecisions(input: RolloutInput, begun: RolloutState): Decisions {
  const commands: RolloutCommand[] = [];
  const showPhase = createPhaseSign(input);
  const alarm = createAlarm(() => take({ type: 'timerFired' }));
  let state = begun;
  let full = false;
  let traces = 0;

  const take = (event: RolloutEvent): OperatorAnswer | undefined => {
    // Before the event, which may be what a whole wave has waited for: its hosts are then started in the new run.
    if (!full && isFull(input, hostsInFlight(state).length)) {
      full = true;
      take({ type: 'historyFull' });
    }
    const decision = decide(state, event, Date.now());
    ({ state } = decision);
    commands.push(...decision.commands);
    log.debug('decided', { event: event.type, reasons: decision.reasons });
    const isPhaseNew = showPhase(state.phase);
    const isAlarmNew = alarm.set(state.nextLookAt);
    if (!isPhaseNew && !isAlarmNew && decision.commands.length === 0) leaveTrace(event, ++traces);
    return decision.answer;
  };

  return {
    take,
    state: () => state,
    next: () => commands.shift(),
    hasNext: () => commands.length > 0,
  };
}

function isFull({ historyEvents }: RolloutInput, inFlight: number): boolean {
  const info = workflowInfo();
  return (
    info.continueAsNewSuggested ||
    historyIsFull({
      events: info.historyLength,
      bytes: info.historySize,
      inFlight,
      ...(historyEvents === undefined ? {} : { limitEvents: historyEvents }),
    })
  );
}

/**
 * A worker that replays joins a task that left no trace in the history with the one after it, and an update in that one
 * is validated first: "retry srv-01" would be refused because srv-01 is running, although everybody has seen it fail.
 * One small event keeps the tasks apart. Starts need none: no refusal depends on them.
 */
function leaveTrace({ type }: RolloutEvent, traces: number): void {
  if (type !== 'operator' && type !== 'hostStarted') upsertMemo({ traces });
}
