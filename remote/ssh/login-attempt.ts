import { utils } from 'ssh2';
import type { AnyAuthMethod, ParsedKey } from 'ssh2';
import type { SshChannelFacts } from '../../contracts/facts';
import type { AgentCredential, KeyCredential } from '../../contracts/fleet';
import { agentAt } from './agent';
import type { AgentIdentity } from './agent';
import { OneKeyAgent } from './one-key-agent';
import { sshFailure } from './errors';
import type { Where } from './errors';
import { fingerprintOf, keyTypeOf } from './fingerprint';
import { readPrivateKey } from './private-key';
import { algorithmsOf, keyUnder } from './signing-key';
import type { SignatureAlgorithm } from './signing-key';
import { decodeCertificate, isCertificate, readCertificate } from './user-certificate';
import type { UserCertificate } from './user-certificate';

/** One way to prove who we are, to be tried once. */
export interface LoginAttempt {
  /** Name of the method on the wire (RFC 4252, RFC 4256). */
  readonly method: 'password' | 'keyboard-interactive' | 'publickey';
  readonly login: SshChannelFacts['login'];
  /** What was tried, for a person; never a secret. */
  readonly shown: string;
  readonly start: AnyAuthMethod;
  readonly certificate?: UserCertificate;
}

/**
 * Attempts with a private key: its certificate first, as OpenSSH does, then the key itself.
 *
 * @throws Failure credential-malformed
 */
export function keyAttempts(
  credential: KeyCredential,
  where: Where,
  isLegacy: boolean,
): readonly LoginAttempt[] {
  const { username, sshCertificate } = credential;
  const key = readPrivateKey(credential, where);
  const certificate =
    sshCertificate === undefined ? undefined : certificateOf(key, sshCertificate, where);
  return [certificate, undefined].flatMap((shownAs, index) =>
    index === 0 && shownAs === undefined
      ? []
      : algorithmsOf(key.type, isLegacy).map((algorithm): LoginAttempt => ({
          method: 'publickey',
          ...described(key.getPublicSSH(), algorithm, shownAs, 'publickey'),
          start: { type: 'publickey', username, key: keyUnder(key, algorithm, shownAs) },
        })),
  );
}

function certificateOf(key: ParsedKey, line: string, where: Where): UserCertificate {
  const refused = (what: string) =>
    sshFailure('credential-malformed', what, where, {
      advice: 'give the line of the -cert.pub file that was made for this key for users',
    });
  const certificate = readCertificate(line);
  if (certificate === null) throw refused('the sshCertificate is no OpenSSH certificate');
  if (!certificate.isForUsers) throw refused('the sshCertificate is one for hosts');
  if (!certificate.publicKey.equals(key.getPublicSSH()))
    throw refused('the sshCertificate belongs to another key than the private key');
  return certificate;
}

function described(
  publicKey: Buffer,
  algorithm: SignatureAlgorithm,
  certificate: UserCertificate | undefined,
  plain: 'publickey' | 'agent',
): Pick<LoginAttempt, 'login' | 'shown' | 'certificate'> {
  const key = `${algorithm.name} ${fingerprintOf(publicKey)}`;
  const of = plain === 'agent' ? ' of the agent' : '';
  return certificate === undefined
    ? { login: plain, shown: `key ${key}${of}` }
    : {
        login: 'certificate',
        shown: `certificate "${certificate.keyId}" for ${key}${of}`,
        certificate,
      };
}

/**
 * Attempts with what an agent holds. Servers count every key that is shown to them (MaxAuthTries), so that all keys
 * come with their best algorithm before any comes with another.
 *
 * @throws Failure credential-missing
 */
export async function agentAttempts(
  credential: AgentCredential,
  where: Where,
  isLegacy: boolean,
  onRefusal: (shown: string) => void,
): Promise<readonly LoginAttempt[]> {
  const agent = agentAt(credential.agent, where);
  const keys = usableKeys(await agent.identities(), credential, where);
  return keys
    .flatMap((key) =>
      algorithmsOf(key.plain.type, isLegacy).map((algorithm, rank) => ({ key, algorithm, rank })),
    )
    .toSorted((a, b) => a.rank - b.rank)
    .map(({ key: { plain, certificate }, algorithm }): LoginAttempt => {
      const description = described(plain.getPublicSSH(), algorithm, certificate, 'agent');
      const signer = new OneKeyAgent({
        agent,
        key: keyUnder(plain, algorithm, certificate),
        algorithm,
        onRefusal: () => onRefusal(description.shown),
      });
      return {
        method: 'publickey',
        ...description,
        start: { type: 'agent', username: credential.username, agent: signer },
      };
    });
}

interface AgentKey {
  readonly plain: ParsedKey;
  readonly certificate?: UserCertificate;
}

function usableKeys(
  identities: readonly AgentIdentity[],
  { key: wanted }: AgentCredential,
  where: Where,
): readonly AgentKey[] {
  const missing = (what: string, advice: string) =>
    sshFailure('credential-missing', what, where, { advice });
  if (identities.length === 0) throw missing('the ssh-agent holds no keys', 'add one with ssh-add');
  const keys = identities.map(agentKey).filter((key) => key !== null);
  const chosen = keys
    .filter(({ plain }) => wanted === undefined || fingerprintOf(plain.getPublicSSH()) === wanted)
    .toSorted((a, b) => Number(b.certificate !== undefined) - Number(a.certificate !== undefined));
  if (chosen.length > 0) return chosen;
  const held = identities.map(({ blob }) => `${keyTypeOf(blob)} ${shownFingerprint(blob)}`);
  throw wanted === undefined
    ? missing(
        `the ssh-agent holds only keys that cannot be used here: ${held.join(', ')}`,
        'add an ed25519, ecdsa or rsa key; those of security keys (sk-…) are not supported',
      )
    : missing(
        `the ssh-agent does not hold the key ${wanted}; it holds ${held.join(', ')}`,
        'add it with ssh-add, or correct the fingerprint in the credential',
      );
}

/** As ssh-add -l does: of the key also where it is a certificate. */
const shownFingerprint = (blob: Buffer): string =>
  fingerprintOf(decodeCertificate(blob)?.publicKey ?? blob);

/** Null for kinds that ssh2 does not know, such as those of security keys. */
function agentKey({ blob }: AgentIdentity): AgentKey | null {
  const certificate = isCertificate(blob) ? decodeCertificate(blob) : undefined;
  if (certificate === null) return null;
  const plain = utils.parseKey(certificate?.publicKey ?? blob);
  if (plain instanceof Error) return null;
  return certificate === undefined ? { plain } : { plain, certificate };
}
