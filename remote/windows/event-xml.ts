import type { EventRecord } from '../../contracts/facts';
import { eventTime } from '../event-time';
import { readXml } from './read-xml';
import type { XmlAttributes } from './read-xml';

export interface ParsedEvents {
  /** In the order of the text. */
  readonly events: readonly EventRecord[];
  /** Whether something was no well-formed event, e.g. because the text was cut. */
  readonly damaged: boolean;
}

/** Far beyond what an event log takes (32 KB of strings); a reply that claims more is not one of wevtutil. */
const maxDataItems = 256;
const maxDataLength = 32 * 1024;

/** An event has four levels; what is deeper is none, and its path would grow with every one of them. */
const maxDepth = 16;

interface Draft {
  recordId: number | null;
  eventId: number | null;
  at: string | null;
  data: string[];
}

/**
 * Events in what `wevtutil qe … /f:XML` printed: `<Event>` elements one after another without a root, where data may
 * run over several lines. An event that is cut is left out.
 */
export function parseEvents(text: string): ParsedEvents {
  const events: EventRecord[] = [];
  let isCut = false;
  let path: string[] = [];
  let tooDeep = 0;
  let draft: Draft | null = null;
  let value = '';
  const open = (name: string, attributes: XmlAttributes): void => {
    // An event never holds another: whatever was open before it was cut.
    if (name === 'Event') {
      isCut ||= draft !== null;
      path = [];
      tooDeep = 0;
      draft = { recordId: null, eventId: null, at: null, data: [] };
    }
    value = '';
    if (path.length >= maxDepth) {
      tooDeep += 1;
      isCut = true;
      return;
    }
    path.push(name);
    if (draft !== null && path.join('/') === 'Event/System/TimeCreated') {
      draft.at = eventTime(attributes['SystemTime']);
    }
  };
  const close = (name: string): void => {
    if (tooDeep > 0) {
      tooDeep -= 1;
      return;
    }
    if (draft !== null) take(draft, path.join('/'), value);
    path.pop();
    value = '';
    if (name !== 'Event' || draft === null) return;
    const event = finished(draft);
    if (event === null) isCut = true;
    else events.push(event);
    draft = null;
  };
  const onText = (part: string): void => {
    if (value.length < maxDataLength) value += part;
  };
  const body = text.replace(/<\?xml[^>]*>/g, '');
  const isDamaged = readXml(`<Events>${body}`, { open, close, text: onText });
  // Whatever stands behind the last tag is the beginning of another, or no list of events at all.
  isCut ||= draft !== null || !/(^|>)\s*$/.test(body);
  return { events, damaged: isDamaged || isCut };
}

function take(draft: Draft, path: string, value: string): void {
  if (path === 'Event/System/EventID') draft.eventId = number(value);
  else if (path === 'Event/System/EventRecordID') draft.recordId = number(value);
  else if (path === 'Event/EventData/Data' && draft.data.length < maxDataItems) {
    draft.data.push(value.slice(0, maxDataLength));
  }
}

function finished(draft: Draft): EventRecord | null {
  const { recordId, eventId, at, data } = draft;
  if (recordId === null || eventId === null || at === null) return null;
  return { recordId, at, eventId, data };
}

function number(text: string): number | null {
  return /^\d{1,15}$/.test(text.trim()) ? Number(text) : null;
}
