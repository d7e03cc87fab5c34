import type { Failure } from '../../contracts/failures';
import { sshFailure } from './errors';
import type { Where } from './errors';
import { fingerprintOf, keyTypeOf } from './fingerprint';
import type { HostKeyKnowledge } from './host-key-knowledge';
import { rsaBits } from './host-key-strength';
import type { BrokenLine, KnownKey } from './known-hosts';

const shown = (key: Buffer): string => `${keyTypeOf(key)} ${fingerprintOf(key)}`;

const at = ({ file, line }: Pick<BrokenLine, 'file' | 'line'>): string => `${file}:${line}`;

/** A person reads the list; a file may have any number of lines for one host. */
const maxListed = 6;

const listOf = (items: readonly string[]): string =>
  items.length <= maxListed
    ? items.join(', ')
    : `${items.slice(0, maxListed).join(', ')} and ${items.length - maxListed} more`;

/** Nothing is known of the host: its key is told, so that a person may compare it. */
export function unknownKey(key: Buffer, knowledge: HostKeyKnowledge, where: Where): Failure {
  const { authorities, broken, elsewhere, files } = knowledge;
  const sources =
    files.length === 0
      ? 'the fleet names no key for it'
      : `neither the fleet nor ${listOf(files)} has a key for it`;
  const notes = [
    ...(elsewhere.length === 0
      ? []
      : [`at port 22 it is known with ${listOf(elsewhere.map(describeKnown))}`]),
    ...(authorities.length === 0
      ? []
      : [
          `${listOf(authorities.map(at))} names a @cert-authority, but certificates of hosts are not supported: ssh2 does not ask for them`,
        ]),
    ...(broken.length === 0 ? [] : [`lines that cannot be read: ${listOf(broken.map(at))}`]),
  ];
  return sshFailure(
    'host-key-unknown',
    [`the host key is ${shown(key)}, and ${sources}; nothing was sent`, ...notes].join('; '),
    where,
    { facts: { offered: fingerprintOf(key), kind: keyTypeOf(key) } },
  );
}

/** Other keys of the host are known than those that it has shown. */
export function changedKey(
  keys: readonly Buffer[],
  { pinned, keys: known }: HostKeyKnowledge,
  where: Where,
): Failure {
  const expected = [
    ...pinned.map((fingerprint) => `${fingerprint} (fleet)`),
    ...known.map(describeKnown),
  ];
  const offered = keys.map(shown);
  return sshFailure(
    'host-key-changed',
    `the host key is ${listOf(offered)}, expected is ${listOf(expected)}; nothing was sent`,
    where,
    {
      facts: {
        offered: listOf(keys.map(fingerprintOf)),
        expected: listOf([...pinned, ...known.map(({ key }) => fingerprintOf(key))]),
        ...(known[0] === undefined ? {} : { knownAt: at(known[0]) }),
      },
      ...(known[0] === undefined
        ? {}
        : {
            advice: `find out why; if the host was set up anew, replace ${at(known[0])}`,
          }),
    },
  );
}

const describeKnown = (known: KnownKey): string =>
  `${known.kind} ${fingerprintOf(known.key)} (${at(known)})`;

/** A key that must not be trusted any more, whatever else names it. */
export const revokedKey = (key: Buffer, revoked: KnownKey, where: Where): Failure =>
  sshFailure(
    'host-key-revoked',
    `the host key ${shown(key)} is revoked by ${at(revoked)}; nothing was sent`,
    where,
    { facts: { offered: fingerprintOf(key), revokedAt: at(revoked) } },
  );

export const shortKey = (key: Buffer, where: Where): Failure =>
  sshFailure(
    'algorithms-too-weak',
    `the host key ${shown(key)} has only ${rsaBits(key)} bits`,
    where,
    {
      facts: { offered: fingerprintOf(key), bits: rsaBits(key) },
      advice:
        'have the host make a longer key or one of another kind, or set algorithms: legacy for it in the fleet',
    },
  );
