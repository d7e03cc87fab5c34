import { Failure } from '../../contracts/failures';
import { hasWeak } from './algorithms';

/** Hears what a server offers, which ssh2 tells in its debug lines only. */
export interface HandshakeLog {
  /** For ConnectConfig.debug. */
  readonly debug: (line: string) => void;
  /** Adds what the server offered to a failure to agree on algorithms; others stay as they are. */
  explain(failure: Failure): Failure;
}

/** lib/protocol/kex.js, handleKexInit: a category's lines come before the verdict on it. */
const remoteLine = /^Handshake: \(remote\) (.{1,40}?): (.*)$/;

const categories: { readonly [name: string]: string } = {
  'KEX method': 'key exchange',
  'Host key format': 'host key',
  'C->S cipher': 'cipher',
  'S->C cipher': 'cipher',
  'C->S MAC': 'MAC',
  'S->C MAC': 'MAC',
  'C->S compression': 'compression',
  'S->C compression': 'compression',
};

/** What is no algorithm but a sign between implementations (RFC 8308; PROTOCOL of OpenSSH, strict key exchange). */
const signs = /^(?:ext-info-|kex-strict-)/;
const maxListed = 12;

export function createHandshakeLog(isLegacy: boolean): HandshakeLog {
  let last: { readonly category: string; readonly offered: readonly string[] } | null = null;
  return {
    debug: (line) => {
      // ssh2 tells of every packet; nothing else is looked at.
      const match = line.startsWith('Handshake: (remote)') ? remoteLine.exec(line) : null;
      const category = categories[match?.[1] ?? ''];
      if (category !== undefined)
        last = {
          category,
          offered: (match?.[2] ?? '').split(',').filter((name) => !signs.test(name)),
        };
    },
    explain: (failure) =>
      failure.code === 'algorithms-too-weak' && last !== null
        ? withOffer(failure, last, isLegacy)
        : failure,
  };
}

function withOffer(
  failure: Failure,
  { category, offered }: { readonly category: string; readonly offered: readonly string[] },
  isLegacy: boolean,
): Failure {
  const list = offered.slice(0, maxListed).join(', ') + (offered.length > maxListed ? ', …' : '');
  const facts = { ...failure.facts, category, offered: list };
  const what = `${failure.message}; for ${category} the server offers ${list === '' ? 'nothing' : list}`;
  // What is not weak is too new for ssh2, or not meant for anybody to speak.
  if (!isLegacy && hasWeak(offered))
    return new Failure('algorithms-too-weak', what, { facts, cause: failure.cause });
  return new Failure('protocol-error', what, {
    facts,
    cause: failure.cause,
    advice: `let the server also offer a ${category} that is known here, such as ${examples[category] ?? 'none'}`,
  });
}

const examples: { readonly [category: string]: string } = {
  'key exchange': 'curve25519-sha256',
  'host key': 'ssh-ed25519',
  cipher: 'aes128-gcm@openssh.com',
  MAC: 'hmac-sha2-256-etm@openssh.com',
};
