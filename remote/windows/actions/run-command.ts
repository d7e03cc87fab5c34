import type { FallbackAction } from '../../../contracts/hotfix';
import type { Session } from '../../session';
import { decodeOutput } from '../decode';
import { signalOnly } from '../patience';
import type { ActionWays, Problems } from './action-ways';

const outputTailLength = 300;
const outputBytes = 256 * 1024;

/**
 * Runs the definition's own command. Its author makes it fit to be repeated: who was cut cannot know whether it ran.
 *
 * @throws Failure of the connection: whether the command ran is then not known
 */
export async function runCommand(
  session: Session,
  { command, timeoutMs, done }: Extract<FallbackAction, { kind: 'run-command' }>,
  { patience, note }: ActionWays,
): Promise<Problems> {
  const options = { ...signalOnly(patience), timeoutMs, maxOutputBytes: outputBytes };
  const { exitCode, stdout, stderr, timedOut } = await session.run(command, options);
  const shown = command.length <= 100 ? command : `${command.slice(0, 100)}…`;
  if (timedOut || exitCode === null) {
    note(`ran ${shown}, which did not end within ${timeoutMs} ms`);
    return [`the command ${shown} did not end within ${timeoutMs} ms`];
  }
  note(`ran ${shown}: exit code ${exitCode}`);
  // Signed and unsigned are the same code.
  if (done.some((code) => code >>> 0 === exitCode >>> 0)) return [];
  const said = `${decodeOutput(stdout)}${decodeOutput(stderr)}`.trim().slice(-outputTailLength);
  return [`the command ${shown} ended with ${exitCode}${said === '' ? '' : `, it said: ${said}`}`];
}
