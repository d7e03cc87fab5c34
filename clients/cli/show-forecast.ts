import type { Forecast } from '../../domain/preview';
import { localTime } from '../moments';
import { plural } from '../report/words';
import type { Colors } from './colors';

/** The forecast in words, then a line of the chart for each window or piece of time. */
export function forecastLines(found: Forecast | null, colors: Colors): string[] {
  if (found === null) return ['forecast: too many hosts to go through the plan'];
  return [
    colors.bold('forecast'),
    `  done ${when(found.finish.p50)} in half of all cases, ${when(found.finish.p95)} in 19 of 20`,
    ...windowLines(found),
    ...found.mostDown.map(
      ({ set, hosts, maxUnavailable }) =>
        `  ${set}: at most ${String(hosts)} down at once, ${String(maxUnavailable)} may be`,
    ),
    `  a package that breaks every host ${blastWords(found.blast.everyHost)}; one that breaks one in five ${blastWords(found.blast.oneInFive)}`,
    ...(found.waitsForAPerson === 0
      ? []
      : [`  waits ${plural(found.waitsForAPerson, 'time')} for a person, which is not counted`]),
    `  by ${basis(found)}`,
    ...chart(found, colors),
  ];
}

const when = (at: number | null): string =>
  at === null ? 'after all windows that are known' : localTime(new Date(at).toISOString());

function windowLines({ windows }: Forecast): string[] {
  if (windows === null) return [];
  const { p50, p95, first } = windows;
  const count = p50 === p95 ? plural(p50, 'window') : `${String(p50)} to ${plural(p95, 'window')}`;
  return [`  takes ${count}; ${plural(first, 'host')} in the first`];
}

function blastWords({ p50, most, stopped }: Forecast['blast']['everyHost']): string {
  const hosts = p50 === most ? plural(p50, 'host') : `${String(p50)} to ${plural(most, 'host')}`;
  if (stopped === 0) return `is not stopped by the budget: ${hosts} changed`;
  const often = stopped === 1 ? '' : ` in ${String(Math.round(stopped * 100))} of 100 cases`;
  return `is stopped${often} after ${hosts}`;
}

const basis = ({ seen, runs, oneIn }: Forecast): string =>
  [
    seen === 0
      ? "the plan's hostDuration, for nothing was seen yet"
      : `what ${plural(seen, 'host')} of earlier rollouts took`,
    `${plural(runs, 'run')} of the plan`,
    ...(oneIn > 1 ? [`one host standing for ${String(Math.round(oneIn))}`] : []),
  ].join(', ');

const barWidth = 30;

function chart({ course }: Forecast, colors: Colors): string[] {
  const total = course.at(-1)?.done ?? 0;
  if (total === 0) return [];
  return course.map(({ from, before, done }) => {
    const scaled = (hosts: number): number => Math.round((hosts / total) * barWidth);
    const old = scaled(before);
    const fresh = scaled(done) - old;
    const bar =
      colors.dim('█'.repeat(old)) +
      colors.green('█'.repeat(fresh)) +
      colors.dim('░'.repeat(barWidth - old - fresh));
    const time = localTime(new Date(from).toISOString());
    return `  ${time.padEnd(28)} ${bar} ${String(done)} of ${String(total)}`;
  });
}
