import { MessageRefused } from './envelope';
import type { Envelope } from './envelope';
import { ns, wmiUriPrefix } from './namespaces';
import { child, childText } from './xml';
import type { XmlElement } from './xml';

export interface EnumerateRequest {
  /** Null when everything is wanted. */
  readonly filter: { readonly dialect: string; readonly text: string } | null;
  /** Whether items may come with the first answer already (DSP0226 8.2.3). */
  readonly isOptimized: boolean;
  readonly maxElements: number;
  /** `EnumerateEPR` and the like; null for the instances themselves. */
  readonly mode: string | null;
}

/** @throws MessageRefused */
export function parseEnumerate({ body }: Envelope): EnumerateRequest {
  const enumerate = need(child(body, ns.enumeration, 'Enumerate'), 'Enumerate');
  const filter = child(enumerate, ns.wsman, 'Filter') ?? child(enumerate, ns.enumeration, 'Filter');
  return {
    filter:
      filter === undefined
        ? null
        : { dialect: filter.attributes.get('Dialect') ?? '', text: filter.text },
    isOptimized: child(enumerate, ns.wsman, 'OptimizeEnumeration') !== undefined,
    maxElements: readMaxElements(childText(enumerate, ns.wsman, 'MaxElements')),
    mode: childText(enumerate, ns.wsman, 'EnumerationMode') ?? null,
  };
}

export interface PullRequest {
  readonly context: string;
  readonly maxElements: number;
}

/** @throws MessageRefused */
export function parsePull({ body }: Envelope): PullRequest {
  const pull = need(child(body, ns.enumeration, 'Pull'), 'Pull');
  return {
    context: contextIn(pull),
    maxElements: readMaxElements(childText(pull, ns.enumeration, 'MaxElements')),
  };
}

/** @throws MessageRefused */
export function parseRelease({ body }: Envelope): string {
  return contextIn(need(child(body, ns.enumeration, 'Release'), 'Release'));
}

function contextIn(parent: XmlElement): string {
  return need(
    child(parent, ns.enumeration, 'EnumerationContext'),
    'EnumerationContext',
  ).text.trim();
}

/** WS-Enumeration 3.1: who names no number gets one item at a time. */
function readMaxElements(text: string | undefined): number {
  if (text === undefined) return 1;
  if (!/^[1-9]\d{0,9}$/.test(text)) throw new MessageRefused('<MaxElements> is no count');
  return Number(text);
}

export interface WmiUri {
  /** e.g. `root/cimv2` */
  readonly namespace: string;
  /** `*` for all classes of the namespace. */
  readonly className: string;
}

/** Null for the URI of something else. */
export function parseWmiUri(uri: string): WmiUri | null {
  if (!uri.toLowerCase().startsWith(wmiUriPrefix)) return null;
  const path = uri.slice(wmiUriPrefix.length).replace(/\?.*$/, '');
  const slash = path.lastIndexOf('/');
  return slash <= 0 ? null : { namespace: path.slice(0, slash), className: path.slice(slash + 1) };
}

export interface InvokeRequest {
  readonly method: string;
  readonly parameters: ReadonlyMap<string, readonly string[] | null>;
}

/**
 * [MS-WSMV] 3.1.4.1.28 and 4.1.4: the method is the end of the action, its parameters stand in `<Method_INPUT>`. Null
 * for an action that is no method of the resource.
 */
export function parseInvoke({ action, resourceUri, body }: Envelope): InvokeRequest | null {
  const prefix = `${resourceUri?.replace(/\?.*$/, '') ?? ''}/`;
  const method = action?.toLowerCase().startsWith(prefix.toLowerCase())
    ? action.slice(prefix.length)
    : '';
  if (!/^\w+$/.test(method)) return null;
  const input = body.children.find(
    ({ name }) => name.toLowerCase() === `${method}_INPUT`.toLowerCase(),
  );
  return { method, parameters: readParameters(input) };
}

/** An array is an element repeated, and what has no value says so. */
function readParameters(input: XmlElement | undefined): InvokeRequest['parameters'] {
  const read = new Map<string, string[] | null>();
  for (const { name, attributes, text } of input?.children ?? []) {
    const isNull = /^(true|1)$/.test(attributes.get('nil') ?? '');
    read.set(name, isNull ? null : [...(read.get(name) ?? []), text]);
  }
  return read;
}

function need(element: XmlElement | undefined, name: string): XmlElement {
  if (element === undefined) throw new MessageRefused(`<${name}> is missing`);
  return element;
}
