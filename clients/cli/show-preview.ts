import type { HostId } from '../../contracts/ids';
import type { RolloutAction } from '../../contracts/plan';
import type { Preview, PreviewContent } from '../../contracts/preview';
import type { AssessedHost } from '../../contracts/rollout';
import { budgetWords, previewWaves, wavesOf } from '../../domain/preview';
import type { Forecast, PreviewedHost, PreviewedWaves } from '../../domain/preview';
import { calendarWords } from '../../domain/calendar';
import { actionSentences, plural } from '../report/words';
import { roughSpan } from '../moments';
import type { Colors } from './colors';
import { packageLines } from './package-words';
import { forecastLines } from './show-forecast';
import { table } from './print';

export interface Findings {
  /** What the workers lack, a sentence; null when they have it all. */
  readonly missing: string | null;
  /** The assessment laid over the plan; null when none was made. */
  readonly laid: PreviewedWaves | null;
  /** Null: there are too many hosts for one. */
  readonly forecast: Forecast | null;
  readonly warnings: readonly string[];
}

export const layAssessment = (
  content: PreviewContent,
  verdicts: readonly AssessedHost[],
): PreviewedWaves =>
  previewWaves(
    content.hosts.map((host) => host.hostId),
    verdicts,
    content.policy,
    content.sets,
    content.action,
  );

export function describePreview(preview: Preview, findings: Findings, colors: Colors): string {
  const { content, hash } = preview;
  const { missing, laid, forecast, warnings } = findings;
  return [
    `${colors.bold(`${content.change} · ${content.hotfix.id}`)}  ${content.hotfix.title}`,
    ...actionLine(content.action),
    ...packageLines(content.package, content.action),
    `budget: ${budgetWords(content.policy, laid?.hostsToBeChanged ?? null)}`,
    `at most ${plural(content.policy.maxConcurrency, 'host')} at once; suspect and unknown hosts: ${content.policy.onSuspect}`,
    `preview: ${hash}`,
    ...(missing === null ? [] : [colors.red(`missing: ${missing}`)]),
    ...controlLines(content),
    ...warnings.map((warning) => colors.yellow(`warning: ${warning}`)),
    '',
    ...(laid === null ? wavesBefore(content) : wavesAfter(laid)),
    '',
    ...forecastLines(forecast, colors),
    '',
    hostTable(content),
  ].join('\n');
}

const actionLine = (action: RolloutAction = 'fix'): string[] =>
  action === 'fix' ? [] : [actionSentences[action]];

/** Who lets it begin, when it may go on, and what is asked on the way; nothing of a plan that wants none of it. */
function controlLines({ approvals, calendar, gates = [], order = [] }: PreviewContent): string[] {
  return [
    ...(approvals === undefined
      ? []
      : [
          `approvals: ${String(approvals.minApprovals)}, not by who asks, within ${roughSpan(approvals.ttlMs)}`,
        ]),
    ...(calendar === undefined ? [] : [`windows: ${calendarWords(calendar)}`]),
    ...(order.length === 0 ? [] : [`order: ${plural(order.length, 'rule')}`]),
    ...(gates.length === 0 ? [] : [`gates: ${gates.map(({ name }) => name).join(', ')}`]),
  ];
}

/** Without an assessment nobody knows how many hosts are to be changed; all of them is the most. */
function wavesBefore({ hosts, policy }: PreviewContent): string[] {
  const sizes = wavesOf(hosts.length, policy.serial);
  return [
    `${plural(hosts.length, 'host')} in the plan; if all are to be changed, waves of ${sizes.join(', ')}`,
    'which of them are to be changed shows with --assess',
  ];
}

function wavesAfter(laid: PreviewedWaves): string[] {
  const lines = [
    `${plural(laid.hostsInPlan, 'host')} in the plan, ${String(laid.hostsToBeChanged)} to be changed`,
    ...laid.waves.map((wave, index) => `  wave ${String(index + 1)}: ${wave.join(', ')}`),
    ...listed('held for a person', laid.held),
    ...listed('not reached', laid.unassessed),
    ...listed('blocked by their availability set', laid.blocked),
  ];
  return laid.stops === null ? lines : [...lines, `would stop: ${laid.stops.message}`];
}

const listed = (title: string, hosts: readonly PreviewedHost[]): string[] =>
  hosts.map((host) => `  ${title}: ${host.hostId}: ${host.reason.message}`);

function hostTable({ hosts, sets }: PreviewContent): string {
  const setsOf = (host: HostId): string =>
    sets
      .filter((set) => set.hosts.includes(host))
      .map((set) => `${set.name} (${String(set.maxUnavailable)} down at most)`)
      .join(', ');
  return table(
    ['HOST', 'OVER', 'ADDRESS', 'SETS'],
    hosts.map(({ hostId, connection }) => [
      hostId,
      connection.kind === 'ssh' ? 'ssh' : `winrm ${connection.scheme}`,
      `${connection.address}:${String(connection.port)}`,
      setsOf(hostId) || '–',
    ]),
  );
}
