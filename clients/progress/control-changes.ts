import type { OperationRecord, RolloutStatus } from '../../contracts/rollout';
import {
  approvalWords,
  gateWords,
  isBegun,
  limitWords,
  operationWords,
  windowWords,
} from '../control-words';
import { localTime } from '../moments';

/** These show themselves: the phase or the host that they are about changes and says who asked. */
const shownElsewhere: ReadonlySet<OperationRecord['operation']> = new Set<
  OperationRecord['operation']
>(['pause', 'resume', 'abort', 'skip', 'retry']);

/**
 * Pure: what changed of approvals, window, gates and limits, and what was asked, a line each; nothing for plans that have
 * none of it. Estimates move all the time and belong to `status`.
 */
export function controlChanges(
  before: RolloutStatus | undefined,
  after: RolloutStatus,
  now: number,
): string[] {
  return [
    ...requests(before, after),
    ...approvals(before, after),
    ...window(before, after, now),
    ...gates(before, after),
    ...limits(before, after),
  ];
}

/** What was asked before somebody began to watch is in the status. */
function requests(before: RolloutStatus | undefined, after: RolloutStatus): string[] {
  if (before === undefined) return [];
  const known = new Set(before.operations.map((record) => JSON.stringify(record)));
  return after.operations
    .filter(({ operation }) => !shownElsewhere.has(operation))
    .filter((record) => !known.has(JSON.stringify(record)))
    .map((record) => `asked for: ${operationWords(record)}`);
}

function approvals(before: RolloutStatus | undefined, after: RolloutStatus): string[] {
  if (after.approvals === undefined || after.phase === 'done') return [];
  if (before?.approvals?.given.length === after.approvals.given.length) return [];
  if (before === undefined && after.phase !== 'awaiting-approval') return [];
  return [`approvals: ${approvalWords(after.approvals, isBegun(after), localTime)}`];
}

function window(before: RolloutStatus | undefined, after: RolloutStatus, now: number): string[] {
  if (after.window === undefined || after.phase === 'done') return [];
  return windowKey(before) === windowKey(after)
    ? []
    : [`window: ${windowWords(after.window, now, localTime)}`];
}

/** What a host needs is learnt with every host: that alone is no news. */
function windowKey(status: RolloutStatus | undefined): string | null {
  if (status?.window === undefined) return null;
  const { opening, isOpen } = status.window;
  return JSON.stringify([isOpen, opening]);
}

function gates(before: RolloutStatus | undefined, after: RolloutStatus): string[] {
  const known = new Set(before?.gates?.map((gate) => JSON.stringify(gate)));
  return (after.gates ?? [])
    .filter((gate) => !known.has(JSON.stringify(gate)))
    .map((gate) => `gate ${gateWords(gate)}`);
}

function limits(before: RolloutStatus | undefined, after: RolloutStatus): string[] {
  if (after.limits === undefined) return [];
  const words = limitWords(after.limits);
  const was = before?.limits === undefined ? null : limitWords(before.limits);
  return words === was ? [] : [`limits changed: ${words}`];
}
