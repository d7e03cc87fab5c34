import type { RecordedKey, Recording } from '../doctor/record-host-keys';
import type { Colors } from './colors';
import { table } from './print';

const shownHosts = 3;

/** Host keys that were collected, for a person to compare, and what to do with them. */
export function shownRecording(
  { keys, unreached }: Recording,
  file: string,
  colors: Colors,
): string {
  const rows = keys.map((key) => [
    key.server,
    hostsOf(key.hosts),
    key.kind,
    key.fingerprint,
    standingIn(key, colors),
  ]);
  const trouble = unreached.map(
    ({ server, failure }) => `${server}: ${failure.message}; ${failure.advice}`,
  );
  const found =
    keys.length === 0
      ? ['no host key was recorded']
      : [
          table(['SERVER', 'HOSTS', 'KIND', 'FINGERPRINT', 'FLEET'], rows),
          '',
          `Written to ${file}. Compare each fingerprint with the host itself (ssh-keygen -lf on its console), then name the file as knownHosts in the fleet.`,
        ];
  const changed = keys.filter(({ standing }) => standing === 'changed' || standing === 'revoked');
  const alarm =
    changed.length === 0
      ? []
      : [colors.red(`${changed.length} of them are not what the fleet knows: find out why first.`)];
  return [...found, ...alarm, ...trouble].join('\n');
}

const hostsOf = (hosts: readonly string[]): string =>
  hosts.length <= shownHosts
    ? hosts.join(', ')
    : `${hosts.slice(0, shownHosts).join(', ')} and ${hosts.length - shownHosts} more`;

const standingIn = ({ standing }: RecordedKey, colors: Colors): string =>
  standing === 'changed' || standing === 'revoked' ? colors.red(standing) : standing;
