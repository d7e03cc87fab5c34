import type { WindowsFacts } from '../options';
import { createEventLog, type EventLog } from './event-log';
import { applicationNoise, systemNoise } from './noise';
import type { EventSeries } from './series';
import { systemEvents } from './system-events';

export type ChannelName = 'Application' | 'Security' | 'Setup' | 'System';

export const channelNames: readonly ChannelName[] = ['Application', 'Security', 'Setup', 'System'];

/** The channels of one machine. */
export interface EventLogs {
  /** Null for a channel that is not there. Case is ignored. */
  channel(name: string): { readonly name: ChannelName; readonly log: EventLog } | null;
  log(name: ChannelName): EventLog;
  /** The machine goes down: nothing is logged until it is up. */
  powerOff(): void;
  powerOn(): void;
}

const dayMs = 86_400_000;

export function createEventLogs(
  windows: WindowsFacts,
  now: () => number,
  bootedAt: number,
): EventLogs {
  const logs = new Map<ChannelName, EventLog>();
  const oldest = Math.floor((now() - windows.logReachMs) / 1000) * 1000;
  // A System log is written to so little that it reaches beyond the last boot whatever the Application log does.
  const oldestOfSystem = Math.min(oldest, Math.floor((bootedAt - dayMs) / 1000) * 1000);

  const create = (name: ChannelName): EventLog => {
    const from = name === 'System' ? oldestOfSystem : oldest;
    const log = createEventLog(from, 1 + (windows.seed % 90_000), now);
    for (const series of noiseOf(name, windows, from)) log.add(series);
    if (name === 'System')
      for (const series of systemEvents.pastBoot(bootedAt, windows)) log.add(series);
    return log;
  };
  const log = (name: ChannelName): EventLog => {
    const known = logs.get(name);
    if (known !== undefined) return known;
    const created = create(name);
    logs.set(name, created);
    return created;
  };

  // The Application log is made at once, for its series begin and end with what happens on the machine; the others
  // too before the first thing is written to them.
  log('Application');
  return {
    log,
    channel(name) {
      const found = channelNames.find((channel) => channel.toLowerCase() === name.toLowerCase());
      return found === undefined ? null : { name: found, log: log(found) };
    },
    powerOff() {
      for (const name of channelNames) log(name).closeSegment();
    },
    powerOn() {
      for (const name of channelNames) {
        log(name).openSegment();
        for (const series of noiseOf(name, windows, now())) log(name).add(series);
      }
    },
  };
}

function noiseOf(name: ChannelName, windows: WindowsFacts, from: number): EventSeries[] {
  if (name === 'Application') return applicationNoise(windows, from);
  return name === 'System' ? systemNoise(windows, from) : [];
}
