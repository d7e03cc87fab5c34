import { affectedStates } from '../../contracts/outcome';
import type { AssessedHost } from '../../contracts/rollout';
import type { HostAssessment } from '../../contracts/steps';
import { evidenceLine } from '../assessment/evidence-words';
import { plural } from '../report/words';
import type { Colors } from './colors';
import { table } from './print';
import { paintState } from './show-state';

/** A row per host with what decided and what it rests on, then how many there are of each verdict. */
export function describeAssessment(
  hosts: readonly AssessedHost[],
  evidence: ReadonlyMap<string, HostAssessment>,
  colors: Colors,
  width: number,
): string {
  const rows = hosts.map((host) => {
    const seen = evidenceLine(evidence.get(host.hostId));
    const why = seen === '' ? host.reason.message : `${host.reason.message}\n${colors.dim(seen)}`;
    return [host.hostId, paintState(colors, host.state), host.health, why];
  });
  return [
    table(['HOST', 'STATE', 'SERVICES', 'WHY, AND WHAT IT RESTS ON'], rows, width),
    '',
    `${plural(hosts.length, 'host')}: ${counts(hosts, colors)}`,
    'rollout explain HOST tells step by step how a verdict was come by',
  ].join('\n');
}

const counts = (hosts: readonly AssessedHost[], colors: Colors): string =>
  [...affectedStates, null]
    .map((state) => ({ state, count: hosts.filter((host) => host.state === state).length }))
    .filter(({ count }) => count > 0)
    .map(({ state, count }) => `${count} ${paintState(colors, state)}`)
    .join(', ');
