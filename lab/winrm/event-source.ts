import type { EventFormat, EventSelection, SelectedEvent } from '../machine';
import type { ItemSource, PageLimit } from './enumerations';

interface Channel {
  readonly selection: EventSelection;
  /** Id of the last record that was given out or is not wanted. */
  after: number;
  /** The newest record when nothing that is wanted was found: until there is a newer one nothing can be. */
  emptyUntil: number;
}

/** No page has more, whatever room there is: more than a few hundred do not fit. */
const mostAtOnce = 500;

export interface EventDelivery {
  readonly from: 'earliest' | 'now';
  readonly format: EventFormat;
  /** Makes an item of the XML of an event. */
  readonly encode: (event: string) => string;
}

/** Events of some channels, oldest first; there is no end to them. */
export function eventSource(
  selections: readonly EventSelection[],
  { from, format, encode }: EventDelivery,
): ItemSource {
  const channels: Channel[] = selections.map((selection) => ({
    selection,
    after: from === 'now' ? selection.newestRecordId() : 0,
    emptyUntil: -1,
  }));
  return {
    isDone: () => false,
    next(limit) {
      const count = Math.min(limit.maxElements, mostAtOnce);
      const waiting = channels
        .flatMap((channel) => readNext(channel, count, format).map((event) => ({ channel, event })))
        .toSorted((a, b) => a.event.at - b.event.at);
      return fill(waiting.slice(0, count), limit, encode);
    },
  };
}

function readNext(channel: Channel, count: number, format: EventFormat): readonly SelectedEvent[] {
  const newest = channel.selection.newestRecordId();
  if (newest === channel.emptyUntil) return [];
  const events = channel.selection.read(channel.after, count, format);
  if (events.length === 0) channel.emptyUntil = newest;
  return events;
}

function fill(
  waiting: readonly { readonly channel: Channel; readonly event: SelectedEvent }[],
  { room }: PageLimit,
  encode: EventDelivery['encode'],
): readonly string[] | 'too-large' {
  const page: string[] = [];
  let left = room;
  for (const { channel, event } of waiting) {
    const xml = encode(event.xml);
    left -= xml.length;
    if (left < 0) break;
    page.push(xml);
    channel.after = event.recordId;
  }
  return page.length === 0 && waiting.length > 0 ? 'too-large' : page;
}
