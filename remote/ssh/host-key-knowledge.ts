import type { SshEndpoint } from '../../contracts/fleet';
import type { Where } from './errors';
import { fingerprintOf } from './fingerprint';
import { lookupName, matchesName } from './known-hosts';
import type { BrokenLine, KnownKey } from './known-hosts';
import { readKnownHosts } from './known-hosts-files';

/** What the fleet and its known_hosts files say of one host. */
export interface HostKeyKnowledge {
  /** Fingerprints from the fleet. */
  readonly pinned: readonly string[];
  readonly keys: readonly KnownKey[];
  /** Keys of the host at port 22: OpenSSH takes them for another port of which nothing is known (sshconnect.c, check_host_key). */
  readonly elsewhere: readonly KnownKey[];
  readonly revoked: readonly KnownKey[];
  readonly authorities: readonly KnownKey[];
  /** Lines that may have been meant for the host. */
  readonly broken: readonly BrokenLine[];
  readonly files: readonly string[];
}

type Known = Pick<SshEndpoint, 'address' | 'port' | 'hostKey' | 'knownHosts'>;

/** @throws Failure bad-request when a known_hosts file cannot be read */
export async function knowledgeOf(endpoint: Known, where: Where): Promise<HostKeyKnowledge> {
  const { address, port, hostKey = [], knownHosts = [] } = endpoint;
  const files = await Promise.all(knownHosts.map((file) => readKnownHosts(file, where)));
  const here = lookupName(address, port);
  const usual = lookupName(address, 22);
  const keys = files.flatMap((file) => file.keys);
  const isHere = ({ names }: { readonly names: string }) => matchesName(names, here);
  const isAnywhere = ({ names }: { readonly names: string }) =>
    matchesName(names, here) || matchesName(names, usual);
  const of = (marker: KnownKey['marker']) => keys.filter((key) => key.marker === marker);
  return {
    pinned: [hostKey].flat().map((one) => one.replace(/=+$/, '')),
    keys: of(null).filter(isHere),
    elsewhere: here === usual ? [] : of(null).filter(({ names }) => matchesName(names, usual)),
    // A key that is lost is lost at every port.
    revoked: of('revoked').filter(isAnywhere),
    authorities: of('cert-authority').filter(isHere),
    broken: files
      .flatMap((file) => file.broken)
      .filter(({ names }) => names === null || isAnywhere({ names })),
    files: knownHosts,
  };
}

export const isPinned = (key: Buffer, { pinned }: HostKeyKnowledge): boolean =>
  pinned.includes(fingerprintOf(key));
