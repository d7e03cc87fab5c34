import { utils } from 'ssh2';

/**
 * An ed25519 key pair in OpenSSH's form. ssh2 1.17 drops a leading zero byte of the public half, so that one key in
 * some 400 cannot be read back by anybody; such a one is thrown away.
 */
export function ed25519KeyPair(lock?: {
  readonly passphrase: string;
  readonly cipher: string;
  readonly rounds: number;
}): { readonly private: string; readonly public: string } {
  for (;;) {
    const pair =
      lock === undefined
        ? utils.generateKeyPairSync('ed25519')
        : utils.generateKeyPairSync('ed25519', lock);
    if (!(utils.parseKey(pair.private, lock?.passphrase) instanceof Error)) return pair;
  }
}
