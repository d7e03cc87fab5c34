import type { HostStatus, RolloutStatus } from '../../contracts/rollout';
import type { ProgressView } from '../progress/view';
import { countOutcomes } from '../report/build-report';
import { actionPrefix, brief, clockSpan, plural } from '../report/words';
import { paintOutcome } from './colors';
import type { Colors } from './colors';
import { table } from './print';
import { withTimes } from '../moments';
import { controlLines } from './show-control';
import { printableLine } from './wrap';

/** The whole state of a rollout for people: what it is, where it stands and why, then a line per host. */
export function showStatus(
  view: ProgressView,
  colors: Colors,
  now: number,
  width?: number,
): string {
  const { status } = view;
  const rows = status.hosts.map((host) => row(host, view, colors));
  return [
    ...summaryLines(status, colors, now),
    '',
    table(['HOST', 'WAVE', 'STATE', 'STANDS', 'TOOK', 'WHY'], rows, width),
  ].join('\n');
}

export function summaryLines(status: RolloutStatus, colors: Colors, now: number): string[] {
  const end = status.finishedAt === null ? now : Date.parse(status.finishedAt);
  const counts = countOutcomes(status.hosts).map(({ outcome, hosts }) =>
    paintOutcome(colors, outcome, `${String(hosts)} ${outcome}`),
  );
  return [
    `${colors.bold(`${status.change} · ${actionPrefix(status.action)}${status.hotfixId}`)}  ${status.rolloutId}, asked for by ${status.requestedBy}`,
    `${status.result ?? status.phase}: ${withTimes(status.reason.message)}`,
    `${plural(status.hosts.length, 'host')}, ${String(status.toBeChanged)} to be changed; wave ${String(status.wave)}; took ${clockSpan(end - Date.parse(status.startedAt))}`,
    `budget: ${plural(status.budget.errors, 'error')}; ${status.budget.words}`,
    counts.join(', '),
    ...controlLines(status, colors, now),
    // A line is a line, whatever people and hosts wrote into it.
  ].map(printableLine);
}

function row(host: HostStatus, view: ProgressView, colors: Colors): string[] {
  const progress = view.inFlight.get(host.hostId);
  const running = host.standing === 'running' ? (progress?.phase ?? 'running') : host.standing;
  return [
    host.hostId,
    host.wave === null ? '–' : String(host.wave),
    host.state ?? '–',
    host.outcome === null ? running : paintOutcome(colors, host.outcome, host.outcome),
    took(host),
    host.outcome === null && progress !== undefined
      ? progress.summary
      : brief(host.reason?.message ?? ''),
  ];
}

const took = ({ startedAt, finishedAt }: HostStatus): string =>
  startedAt === null || finishedAt === null
    ? '–'
    : clockSpan(Date.parse(finishedAt) - Date.parse(startedAt));
