import type { HostFacts } from '../../contracts/facts';
import { Failure } from '../../contracts/failures';
import type { Session } from '../session';
import { probeByTools } from './by-tools';
import type { ProbeOptions } from './by-tools';
import { probeByWmi } from './by-wmi/probe';
import type { ProbeQuestion } from './probe-questions';

/**
 * A whole check in one round trip, over WinRM a subscription for the symptoms, and one more for each command that the
 * definition runs. Each answer stands alone: what failed, was cut off or makes no sense is unknown and leaves the others
 * as they are. A host that gives the account no shell is asked by WMI, which leaves open what only tools can tell.
 *
 * @param now asking clock, epoch milliseconds
 * @throws Failure of the connection; `command-timeout` when the host answered none of the questions in time;
 * `unexpected-output` when it did not even answer as cmd.exe does; `bad-request` when the definition has texts that no
 * command line can carry.
 */
export async function probe(
  session: Session,
  question: ProbeQuestion,
  now: () => number,
  options: ProbeOptions = {},
): Promise<HostFacts> {
  const askedAt = now();
  const { wmi } = session;
  const channel = session.channel?.() ?? null;
  try {
    const { facts, events } = await probeByTools(session, question, now, options);
    return { ...facts, asked: { by: 'shell', events, channel } };
  } catch (error) {
    const isShellRefused = error instanceof Failure && error.code === 'rights-missing';
    if (!isShellRefused || wmi === undefined) throw error;
    const facts = await probeByWmi(wmi, session.events, question, askedAt, error, options);
    return { ...facts, asked: { by: 'wmi', events: 'subscription', channel } };
  }
}
