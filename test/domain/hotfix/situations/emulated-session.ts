import type { EventContent } from '../../../../lab/windows/log/series';
import { singleEvent } from '../../../../lab/windows/log/series';
import type { ChannelName } from '../../../../lab/windows/log/event-logs';
import { startSession } from '../../../../lab/windows/process/start-session';
import type { WindowsOptions } from '../../../../lab/types';
import type { CommandResult, Session } from '../../../../remote/session';
import { createEmulatedHost, startedAt } from '../../../lab/windows/tools/emulated-host';
import { dcs, hours, minutes, row } from '../host-facts';

/** An event that stands in a log of the host beside what the lab writes there. */
export interface Logged {
  readonly channel: ChannelName;
  readonly content: EventContent;
  readonly ageMs: number;
}

const adAccessEvent = (
  provider: string,
  eventId: number,
  values: readonly string[],
): EventContent => ({
  provider,
  eventId,
  qualifiers: 16_388,
  level: 4,
  task: 3,
  keywords: '0x80000000000000',
  data: { kind: 'positional', values },
  message: '',
});

/** Every domain controller lost with 0x55, as another provider or in another log. */
export const allLostBy = (provider: string, channel: ChannelName = 'Application'): Logged[] =>
  dcs.map((dc, index) => ({
    channel,
    ageMs: 2 * hours - index * minutes,
    content: adAccessEvent(provider, 2070, ['w3wp.exe (OWA)', '7320', dc, '55', 'x', 'Timeout']),
  }));

/** The list of the domain controllers. */
export const listedBy = (provider: string): Logged => ({
  channel: 'Application',
  ageMs: 3 * minutes,
  content: adAccessEvent(provider, 2080, [
    'T.EXE',
    '1612',
    dcs.map((dc) => row(dc)).join('\r\n'),
    '',
  ]),
});

/** A session on an emulated machine, without a wire between. */
export function emulatedSession(windows: WindowsOptions, logged: readonly Logged[]): Session {
  const { host, advance } = createEmulatedHost(windows);
  for (const { channel, content, ageMs } of logged) {
    host.logs.log(channel).add(singleEvent(startedAt - ageMs, content));
  }
  const run = async (line: string): Promise<CommandResult> => {
    const started = startSession(host, line, { codePage: 437 });
    const output = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
    started.onOutput((stream, bytes) => output[stream].push(bytes));
    // Tools take their time, which on such a machine goes by only when it is told to.
    let exitCode: number | null = null;
    while (exitCode === null) {
      await advance(100);
      exitCode = await Promise.race([started.exited, nextTurn()]);
    }
    return {
      exitCode,
      stdout: Buffer.concat(output.stdout),
      stderr: Buffer.concat(output.stderr),
      truncated: false,
      timedOut: false,
      durationMs: 0,
    };
  };
  return {
    run,
    upload: () => Promise.reject(new Error('nothing is uploaded here')),
    close: () => Promise.resolve(),
  };
}

const nextTurn = (): Promise<null> => new Promise((resolve) => setImmediate(() => resolve(null)));
