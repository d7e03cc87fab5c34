import type { HostStatus, RolloutStatus } from '../../contracts/rollout';
import { bytesOf } from '../host/evidence';

/** The server refuses a payload of more than 2 MB, a query's answer and a workflow's result alike. */
const payloadBytes = 1_950_000;

/**
 * A status that one payload carries. In the state hosts share their reasons, here each has its own: with thousands of
 * hosts the reasons lose their facts, then the ends of their sentences. The evidence of each host keeps everything. A
 * rollout whose last status were too big could never end: the completion of its workflow would be refused for ever.
 */
export function fitStatus(status: RolloutStatus, limitBytes = payloadBytes): RolloutStatus {
  if (bytesOf(status) <= limitBytes) return status;
  const bare = withMessages(status, (message) => message);
  if (bytesOf(bare) <= limitBytes) return bare;
  const speaking = bare.hosts.filter((host) => host.reason !== null).length;
  const silent = bytesOf(withMessages(status, () => ''));
  const room = Math.max(0, Math.floor((limitBytes - silent) / speaking));
  return withMessages(status, (message) => cut(message, room));
}

const withMessages = (status: RolloutStatus, say: (message: string) => string): RolloutStatus => ({
  ...status,
  hosts: status.hosts.map((host) => withMessage(host, say)),
});

const withMessage = (host: HostStatus, say: (message: string) => string): HostStatus =>
  host.reason === null
    ? host
    : { ...host, reason: { code: host.reason.code, message: say(host.reason.message) } };

/** Quotes, backslashes and letters beyond ASCII take more than a byte: what was cut is measured again. */
function cut(message: string, roomBytes: number): string {
  let size = contentBytes(message);
  if (size <= roomBytes) return message;
  const room = roomBytes - contentBytes('…');
  let text = message;
  while (text !== '' && size > room) {
    text = text.slice(0, Math.max(0, Math.floor((text.length * room) / size)));
    size = contentBytes(text);
  }
  return text === '' ? '' : `${text}…`;
}

/** As JSON, without the quotes around it. */
const contentBytes = (text: string): number => bytesOf(text) - 2;
