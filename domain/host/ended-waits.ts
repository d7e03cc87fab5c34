import { reason } from '../../contracts/reason';
import type { HostEnd, Trouble } from './host-end';

/** A person aborted at once while the host was away: nobody waited to see it back. */
export const troubleOfEndedWait: Trouble = {
  cause: 'reboot',
  reason: reason(
    'last-seen',
    'last seen when its reboot was asked for; the rollout was aborted at once and did not wait for it: look at the host, then retry it',
  ),
  reachable: false,
};

/** The change is proved; only whether the symptom comes back was not waited for. */
export const endOfEndedWatch = (end: HostEnd): HostEnd => ({
  ...end,
  reason: {
    ...end.reason,
    message: `${end.reason.message}; not watched to the end, the rollout was aborted at once`,
  },
});
