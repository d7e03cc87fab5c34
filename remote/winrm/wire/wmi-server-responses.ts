import { buildResponse } from './envelope';
import { actions, ns, wmiUriPrefix } from './namespaces';
import type { ReplyTo } from './server-responses';
import { escapeXml } from './xml';

/** A page of an enumeration: XML of its items, and the context of the next page; null for the last. */
export interface Page {
  readonly items: readonly string[];
  readonly context: string | null;
}

/** A whole answer has an empty context, as that of 2008 R2 has; items are there only when they were asked for. */
export function buildEnumerateResponse(
  reply: ReplyTo,
  { items, context }: Page,
  isOptimized: boolean,
): Buffer {
  const optimized =
    `<w:Items>${items.join('')}</w:Items>` + (context === null ? '<w:EndOfSequence/>' : '');
  return respond(
    reply,
    actions.enumerate,
    `<n:EnumerateResponse><n:EnumerationContext>${context ?? ''}</n:EnumerationContext>` +
      `${isOptimized ? optimized : ''}</n:EnumerateResponse>`,
  );
}

export function buildPullResponse(reply: ReplyTo, { items, context }: Page): Buffer {
  const next = context === null ? '' : `<n:EnumerationContext>${context}</n:EnumerationContext>`;
  const end = context === null ? '<n:EndOfSequence/>' : '';
  return respond(
    reply,
    actions.pull,
    `<n:PullResponse>${next}<n:Items>${items.join('')}</n:Items>${end}</n:PullResponse>`,
  );
}

export function buildReleaseResponse(reply: ReplyTo): Buffer {
  return respond(reply, actions.release, '');
}

/** @param content XML of the resource */
export function buildGetResponse(reply: ReplyTo, content: string): Buffer {
  return respond(reply, actions.get, content);
}

/** @param action that of the request */
export function buildInvokeResponse(reply: ReplyTo, action: string, output: string): Buffer {
  return respond(reply, action, output);
}

/** What an answer has beside its items, by a generous measure. */
export const answerOverhead = 1500;

export interface CimProperty {
  readonly name: string;
  readonly isDatetime: boolean;
  /** A time is ISO 8601 in UTC. */
  readonly value: string | number | boolean | readonly string[] | readonly number[] | null;
}

export interface CimClassName {
  readonly namespace: string;
  readonly className: string;
}

/** DSP0230 (WS-CIM): an instance stands in the namespace of its class, which may be a subclass of the one asked for. */
export function encodeInstance(name: CimClassName, properties: readonly CimProperty[]): string {
  const { className } = name;
  return encodeTyped(name, className, `${className}_Type`, properties);
}

/** What a method gives out: `<Method_OUTPUT>` in the namespace of the class. */
export function encodeOutput(
  name: CimClassName,
  method: string,
  properties: readonly CimProperty[],
): string {
  return encodeTyped(name, `${method}_OUTPUT`, `${method}_OUTPUT_Type`, properties);
}

function encodeTyped(
  { namespace, className }: CimClassName,
  element: string,
  type: string,
  properties: readonly CimProperty[],
): string {
  const uri = escapeXml(`${wmiUriPrefix}${namespace}/${className}`);
  return (
    `<p:${element} xmlns:xsi="${ns.xsi}" xmlns:p="${uri}" xmlns:cim="${ns.cim}" xsi:type="p:${type}">` +
    `${properties.map((one) => encodeProperty(one, 'p:', 'cim:')).join('')}</p:${element}>`
  );
}

/** A projection has no class, so that nothing in it has a namespace. */
export function encodeFragment(properties: readonly CimProperty[]): string {
  return (
    `<w:XmlFragment xmlns:xsi="${ns.xsi}" xmlns:w="${ns.wsman}">` +
    `${properties.map((one) => encodeProperty(one, '', '')).join('')}</w:XmlFragment>`
  );
}

function encodeProperty(
  { name, isDatetime, value }: CimProperty,
  prefix: string,
  cimPrefix: string,
): string {
  const element = `${prefix}${name}`;
  if (value === null) return `<${element} xsi:nil="true"/>`;
  const values = typeof value === 'object' ? value : [value];
  return values
    .map((one) => {
      const text = isDatetime
        ? `<${cimPrefix}Datetime>${shortTime(String(one))}</${cimPrefix}Datetime>`
        : escapeXml(String(one));
      return `<${element}>${text}</${element}>`;
    })
    .join('');
}

/** Fractions of a second end with their last digit that is none, and are left out when there are none. */
function shortTime(iso: string): string {
  const [whole = '', fraction = ''] = iso.replace('Z', '').split('.');
  const digits = fraction.replace(/0+$/, '');
  return digits === '' ? `${whole}Z` : `${whole}.${digits}Z`;
}

function respond(reply: ReplyTo, action: string, body: string): Buffer {
  return buildResponse({ action: `${action}Response`, ...reply }, body);
}
