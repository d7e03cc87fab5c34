import type { HostStatus, RolloutStatus } from '../../contracts/rollout';
import { printableLine } from '../cli/wrap';
import { withTimes } from '../moments';
import { actionSentences, brief, clockSpan, plural } from '../report/words';
import { controlChanges } from './control-changes';
import type { ProgressView } from './view';

/**
 * Pure: what changed between two moments, one line per change of phase or outcome, for logs and terminals that cannot
 * redraw. Nothing changed: no line.
 */
export function progressLines(
  before: ProgressView | null,
  after: ProgressView,
  now: number,
): string[] {
  const { status } = after;
  const at = clockSpan(now - Date.parse(status.startedAt));
  const ofRollout = [
    ...rolloutChanges(before?.status, status),
    ...controlChanges(before?.status, status, now),
  ];
  const ofHosts = hostChanges(before, after);
  // The end is said last: what comes after it would look as if it still went on.
  const changes = status.phase === 'done' ? [...ofHosts, ...ofRollout] : [...ofRollout, ...ofHosts];
  return changes.map((text) => printableLine(`[${at}] ${status.rolloutId} ${text}`));
}

function rolloutChanges(before: RolloutStatus | undefined, after: RolloutStatus): string[] {
  const changes: string[] = before === undefined ? unusualAction(after) : [];
  if (before?.phase !== after.phase) {
    changes.push(`${after.result ?? after.phase}: ${withTimes(after.reason.message)}`);
  }
  if (after.wave !== (before?.wave ?? 0)) {
    changes.push(`wave ${String(after.wave)}, ${String(after.toBeChanged)} hosts to be changed`);
  }
  if (after.budget.errors !== (before?.budget.errors ?? 0)) {
    changes.push(`budget: ${plural(after.budget.errors, 'error')} so far; ${after.budget.words}`);
  }
  return changes;
}

/** A rollout that brings the hotfix need not say so. */
const unusualAction = ({ action = 'fix' }: RolloutStatus): string[] =>
  action === 'fix' ? [] : [actionSentences[action]];

function hostChanges(before: ProgressView | null, after: ProgressView): string[] {
  const old = new Map(before?.status.hosts.map((host) => [host.hostId, host]));
  return after.status.hosts.flatMap((host) => {
    const was = standing(old.get(host.hostId), before);
    const is = standing(host, after);
    if (is === 'unassessed') return [];
    if (is === 'queued')
      return waits(old.get(host.hostId), host) ? [hostText(host, is, after)] : [];
    return was === is ? [] : [hostText(host, is, after)];
  });
}

/** A queued host begins with its verdict as its reason; another one is what keeps it waiting. */
const waits = (was: HostStatus | undefined, { reason }: HostStatus): boolean =>
  was?.standing === 'queued' && reason !== null && reason.code !== was.reason?.code;

function standing(host: HostStatus | undefined, view: ProgressView | null): string {
  if (host === undefined) return 'unassessed';
  if (host.outcome !== null) return host.outcome;
  return host.standing === 'running'
    ? (view?.inFlight.get(host.hostId)?.phase ?? 'starting')
    : host.standing;
}

function hostText(host: HostStatus, is: string, view: ProgressView): string {
  const why =
    host.outcome === null && host.standing === 'running'
      ? view.inFlight.get(host.hostId)?.summary
      : host.reason?.message;
  return `${host.hostId} ${is}${why === undefined || why === '' ? '' : `: ${brief(why)}`}`;
}
