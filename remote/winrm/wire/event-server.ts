import { MessageRefused, buildResponse } from './envelope';
import type { Envelope } from './envelope';
import { actions, eventLogUri, ns } from './namespaces';
import type { ReplyTo } from './server-responses';
import { child, childText, escapeXml, parseXml, XmlRefused } from './xml';
import type { XmlElement } from './xml';

/** The server's half of WS-Eventing, as [MS-WSMV] 3.1.4.6 has it for event logs. */
export interface SubscribeRequest {
  /** URI of the delivery mode. */
  readonly delivery: string;
  readonly filter: { readonly dialect: string; readonly text: string } | null;
  /** Text of a bookmark; null for none, which means events from now on. */
  readonly bookmark: string | null;
  /** Whether events carry the texts of their providers. */
  readonly isRendered: boolean;
  /** Whether a channel that is not there is passed over. */
  readonly ignoresChannelErrors: boolean;
}

/** @throws MessageRefused */
export function parseSubscribe({ body, options }: Envelope): SubscribeRequest {
  const subscribe = child(body, ns.eventing, 'Subscribe');
  if (subscribe === undefined) throw new MessageRefused('<Subscribe> is missing');
  const filter = child(subscribe, ns.wsman, 'Filter') ?? child(subscribe, ns.eventing, 'Filter');
  return {
    delivery: child(subscribe, ns.eventing, 'Delivery')?.attributes.get('Mode') ?? '',
    filter:
      filter === undefined
        ? null
        : { dialect: filter.attributes.get('Dialect') ?? '', text: queryText(filter) },
    bookmark: readBookmark(child(subscribe, ns.wsman, 'Bookmark')),
    // [MS-WSMV] 3.1.4.1.30.1: `Raw` when nothing is said.
    isRendered: options.get('ContentFormat')?.toLowerCase() === 'renderedtext',
    ignoresChannelErrors: options.has('IgnoreChannelError'),
  };
}

/** A bookmark of the event log is XML, and not one that this server has given out. */
function readBookmark(bookmark: XmlElement | undefined): string | null {
  if (bookmark === undefined) return null;
  return bookmark.children.length > 0 ? 'xml' : bookmark.text.trim();
}

/** The query is text in most messages, but Windows' own collector sends it as elements. */
function queryText(filter: XmlElement): string {
  const list = filter.children.find(({ name }) => name === 'QueryList');
  return list === undefined ? filter.text : writeElement(list);
}

function writeElement({ name, attributes, children, text }: XmlElement): string {
  const written = [...attributes].map(([key, value]) => ` ${key}="${escapeXml(value)}"`).join('');
  return `<${name}${written}>${escapeXml(text)}${children.map(writeElement).join('')}</${name}>`;
}

export interface SelectedChannel {
  readonly channel: string;
  readonly xpath: string;
  /** Whether its events are taken out of what the others select. */
  readonly isSuppressed: boolean;
}

/** What a QueryList of the event log selects; null for text that is none. */
export function parseQueryList(text: string): SelectedChannel[] | null {
  const list = readXml(text);
  if (list?.name !== 'QueryList') return null;
  const selected = list.children.flatMap((query) =>
    query.children.map((one) => ({
      channel: one.attributes.get('Path') ?? query.attributes.get('Path') ?? '',
      xpath: one.text,
      isSuppressed: one.name === 'Suppress',
    })),
  );
  const isKnown = list.children.every(
    ({ name, children }) =>
      name === 'Query' && children.every((one) => /^(Select|Suppress)$/.test(one.name)),
  );
  return isKnown && selected.some(({ isSuppressed }) => !isSuppressed) ? selected : null;
}

function readXml(text: string): XmlElement | null {
  try {
    return parseXml(Buffer.from(text.trim()));
  } catch (error) {
    if (error instanceof XmlRefused) return null;
    throw error;
  }
}

/** Which subscription an Unsubscribe is about: a reference property, so that it stands in the header. */
export function parseUnsubscribe({ header }: Envelope): string {
  const identifier = childText(header, ns.eventing, 'Identifier');
  if (identifier === undefined) throw new MessageRefused('<Identifier> is missing');
  return identifier;
}

export interface Subscription {
  readonly identifier: string;
  readonly context: string;
  /** URL of the listener. */
  readonly address: string;
}

/**
 * DSP0226 10.2.9.5: in Pull mode the answer has the context of the first Pull. The identifier is a reference property,
 * as the WS-Addressing of August 2004 calls it.
 */
export function buildSubscribeResponse(reply: ReplyTo, subscription: Subscription): Buffer {
  const { identifier, context, address } = subscription;
  return respond(
    reply,
    actions.subscribe,
    `<e:SubscribeResponse><e:SubscriptionManager><a:Address>${escapeXml(address)}</a:Address><a:ReferenceProperties>` +
      `<w:ResourceURI>${eventLogUri}</w:ResourceURI><e:Identifier>${identifier}</e:Identifier></a:ReferenceProperties></e:SubscriptionManager>` +
      `<e:Expires>PT0.000S</e:Expires><n:EnumerationContext>${context}</n:EnumerationContext></e:SubscribeResponse>`,
  );
}

export function buildUnsubscribeResponse(reply: ReplyTo): Buffer {
  return respond(reply, actions.unsubscribe, '');
}

/** @param event XML of the event itself */
export function encodeEvent(event: string): string {
  return `<w:Event Action="${ns.wsman.replace('wsman.xsd', 'wsman')}/Event">${event}</w:Event>`;
}

function respond(reply: ReplyTo, action: string, body: string): Buffer {
  return buildResponse({ action: `${action}Response`, ...reply }, body);
}
