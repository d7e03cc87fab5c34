import type { ServerHostKeyAlgorithm } from 'ssh2';
import { Failure } from '../../contracts/failures';
import type { SshEndpoint } from '../../contracts/fleet';
import { keyKindOf, offeredHostKeys } from './algorithms';
import type { Where } from './errors';
import { keyTypeOf } from './fingerprint';
import { isTooShort } from './host-key-strength';
import { changedKey, revokedKey, shortKey, unknownKey } from './host-key-failure';
import { isPinned, knowledgeOf } from './host-key-knowledge';
import type { HostKeyKnowledge } from './host-key-knowledge';

/** What a server's key is held against; made before the connection, because it decides which kinds of key are asked for. */
export interface HostKeyCheck {
  /** Kinds of host key to ask for, the wanted first; null leaves them as the algorithms of the endpoint have them. */
  readonly wanted: readonly ServerHostKeyAlgorithm[] | null;
  /** Null when the key, in wire form, is the host's. */
  refusal(key: Buffer): Failure | null;
  /**
   * What to try on a new connection after the one with this check has failed. A fingerprint does not tell the kind of
   * its key: when the host shows another key, it may have the pinned one too, of another kind. Null when that is not it.
   *
   * @throws Failure host-key-changed, naming every key that the host has shown, when it has no other kinds
   */
  otherKinds(error: unknown): HostKeyCheck | null;
}

/** @throws Failure bad-request when a known_hosts file cannot be read */
export async function createHostKeyCheck(
  endpoint: Pick<SshEndpoint, 'address' | 'port' | 'hostKey' | 'knownHosts' | 'algorithms'>,
  where: Where,
): Promise<HostKeyCheck> {
  const knowledge = await knowledgeOf(endpoint, where);
  const offered = offeredHostKeys(endpoint);
  return checkAgainst({
    knowledge,
    where,
    isLegacy: endpoint.algorithms === 'legacy',
    left: offered,
    wanted: knownKindsFirst(knowledge, offered),
    shown: [],
  });
}

/** As OpenSSH orders them (sshconnect2.c, order_hostkeyalgs): a host with several keys shows the one that is known. */
function knownKindsFirst(
  { keys, elsewhere }: HostKeyKnowledge,
  offered: readonly ServerHostKeyAlgorithm[],
): readonly ServerHostKeyAlgorithm[] | null {
  const kinds = new Set((keys.length > 0 ? keys : elsewhere).map(({ kind }) => kind));
  if (kinds.size === 0) return null;
  const isKnown = (algorithm: string) => kinds.has(keyKindOf(algorithm));
  return offered.toSorted((a, b) => Number(isKnown(b)) - Number(isKnown(a)));
}

interface CheckParts {
  readonly knowledge: HostKeyKnowledge;
  readonly where: Where;
  readonly isLegacy: boolean;
  /** Algorithms of which no key has been shown yet. */
  readonly left: readonly ServerHostKeyAlgorithm[];
  readonly wanted: HostKeyCheck['wanted'];
  /** Keys that the host has shown on earlier connections of this attempt. */
  readonly shown: readonly Buffer[];
}

function checkAgainst(parts: CheckParts): HostKeyCheck {
  let changed: { readonly key: Buffer; readonly failure: Failure } | null = null;
  return {
    wanted: parts.wanted,
    refusal: (key) => {
      const failure = judge(key, parts);
      if (failure?.code === 'host-key-changed') changed = { key, failure };
      return failure;
    },
    otherKinds: (error) => {
      if (changed !== null && error === changed.failure) return withoutKind(changed.key, parts);
      if (parts.shown.length > 0 && hasNothingInCommon(error))
        throw changedKey(parts.shown, parts.knowledge, parts.where);
      return null;
    },
  };
}

function withoutKind(key: Buffer, parts: CheckParts): HostKeyCheck | null {
  const left = parts.left.filter((algorithm) => keyKindOf(algorithm) !== keyTypeOf(key));
  if (parts.knowledge.pinned.length === 0 || left.length === 0) return null;
  return checkAgainst({ ...parts, left, wanted: left, shown: [...parts.shown, key] });
}

export const hasNothingInCommon = (error: unknown): boolean =>
  error instanceof Failure &&
  (error.code === 'algorithms-too-weak' || error.code === 'protocol-error');

function judge(key: Buffer, { knowledge, where, isLegacy, shown }: CheckParts): Failure | null {
  const revoked = knowledge.revoked.find((known) => known.key.equals(key));
  if (revoked !== undefined) return revokedKey(key, revoked, where);
  if (isTrusted(key, knowledge)) return !isLegacy && isTooShort(key) ? shortKey(key, where) : null;
  return knowledge.pinned.length === 0 && knowledge.keys.length === 0
    ? unknownKey(key, knowledge, where)
    : changedKey([...shown, key], knowledge, where);
}

/** Who pins fingerprints for a host means these: a file that is the default of the whole fleet does not add to them. */
function isTrusted(key: Buffer, knowledge: HostKeyKnowledge): boolean {
  const { keys, elsewhere, pinned } = knowledge;
  if (pinned.length > 0) return isPinned(key, knowledge);
  const known = keys.length > 0 ? keys : elsewhere;
  return known.some((one) => one.key.equals(key));
}
