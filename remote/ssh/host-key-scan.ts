import type { Failure } from '../../contracts/failures';
import type { SshConnection } from '../../contracts/fleet';
import type { OpenSessionOptions } from '../session';
import { keyKindOf, offeredHostKeys } from './algorithms';
import { connect } from './connect';
import { sshFailure, whereOf } from './errors';
import { fingerprintOf, keyTypeOf } from './fingerprint';
import { hasNothingInCommon } from './host-key';
import { lookupName } from './known-hosts';

/** A key that a server has shown; nobody has vouched for it. */
export interface ScannedKey {
  /** e.g. `ssh-ed25519` */
  readonly kind: string;
  /** As `ssh-keygen -l` prints it. */
  readonly fingerprint: string;
  /** For a known_hosts file, as `ssh-keyscan` prints it. */
  readonly line: string;
}

export interface ScanOptions extends Pick<OpenSessionOptions, 'signal' | 'connectTimeoutMs'> {
  /** For jump hosts on the way. */
  readonly resolveCredential?: OpenSessionOptions['resolveCredential'] | undefined;
}

/** Never sent: the key of the host is refused before a login. */
const nobody = { username: '', password: '' };

/**
 * The host keys of every kind that we take, by one connection for each; it does not log in, except to jump hosts on the
 * way, which are held against the fleet as ever.
 *
 * @throws Failure of the connection
 */
export async function scanHostKeys(
  connection: SshConnection,
  options: ScanOptions,
): Promise<readonly ScannedKey[]> {
  const keys: Buffer[] = [];
  let left = offeredHostKeys(connection);
  while (left.length > 0) {
    const key = await shownKey(connection, left, options, keys.length > 0);
    if (key === null) break;
    keys.push(key);
    left = left.filter((algorithm) => keyKindOf(algorithm) !== keyTypeOf(key));
  }
  const name = lookupName(connection.address, connection.port);
  return keys.map((key) => ({
    kind: keyTypeOf(key),
    fingerprint: fingerprintOf(key),
    line: `${name} ${keyTypeOf(key)} ${key.toString('base64')}`,
  }));
}

/** Null when the server has none of these, which is no failure once it has shown another. */
async function shownKey(
  connection: SshConnection,
  wanted: ReturnType<typeof offeredHostKeys>,
  options: ScanOptions,
  mayHaveNone: boolean,
): Promise<Buffer | null> {
  const seen = sshFailure('host-key-unknown', 'the host key was looked at', whereOf(connection));
  let key: Buffer | null = null;
  const refusal = (shown: Buffer): Failure => {
    key = Buffer.from(shown);
    return seen;
  };
  try {
    const link = await connect(connection, nobody, forConnect(options), {
      wanted,
      refusal,
      otherKinds: () => null,
    });
    await link.end();
  } catch (error) {
    if (error !== seen && !(mayHaveNone && hasNothingInCommon(error))) throw error;
  }
  return key;
}

const forConnect = ({ resolveCredential, ...others }: ScanOptions): OpenSessionOptions => ({
  ...others,
  ...(resolveCredential !== undefined && { resolveCredential }),
});
