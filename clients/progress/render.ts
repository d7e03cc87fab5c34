import { stripVTControlCharacters } from 'node:util';
import type { Colors } from '../cli/colors';
import { paintOutcome } from '../cli/colors';
import { printableLine } from '../cli/wrap';
import type { HostStatus, RolloutStatus } from '../../contracts/rollout';
import { withTimes } from '../moments';
import { countOutcomes } from '../report/build-report';
import { actionPrefix, clockSpan, plural } from '../report/words';
import { controlNow } from './control-now';
import type { ProgressView } from './view';

export interface Canvas {
  readonly width: number;
  /** Lines that may be used; a frame taller than the screen could not be redrawn in place. */
  readonly height: number;
  /** Epoch milliseconds. */
  readonly now: number;
  readonly colors: Colors;
}

/** Pure: one frame of the live view, each line no wider than the canvas. */
export function renderProgress(view: ProgressView, canvas: Canvas): string[] {
  const head = [...headLines(view.status, canvas), ...controlOf(view.status, canvas), ''];
  const foot = ['', footLine(view.status, canvas)];
  const room = Math.max(1, canvas.height - head.length - foot.length);
  return [...head, ...hostLines(view, canvas, room), ...foot].map((line) =>
    clip(printableLine(line), canvas.width),
  );
}

function headLines(status: RolloutStatus, { colors, now, width }: Canvas): string[] {
  const end = status.finishedAt === null ? now : Date.parse(status.finishedAt);
  const elapsed = `elapsed ${clockSpan(end - Date.parse(status.startedAt))}`;
  const title = `${colors.bold(`${status.change} · ${actionPrefix(status.action)}${status.hotfixId}`)}  ${colors.dim(status.rolloutId)}`;
  const done = status.hosts.filter((host) => host.outcome !== null).length;
  const wave = status.wave === 0 ? '' : `; wave ${String(status.wave)}`;
  return [
    spread(title, elapsed, width),
    `${colors.cyan(status.result ?? status.phase)}: ${withTimes(status.reason.message)}`,
    `${bar(done, status.hosts.length, 30, colors)} ${String(done)} of ${plural(status.hosts.length, 'host')} done, ${String(status.toBeChanged)} to be changed${wave}`,
    budgetLine(status, colors),
  ];
}

/** A small screen keeps the hosts. */
const leastForHosts = 12;

function controlOf(status: RolloutStatus, { colors, now, height }: Canvas): string[] {
  return controlNow(status, colors, now).slice(0, Math.max(0, height - leastForHosts));
}

function budgetLine({ budget }: RolloutStatus, colors: Colors): string {
  if (budget.maxErrors === null) return colors.dim(`budget  ${budget.words}`);
  if (budget.errors > budget.maxErrors) {
    return colors.red(
      `budget  spent: ${plural(budget.errors, 'error')}, ${String(budget.maxErrors)} allowed`,
    );
  }
  const left = budget.maxErrors - budget.errors;
  const text = `budget  ${String(budget.errors)} of ${plural(budget.maxErrors, 'error')} used, ${String(left)} left; ${budget.words}`;
  return left === 0 ? colors.yellow(text) : text;
}

function hostLines(view: ProgressView, canvas: Canvas, room: number): string[] {
  const { hosts } = view.status;
  if (hosts.length <= room) return hosts.map((host) => hostLine(host, view, canvas));
  // Not all fit: what moves, then what ended last; the rest is counted.
  const moving = hosts.filter((host) => host.standing === 'running' || host.standing === 'held');
  const ended = hosts
    .filter((host) => host.standing === 'done')
    .toSorted((one, other) => (other.finishedAt ?? '').localeCompare(one.finishedAt ?? ''));
  const shown = [...moving, ...ended].slice(0, Math.max(0, room - 1));
  return [
    ...shown.map((host) => hostLine(host, view, canvas)),
    canvas.colors.dim(`  … and ${plural(hosts.length - shown.length, 'host')} more`),
  ];
}

function hostLine(host: HostStatus, view: ProgressView, { colors, now }: Canvas): string {
  const progress = view.inFlight.get(host.hostId);
  const running = host.standing === 'running';
  const state = running ? (progress?.phase ?? 'starting') : (host.outcome ?? host.standing);
  const painted = running
    ? colors.cyan(state.padEnd(14))
    : paintOutcome(colors, host.outcome, state.padEnd(14));
  const wave = host.wave === null ? '   ' : `w${String(host.wave)}`.padEnd(3);
  const text = running ? (progress?.summary ?? '') : (host.reason?.message ?? '');
  return `  ${host.hostId.padEnd(12)} ${colors.dim(wave)} ${painted} ${took(host, now).padStart(6)}  ${colors.dim(text)}`;
}

function took(host: HostStatus, now: number): string {
  if (host.startedAt === null) return '';
  const end = host.finishedAt === null ? now : Date.parse(host.finishedAt);
  return clockSpan(end - Date.parse(host.startedAt));
}

const footLine = (status: RolloutStatus, { colors }: Canvas): string =>
  countOutcomes(status.hosts)
    .map(({ outcome, hosts }) => paintOutcome(colors, outcome, `${String(hosts)} ${outcome}`))
    .join(colors.dim(' · '));

function bar(done: number, total: number, width: number, colors: Colors): string {
  const filled = total === 0 ? 0 : Math.round((done / total) * width);
  return colors.green('█'.repeat(filled)) + colors.dim('░'.repeat(width - filled));
}

function spread(left: string, right: string, width: number): string {
  const gap = width - visibleLength(left) - right.length;
  return gap < 2 ? `${left}  ${right}` : left + ' '.repeat(gap) + right;
}

const visibleLength = (text: string): number => stripVTControlCharacters(text).length;

const escape = '\u001b';

/** Cuts to the width without cutting a colour's sequence; a line that wraps would break the redraw. */
export function clip(line: string, width: number): string {
  if (visibleLength(line) <= width) return line;
  let room = width - 1;
  let cut = '';
  // Pieces after the first begin with the rest of a colour's sequence, which ends with m.
  line.split(escape).forEach((piece, index) => {
    const textAt = index === 0 ? 0 : piece.indexOf('m') + 1;
    const text = piece.slice(textAt);
    cut += (index === 0 ? '' : escape) + piece.slice(0, textAt) + text.slice(0, Math.max(0, room));
    if (text.length > room && room >= 0) cut += '…';
    room = text.length > room ? -1 : room - text.length;
  });
  return cut;
}
