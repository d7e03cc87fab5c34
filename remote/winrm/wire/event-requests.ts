import { formatDuration } from './duration';
import { buildRequest } from './envelope';
import type { RequestHeader } from './envelope';
import {
  actions,
  earliestBookmark,
  eventLogUri,
  filterDialects,
  ns,
  pullDelivery,
} from './namespaces';
import { escapeXml } from './xml';

export interface EventLogSubscription {
  readonly log: string;
  /** XPath expressions of the event log; an event that any of them selects comes, and once. */
  readonly select: readonly string[];
  /** After so long the host may end the subscription of a client that went away. */
  readonly expiresMs: number;
}

/**
 * [MS-WSMV] 3.1.4.1.30: subscribes to a log in Pull mode, from its oldest event on; the bookmark is what Windows' own
 * collector sends for ReadExistingEvents (DSP0226 10.2.2). Options after 3.1.4.1.30.1: `Raw` leaves out the texts of the
 * providers, which are slow to get and not needed; without IgnoreChannelError a log that is not there is a fault, not
 * silence. As with Windows' collector the options need not be understood, and UTF-8 has to be asked for.
 */
export function buildSubscribe(header: RequestHeader, subscription: EventLogSubscription): Buffer {
  return buildRequest(
    header,
    {
      action: actions.subscribe,
      resourceUri: eventLogUri,
      moreHeaders: '<w:OptionSet><w:Option Name="ContentFormat">Raw</w:Option></w:OptionSet>',
    },
    `<e:Subscribe xmlns:e="${ns.eventing}"><e:Delivery Mode="${pullDelivery}">` +
      `<w:Heartbeats>${formatDuration(heartbeatMs)}</w:Heartbeats>` +
      '<w:Locale xml:lang="en-US" s:mustUnderstand="false"/><p:DataLocale xml:lang="en-US" s:mustUnderstand="false"/>' +
      '<w:ContentEncoding>UTF-8</w:ContentEncoding></e:Delivery>' +
      `<e:Expires>${formatDuration(subscription.expiresMs)}</e:Expires>` +
      `<w:Filter Dialect="${filterDialects.events}">${escapeXml(queryList(subscription))}</w:Filter>` +
      `<w:Bookmark>${earliestBookmark}</w:Bookmark></e:Subscribe>`,
  );
}

/** What a recorded subscription to 2008 R2 asked for. */
const heartbeatMs = 5_000;

function queryList({ log, select }: EventLogSubscription): string {
  const selects = select.map((xpath) => `<Select>${escapeXml(xpath)}</Select>`).join('');
  return `<QueryList><Query Path="${escapeXml(log)}">${selects}</Query></QueryList>`;
}

/** WS-Eventing 3.4: which subscription is said in the header, as a reference parameter. */
export function buildUnsubscribe(header: RequestHeader, identifier: string): Buffer {
  return buildRequest(
    header,
    {
      action: actions.unsubscribe,
      resourceUri: eventLogUri,
      moreHeaders: `<e:Identifier xmlns:e="${ns.eventing}">${escapeXml(identifier)}</e:Identifier>`,
    },
    `<e:Unsubscribe xmlns:e="${ns.eventing}"/>`,
  );
}
