import type { Reason } from '../../contracts/reason';
import type { AssessedHost } from '../../contracts/rollout';
import { bytesOf } from '../host/evidence';

/** One payload may have 2 MB; what surrounds the hosts needs little. */
const payloadBytes = 1_500_000;
/** Bytes of a host without its reason's sentence; where long names take more, what is left of the payload has room. */
const hostBytes = 200;

/**
 * Assessed hosts cut to what one payload carries: with thousands of hosts the reasons lose their facts, then the ends of
 * their sentences. The pieces keep everything.
 */
export function fitAssessed(
  hosts: readonly AssessedHost[],
  limitBytes = payloadBytes,
): readonly AssessedHost[] {
  if (bytesOf(hosts) <= limitBytes) return hosts;
  const bare = hosts.map((host) => withReason(host, ({ code, message }) => ({ code, message })));
  if (bytesOf(bare) <= limitBytes) return bare;
  // Four bytes are the most that one character of a sentence can take.
  const room = Math.max(1, Math.floor((limitBytes / hosts.length - hostBytes) / 4));
  return bare.map((host) =>
    withReason(host, ({ code, message }) => ({
      code,
      message: message.length <= room ? message : `${message.slice(0, room - 1)}…`,
    })),
  );
}

const withReason = (host: AssessedHost, cut: (reason: Reason) => Reason): AssessedHost => ({
  ...host,
  reason: cut(host.reason),
});
