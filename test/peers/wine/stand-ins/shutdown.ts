import type { Asked, Reply } from '../bridge-server';
import type { HostState } from '../state';

/** ERROR_SHUTDOWN_IS_SCHEDULED */
const isScheduled = 1190;

/** `shutdown /r /t SECONDS …`: ends the Wine session and the connections, and boots again. */
export function shutdown(state: HostState, { arguments: words }: Asked): Reply {
  if (words[0]?.toLowerCase() !== '/r') return { error: 'shutdown: only /r\r\n', exitCode: 87 };
  const at = words.findIndex((word) => word.toLowerCase() === '/t');
  const seconds = Number(words[at + 1] ?? 30);
  if (state.restart === null) {
    return {
      error: 'A system shutdown has already been scheduled.(1190)\r\n',
      exitCode: isScheduled,
    };
  }
  state.ledger.push({ effect: 'reboot', what: words.join(' ') });
  const { restart } = state;
  state.restart = null;
  // The time is the host's to choose; in a test nobody has a session to save.
  restart(Math.min(seconds, 1) * 300);
  return { exitCode: 0 };
}
