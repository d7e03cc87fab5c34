import { buildRequest } from './envelope';
import type { NamedValues, RequestHeader } from './envelope';
import { actions, filterDialects, ns, wmiUriPrefix } from './namespaces';
import { escapeXml } from './xml';

/**
 * URI of a WMI class, or of all classes of a namespace with `*`. Backslashes, as Windows writes namespaces elsewhere,
 * are taken as well.
 */
export function wmiUri(namespace: string, className: string): string {
  return `${wmiUriPrefix}${namespace.replaceAll('\\', '/')}/${className}`;
}

export interface WqlQuery {
  readonly resourceUri: string;
  readonly wql: string;
  readonly maxElements: number;
}

/**
 * DSP0226 8.2: begins an enumeration. OptimizeEnumeration asks for items in the answer already; what 2008 R2 makes of
 * it is one item, and the rest by Pull.
 */
export function buildEnumerate(header: RequestHeader, query: WqlQuery): Buffer {
  return buildRequest(
    header,
    { action: actions.enumerate, resourceUri: query.resourceUri },
    `<n:Enumerate xmlns:n="${ns.enumeration}"><w:OptimizeEnumeration/><w:MaxElements>${query.maxElements}</w:MaxElements>` +
      `<w:Filter Dialect="${filterDialects.wql}">${escapeXml(query.wql)}</w:Filter></n:Enumerate>`,
  );
}

export interface EnumerationPosition {
  /** That of the Enumerate or Subscribe. */
  readonly resourceUri: string;
  readonly context: string;
}

/** WS-Enumeration 3.2: fetches the next items. */
export function buildPull(
  header: RequestHeader,
  { resourceUri, context }: EnumerationPosition,
  maxElements: number,
): Buffer {
  return buildRequest(
    header,
    { action: actions.pull, resourceUri },
    `<n:Pull xmlns:n="${ns.enumeration}">${contextElement(context)}<n:MaxElements>${maxElements}</n:MaxElements></n:Pull>`,
  );
}

/** WS-Enumeration 3.5: the host may forget the enumeration. */
export function buildRelease(
  header: RequestHeader,
  { resourceUri, context }: EnumerationPosition,
): Buffer {
  return buildRequest(
    header,
    { action: actions.release, resourceUri },
    `<n:Release xmlns:n="${ns.enumeration}">${contextElement(context)}</n:Release>`,
  );
}

const contextElement = (context: string): string =>
  `<n:EnumerationContext>${escapeXml(context)}</n:EnumerationContext>`;

export interface InstanceAddress {
  readonly resourceUri: string;
  /** Key properties; none for the only instance of a class, or for the class itself. */
  readonly keys: NamedValues;
}

const selectorsOf = (keys: NamedValues): { selectors?: NamedValues } =>
  Object.keys(keys).length === 0 ? {} : { selectors: keys };

/** WS-Transfer Get: one instance. */
export function buildGetInstance(
  header: RequestHeader,
  { resourceUri, keys }: InstanceAddress,
): Buffer {
  return buildRequest(header, { action: actions.get, resourceUri, ...selectorsOf(keys) }, '');
}

type MethodParameter = string | number | boolean | null | readonly string[];

export interface MethodCall extends InstanceAddress {
  readonly method: string;
  /** Names are those of XML elements. */
  readonly parameters: { readonly [name: string]: MethodParameter };
}

/** [MS-WSMV] 4.1.4: the action is the URI of the class and the method; its parameters are in the class's namespace. */
export function buildInvoke(header: RequestHeader, call: MethodCall): Buffer {
  const { resourceUri, keys, method } = call;
  const parameters = Object.entries(call.parameters).map(encodeParameter).join('');
  return buildRequest(
    header,
    { action: `${resourceUri}/${method}`, resourceUri, ...selectorsOf(keys) },
    `<p:${method}_INPUT xmlns:p="${escapeXml(resourceUri)}" xmlns:xsi="${ns.xsi}">${parameters}</p:${method}_INPUT>`,
  );
}

/** DSP0230: an array is its element repeated, and what has no value says so. */
function encodeParameter([name, value]: [string, MethodParameter]): string {
  if (value === null) return `<p:${name} xsi:nil="true"/>`;
  const values = typeof value === 'object' ? value : [value];
  return values.map((one) => `<p:${name}>${escapeXml(String(one))}</p:${name}>`).join('');
}
