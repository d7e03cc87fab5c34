import { ed25519KeyPair } from '../key-pair';
import { randomBytes } from 'node:crypto';
import { utils } from 'ssh2';

/** A secret of this test run, and the pieces of it that must not be seen either. */
export interface Secret {
  readonly name: string;
  readonly value: string | Buffer;
}

const word = (bytes = 15): string => `Z${randomBytes(bytes).toString('hex')}`;

/** With every character that some encoding on the way writes in another way. */
export const randomPassword = (): string => `${word()}&<"' %+/\\>${word()}`;

/** The whole and its two words: a line that was wrapped or escaped in an unknown way still shows one of them. */
export const secretsOf = (name: string, password: string): Secret[] =>
  [password, ...password.split(/[^0-9A-Za-z]+/)].map((value, part) => ({
    name: part === 0 ? name : `word ${part} of ${name}`,
    value,
  }));

/** A sentence quoting what a parser stumbled over shows the beginning. */
export const beginningOf = (name: string, password: string): Secret => ({
  name: `beginning of ${name}`,
  value: password.slice(0, 9),
});

export interface RandomKey {
  readonly passphrase: string;
  readonly privateKey: string;
  readonly publicKey: string;
  readonly secrets: readonly Secret[];
}

/** A private key under a random passphrase; what is secret of it, locked and unlocked, line by line. */
export function randomKey(): RandomKey {
  const passphrase = randomPassword();
  const pair = ed25519KeyPair({
    passphrase,
    cipher: 'aes256-cbc',
    rounds: 4,
  });
  const unlocked = utils.parseKey(pair.private, passphrase);
  if (unlocked instanceof Error) throw unlocked;
  // The first lines of a locked key hold its format and its public half.
  const locked = linesOf(pair.private).slice(3);
  const open = linesOf(unlocked.getPrivatePEM()).map((line) => line.slice(-40));
  return {
    passphrase,
    privateKey: pair.private,
    publicKey: pair.public,
    secrets: [
      ...secretsOf('passphrase', passphrase),
      ...locked.map((value, at) => ({ name: `line ${at} of the private key`, value })),
      ...open.map((value, at) => ({ name: `line ${at} of the unlocked key`, value })),
    ].filter(({ value }) => value.length >= 8),
  };
}

const linesOf = (pem: string): string[] =>
  pem.split('\n').filter((line) => line !== '' && !line.startsWith('-----'));
