import type { HostId } from '../../contracts/ids';
import type { RolloutAction } from '../../contracts/plan';
import type { Preview, PreviewContent } from '../../contracts/preview';
import type { AssessedHost } from '../../contracts/rollout';
import { budgetWords, previewWaves, wavesOf } from '../../domain/preview';
import type { PreviewedHost, PreviewedWaves } from '../../domain/preview';
import { actionSentences, plural } from '../report/words';
import type { Colors } from './colors';
import { packageLines } from './package-words';
import { table } from './print';

export interface Findings {
  /** What the workers lack, a sentence; null when they have it all. */
  readonly missing: string | null;
  /** The assessment laid over the plan; null when none was made. */
  readonly laid: PreviewedWaves | null;
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
  const { missing, laid } = findings;
  return [
    `${colors.bold(`${content.change} · ${content.hotfix.id}`)}  ${content.hotfix.title}`,
    ...actionLine(content.action),
    ...packageLines(content.package, content.action),
    `budget: ${budgetWords(content.policy, laid?.hostsToBeChanged ?? null)}`,
    `at most ${plural(content.policy.maxConcurrency, 'host')} at once; suspect and unknown hosts: ${content.policy.onSuspect}`,
    `preview: ${hash}`,
    ...(missing === null ? [] : [colors.red(`missing: ${missing}`)]),
    '',
    ...(laid === null ? wavesBefore(content) : wavesAfter(laid)),
    '',
    hostTable(content),
  ].join('\n');
}

const actionLine = (action: RolloutAction = 'fix'): string[] =>
  action === 'fix' ? [] : [actionSentences[action]];

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
