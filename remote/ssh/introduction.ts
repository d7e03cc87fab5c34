import type { Duplex } from 'node:stream';
import { Client } from 'ssh2';
import type { Algorithms, ConnectConfig, NegotiatedAlgorithms } from 'ssh2';
import type { Failure } from '../../contracts/failures';
import { failureOf, hungUpEarly, sshFailure } from './errors';
import type { Ssh2Error, Where } from './errors';
import { fingerprintOf, keyTypeOf } from './fingerprint';
import { createHandshakeLog } from './handshake-log';
import type { HostKeyCheck } from './host-key';
import type { Login } from './login';
import type { StageClock } from './stages';
import { Wire } from './wire';
import type { WireListener } from './wire';

/** What is needed to introduce ourselves to a server. */
export interface Introduction {
  /** The way to it: a socket, or a channel of a jump host. */
  readonly carrier: Duplex;
  readonly where: Where;
  readonly hostKeys: HostKeyCheck;
  readonly login: Login;
  readonly algorithms: Algorithms;
  readonly isLegacy: boolean;
  readonly keepaliveIntervalMs: number;
  readonly clock: StageClock;
  /** Ends the attempt and rejects with the signal's reason. */
  readonly signal: AbortSignal;
}

/** A server that has let us in. */
export interface Introduced {
  readonly client: Client;
  readonly wire: Wire;
  /** What follows `SSH-2.0-` in its identification. */
  readonly server: string;
  readonly hostKey: string;
  readonly negotiated: NegotiatedAlgorithms;
  /** Why the host key was refused; it is shown again whenever keys are agreed on anew. */
  readonly hostKeyRefusal: () => Failure | null;
}

/** Compares the host key before anything of the credential is sent, and logs in. */
export function introduce(introduction: Introduction): Promise<Introduced> {
  const { carrier, where, login, clock, signal } = introduction;
  const client = new Client();
  return new Promise<Introduced>((resolve, reject) => {
    const settle = (done: () => void) => {
      signal.removeEventListener('abort', abort);
      client.removeListener('close', hungUp);
      done();
    };
    const fail = (failure: unknown) =>
      settle(() => {
        reject(failure);
        wire.destroy();
      });
    const abort = () => fail(signal.reason);
    const hungUp = () =>
      fail(
        sshFailure('connection-lost', 'the host hung up before the login was done', where, {
          facts: { stage: clock.stage },
        }),
      );
    const noted = noteAgreement(client, introduction.hostKeys, where);
    const handshake = createHandshakeLog(introduction.isLegacy);
    const wire = new Wire(carrier, {
      identified: (line) => {
        noted.server = line.replace(/^SSH-[^-]*-/, '');
        clock.enter('handshake');
      },
      unidentified: (words) => fail(unidentified(words, where)),
    });
    signal.addEventListener('abort', abort, { once: true });
    client.once('handshake', () => clock.enter('login'));
    client.once('ready', () => settle(() => resolve(noted.with(wire))));
    client.once('close', hungUp);
    // Not once: an error without a listener would end the process.
    client.on('error', (error: Ssh2Error) =>
      fail(noted.refusal ?? handshake.explain(login.explain(failureOf(error, where, clock.stage)))),
    );
    client.on('change password', () =>
      fail(sshFailure('login-refused', 'the password has expired', where)),
    );
    clock.enter('banner');
    const ears = { hostVerifier: noted.hostVerifier, debug: handshake.debug };
    start(client, wire, introduction, ears, fail);
  });
}

function start(
  client: Client,
  wire: Wire,
  { login, algorithms, keepaliveIntervalMs, where }: Introduction,
  ears: Pick<ConnectConfig, 'debug'> & { readonly hostVerifier: (key: Buffer) => boolean },
  fail: (failure: Failure) => void,
): void {
  try {
    client.connect({
      // Its types want a Readable, its code a Duplex.
      sock: wire,
      // The stages have limits of their own.
      readyTimeout: 0,
      keepaliveInterval: keepaliveIntervalMs,
      // Who is taken for dead is decided by the link, from all that is heard.
      keepaliveCountMax: Number.MAX_SAFE_INTEGER,
      ...login.config,
      algorithms,
      ...ears,
    });
    login.prepare(client);
  } catch (error) {
    fail(refusedKey(error, where));
  }
}

/** What comes to be known on the way, put together at its end. */
function noteAgreement(client: Client, hostKeys: HostKeyCheck, where: Where) {
  let negotiated: NegotiatedAlgorithms | null = null;
  client.once('handshake', (agreed) => (negotiated = agreed));
  const noted = {
    server: '',
    hostKey: '',
    refusal: null as Failure | null,
    hostVerifier: (key: Buffer): boolean => {
      noted.hostKey = `${keyTypeOf(key)} ${fingerprintOf(key)}`;
      noted.refusal = hostKeys.refusal(key);
      return noted.refusal === null;
    },
    with(wire: Wire): Introduced {
      const { server, hostKey } = noted;
      if (negotiated === null) throw new Error(`no key exchange with ${where.host}`);
      return { client, wire, server, hostKey, negotiated, hostKeyRefusal: () => noted.refusal };
    },
  };
  return noted;
}

type FirstWords = Parameters<WireListener['unidentified']>[0];

/** What sshd says to those whom it does not even let introduce themselves; since 9.8 also to those it punishes. */
const turnedAway = /Exceeded MaxStartups|Not allowed at this time/;

function unidentified({ hungUp, what, said }: FirstWords, where: Where): Failure {
  const facts = { stage: 'banner', ...(said === '' ? {} : { said }) };
  if (!hungUp || (said !== '' && !turnedAway.test(said)))
    return sshFailure(
      'protocol-error',
      said === '' ? what : `${what}; it says ${JSON.stringify(said)}`,
      where,
      { facts },
    );
  if (said !== '')
    return sshFailure('too-many-sessions', `the host turns us away: ${said}`, where, {
      facts,
      advice:
        'wait, or raise MaxStartups (PerSourcePenalties since 9.8) in sshd_config of the host',
    });
  const { code, advice } = hungUpEarly(what);
  return sshFailure(code, what, where, { facts, ...(advice === undefined ? {} : { advice }) });
}

/** ssh2 throws before it connects only when it cannot read the private key. */
const refusedKey = (error: unknown, where: Where): Failure =>
  sshFailure(
    'credential-malformed',
    `the login cannot be used: ${error instanceof Error ? error.message : String(error)}`,
    where,
    {
      advice:
        'give a private key in OpenSSH or PEM form, and its passphrase when it is encrypted with one',
    },
  );
