import { formatDuration, parseDuration } from './duration';
import { anonymousAddress, ns } from './namespaces';
import { child, childText, childrenNamed, escapeXml, parseXml } from './xml';
import type { XmlElement, XmlLimits } from './xml';

/** A message that is XML but not the SOAP message that was to be expected. */
export class MessageRefused extends Error {
  constructor(what: string) {
    super(what);
    this.name = 'MessageRefused';
  }
}

export interface RequestHeader {
  /** URL of the listener, as in `a:To`. */
  readonly to: string;
  readonly messageId: string;
  /** How long the host may hold the request before it answers that nothing happened yet. */
  readonly operationTimeoutMs: number;
  /** What the answer may have, in bytes. */
  readonly maxEnvelopeBytes: number;
}

export interface Addressing {
  readonly action: string;
  readonly resourceUri: string;
  readonly selectors?: NamedValues;
  readonly options?: NamedValues;
  /** Header blocks beyond these, as XML. */
  readonly moreHeaders?: string;
}

export type NamedValues = { readonly [name: string]: string };

/** Header blocks in the order in which Windows' own client sends them; `mustUnderstand` as there. */
export function buildRequest(header: RequestHeader, addressing: Addressing, body: string): Buffer {
  const must = 's:mustUnderstand="true"';
  return Buffer.from(
    `<s:Envelope xmlns:s="${ns.soap}" xmlns:a="${ns.addressing}" xmlns:w="${ns.wsman}" xmlns:p="${ns.microsoft}" xmlns:rsp="${ns.shell}">` +
      `<s:Header><a:To>${escapeXml(header.to)}</a:To>` +
      `<w:ResourceURI ${must}>${escapeXml(addressing.resourceUri)}</w:ResourceURI>` +
      `<a:ReplyTo><a:Address ${must}>${anonymousAddress}</a:Address></a:ReplyTo>` +
      `<a:Action ${must}>${escapeXml(addressing.action)}</a:Action>` +
      `<w:MaxEnvelopeSize ${must}>${header.maxEnvelopeBytes}</w:MaxEnvelopeSize>` +
      `<a:MessageID>${header.messageId}</a:MessageID>` +
      '<w:Locale xml:lang="en-US" s:mustUnderstand="false"/><p:DataLocale xml:lang="en-US" s:mustUnderstand="false"/>' +
      `<w:OperationTimeout>${formatDuration(header.operationTimeoutMs)}</w:OperationTimeout>` +
      buildSet('SelectorSet', 'Selector', '', addressing.selectors) +
      buildSet('OptionSet', 'Option', ` ${must}`, addressing.options) +
      (addressing.moreHeaders ?? '') +
      `</s:Header><s:Body>${body}</s:Body></s:Envelope>`,
  );
}

function buildSet(set: string, item: string, attributes: string, values?: NamedValues): string {
  if (values === undefined) return '';
  const items = Object.entries(values).map(
    ([name, value]) => `<w:${item} Name="${escapeXml(name)}">${escapeXml(value)}</w:${item}>`,
  );
  return `<w:${set}${attributes}>${items.join('')}</w:${set}>`;
}

export interface ResponseHeader {
  readonly action: string;
  readonly messageId: string;
  readonly relatesTo: string | null;
}

export function buildResponse(header: ResponseHeader, body: string): Buffer {
  const relatesTo =
    header.relatesTo === null ? '' : `<a:RelatesTo>${escapeXml(header.relatesTo)}</a:RelatesTo>`;
  return Buffer.from(
    `<s:Envelope xml:lang="en-US" xmlns:s="${ns.soap}" xmlns:a="${ns.addressing}" xmlns:x="${ns.transfer}" xmlns:e="${ns.eventing}" xmlns:n="${ns.enumeration}" xmlns:w="${ns.wsman}" xmlns:rsp="${ns.shell}" xmlns:p="${ns.microsoft}">` +
      `<s:Header><a:Action>${escapeXml(header.action)}</a:Action><a:MessageID>${header.messageId}</a:MessageID>` +
      `<a:To>${anonymousAddress}</a:To>${relatesTo}</s:Header><s:Body>${body}</s:Body></s:Envelope>`,
  );
}

export interface Envelope {
  readonly action: string | null;
  readonly resourceUri: string | null;
  readonly messageId: string | null;
  readonly relatesTo: string | null;
  readonly selectors: ReadonlyMap<string, string>;
  readonly options: ReadonlyMap<string, string>;
  readonly operationTimeoutMs: number | null;
  readonly maxEnvelopeBytes: number | null;
  /** Undefined for an envelope without one. */
  readonly header: XmlElement | undefined;
  readonly body: XmlElement;
}

/**
 * Reads request and response alike.
 *
 * @throws XmlRefused, MessageRefused
 */
export function parseEnvelope(bytes: Uint8Array, limits?: XmlLimits): Envelope {
  const root = parseXml(bytes, limits);
  if (root.uri !== ns.soap || root.name !== 'Envelope') {
    throw new MessageRefused(`its root is <${root.name}>, not a SOAP 1.2 envelope`);
  }
  const body = child(root, ns.soap, 'Body');
  if (body === undefined) throw new MessageRefused('the envelope has no body');
  const header = child(root, ns.soap, 'Header');
  const addressing = (name: string): string | null =>
    childText(header, ns.addressing, name) ?? null;
  const timeout = childText(header, ns.wsman, 'OperationTimeout');
  const size = Number(childText(header, ns.wsman, 'MaxEnvelopeSize') ?? NaN);
  return {
    action: addressing('Action'),
    resourceUri: childText(header, ns.wsman, 'ResourceURI') ?? null,
    messageId: addressing('MessageID'),
    relatesTo: addressing('RelatesTo'),
    selectors: readSet(header, 'SelectorSet', 'Selector'),
    options: readSet(header, 'OptionSet', 'Option'),
    operationTimeoutMs: timeout === undefined ? null : parseDuration(timeout),
    maxEnvelopeBytes: Number.isSafeInteger(size) && size > 0 ? size : null,
    header,
    body,
  };
}

export function readSet(
  parent: XmlElement | undefined,
  set: string,
  item: string,
): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (const element of childrenNamed(child(parent, ns.wsman, set), ns.wsman, item)) {
    const name = element.attributes.get('Name');
    if (name !== undefined) values.set(name, element.text.trim());
  }
  return values;
}
