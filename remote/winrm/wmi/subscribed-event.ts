import { eventTime } from '../../event-time';
import type { SubscribedEvent } from '../../wmi';
import { eventChild } from '../wire/event-responses';
import type { XmlElement } from '../wire/xml';

/** Far beyond what an event log takes (32 KB of strings). */
const maxDataItems = 256;
const maxDataLength = 32 * 1024;

/** An event out of its XML; null for one that says not which it is or when it was. */
export function decodeEvent(event: XmlElement): SubscribedEvent | null {
  const system = eventChild(event, 'System');
  const recordId = number(eventChild(system, 'EventRecordID'));
  const eventId = number(eventChild(system, 'EventID'));
  const at = eventTime(eventChild(system, 'TimeCreated')?.attributes.get('SystemTime'));
  if (recordId === null || eventId === null || at === null) return null;
  const provider = eventChild(system, 'Provider')?.attributes.get('Name') ?? '';
  const data = (eventChild(event, 'EventData')?.children ?? [])
    .filter(({ name }) => name === 'Data')
    .slice(0, maxDataItems)
    .map(({ text }) => text.slice(0, maxDataLength));
  return { recordId, at, eventId, data, provider };
}

function number(element: XmlElement | undefined): number | null {
  const text = element?.text.trim() ?? '';
  return /^\d{1,15}$/.test(text) ? Number(text) : null;
}
