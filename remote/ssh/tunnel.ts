import type { ClientChannel } from 'ssh2';
import type { Failure, FailureCode } from '../../contracts/failures';
import type { SshEndpoint } from '../../contracts/fleet';
import { sshFailure } from './errors';
import type { Ssh2Error, Where } from './errors';
import { printable } from './identification';
import type { SshLink } from './link';

/** RFC 4254 section 5.1. */
const openFailure = {
  prohibited: 1,
  connectFailed: 2,
  unknownType: 3,
  resourceShortage: 4,
} as const;

/** As the table there has them; sshd itself says `open failed` for most. */
const reasonNames: { readonly [reason: number]: string } = {
  [openFailure.prohibited]: 'administratively prohibited',
  [openFailure.connectFailed]: 'connect failed',
  [openFailure.unknownType]: 'unknown channel type',
  [openFailure.resourceShortage]: 'resource shortage',
};

/** Whether the jump host had room for no more channels, so that another connection with it may help. */
export const isFull = (error: unknown): boolean =>
  (error as { readonly cause?: Ssh2Error }).cause?.reason === openFailure.resourceShortage;

/**
 * A TCP connection that a jump host makes for us (direct-tcpip, RFC 4254 section 7.2).
 *
 * @throws Failure host-unreachable, protocol-error, too-many-sessions, that of the jump host when it is lost, or the
 * reason of the signal
 */
export function openTunnel(
  link: SshLink,
  { address, port }: SshEndpoint,
  where: Where,
  signal: AbortSignal,
): Promise<ClientChannel> {
  return new Promise((resolve, reject) => {
    const settle = (done: () => void) => {
      signal.removeEventListener('abort', abort);
      forget();
      done();
    };
    const abort = () => settle(() => reject(signal.reason));
    const forget = link.onLost((failure) => settle(() => reject(failure)));
    signal.addEventListener('abort', abort, { once: true });
    try {
      // Where it comes from is for the log of the jump host alone.
      link.client.forwardOut('127.0.0.1', 0, address, port, (error, channel) => {
        // What is opened for nobody is closed again; nothing can take back the request.
        if (signal.aborted) return channel?.close();
        return settle(() => {
          if (error === undefined || error === null) resolve(channel);
          else reject(link.lost ?? refusedTunnel(error, link.where.host, where));
        });
      });
    } catch (error) {
      // ssh2 throws at once when the socket is no longer writable.
      settle(() => reject(link.lost ?? ended(link, error)));
    }
  });
}

const ended = (link: SshLink, cause: unknown): Failure =>
  sshFailure('connection-lost', 'the connection ended', link.where, { cause });

function refusedTunnel(error: Ssh2Error, hop: string, where: Where): Failure {
  // What the jump host says of it; it chooses its words.
  const words = printable(error.message.replace(/^\(SSH\) Channel open failure: /, ''));
  const said = `${reasonNames[Number(error.reason)] ?? 'reason unknown'}: ${words}`;
  const [code, what, advice] = verdictOn(error.reason, hop);
  return sshFailure(code, `the jump host ${hop} ${what}: ${said}`, where, {
    cause: error,
    facts: { stage: 'connect', hop },
    advice,
  });
}

function verdictOn(
  reason: Ssh2Error['reason'],
  hop: string,
): readonly [code: FailureCode, what: string, advice: string] {
  if (reason === openFailure.connectFailed)
    return [
      'host-unreachable',
      'cannot reach the host',
      `check that the host is up, that ${hop} resolves its name, and the firewalls between those two`,
    ];
  if (reason === openFailure.resourceShortage)
    return [
      'too-many-sessions',
      'opens no more channels',
      'wait for others to end, or give the site another jump host',
    ];
  return [
    'protocol-error',
    'does not forward connections to the host',
    'allow it for this account (AllowTcpForwarding and PermitOpen in sshd_config of the jump host, permitopen in authorized_keys)',
  ];
}
