import { MessageRefused } from './envelope';
import { ns } from './namespaces';
import { child, childText } from './xml';
import type { XmlElement } from './xml';

export interface Subscribed {
  /** Names the subscription to Unsubscribe. */
  readonly identifier: string;
  /** Context of the first Pull. */
  readonly context: string;
}

/**
 * The identifier stands among the reference parameters of the subscription manager, which Windows calls reference
 * properties: it speaks the WS-Addressing of August 2004.
 *
 * @throws MessageRefused
 */
export function parseSubscribeResponse(body: XmlElement): Subscribed {
  const response = child(body, ns.eventing, 'SubscribeResponse');
  const manager = child(response, ns.eventing, 'SubscriptionManager');
  const identifier = ['ReferenceProperties', 'ReferenceParameters']
    .map((name) => childText(child(manager, ns.addressing, name), ns.eventing, 'Identifier') ?? '')
    .find((text) => text !== '');
  const context = childText(response, ns.enumeration, 'EnumerationContext') ?? '';
  if (identifier === undefined || context === '') {
    throw new MessageRefused('the answer to Subscribe names no subscription to pull from');
  }
  return { identifier, context };
}

const eventNamespace = 'http://schemas.microsoft.com/win/2004/08/events/event';

/** Events among the items of a Pull: by themselves, as in a recorded answer of 2008 R2, or each in a `w:Event`. */
export function eventsAmong(items: readonly XmlElement[]): readonly XmlElement[] {
  return items.flatMap((item) => (isEvent(item) ? [item] : item.children.filter(isEvent)));
}

const isEvent = ({ uri, name }: XmlElement): boolean => uri === eventNamespace && name === 'Event';

/** Child of an event's element. */
export function eventChild(parent: XmlElement | undefined, name: string): XmlElement | undefined {
  return child(parent, eventNamespace, name);
}
