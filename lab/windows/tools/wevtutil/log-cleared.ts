import type { ChannelName } from '../../log/event-logs';
import type { EventContent } from '../../log/series';
import { systemEvents } from '../../log/system-events';

export function logClearedIn(channel: ChannelName): EventContent {
  if (channel !== 'Security') return systemEvents.logCleared(channel);
  return {
    ...systemEvents.logCleared(channel),
    eventId: 1102,
    keywords: '0x4020000000000000',
    message: 'The audit log was cleared.',
  };
}
