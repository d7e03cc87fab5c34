import { ns } from './namespaces';
import { child, childText, escapeXml } from './xml';
import type { XmlElement } from './xml';

/** Codes of `f:WSManFault` that a shell meets; texts are translated, so nothing is ever decided on them. */
export const faultCodes = {
  accessDenied: 5,
  invalidParameter: 87,
  /** ERROR_BUSY: the stream is still occupied with the last Send. */
  busy: 170,
  aborted: 995,
  /** ERROR_WSMAN_SERVICE_INVALID_RESOURCE_URI and the like: no such resource, class or namespace. */
  noSuchResource: 2150858752,
  /** ERROR_WSMAN_OPERATION_TIMEDOUT: nothing to report yet, ask again. */
  timedOut: 2150858793,
  /** ERROR_WSMAN_SCHEMA_VALIDATION_ERROR */
  schemaInvalid: 2150858817,
  /** ERROR_WSMAN_UNEXPECTED_SELECTORS: there is no such shell (any more). */
  shellNotFound: 2150858843,
  tooManyShells: 2150859173,
  tooManyOperations: 2150859174,
  settingUnsupported: 2150859182,
  /** ERROR_KEY_DELETED: what a shell answers whose logon session went away. */
  registryKeyGone: 2147943418,
} as const;

/** [MS-WSMV] 2.2.4.43 WSManFault and the SOAP fault around it. */
export interface WsManFault {
  /** Null when the fault has neither a WSManFault nor a subcode that is known. */
  readonly code: number | null;
  readonly machine: string | null;
  readonly message: string;
  readonly provider: string | null;
  readonly providerPath: string | null;
  /** What the provider itself said, all texts of it joined; null when it said nothing. */
  readonly providerFault: string | null;
  /** Local name of the SOAP subcode, e.g. `TimedOut`. */
  readonly subcode: string | null;
}

/** Faults of http.sys and of other WS-Management servers come without a WSManFault (DSP0226, WS-Management faults). */
const codeOfSubcode: ReadonlyMap<string, number> = new Map([
  ['AccessDenied', faultCodes.accessDenied],
  ['TimedOut', faultCodes.timedOut],
  ['SchemaValidationError', faultCodes.schemaInvalid],
  ['InvalidSelectors', faultCodes.shellNotFound],
]);

/** The fault in a body, or null when it holds something else. */
export function parseFault(body: XmlElement): WsManFault | null {
  const fault = child(body, ns.soap, 'Fault');
  if (fault === undefined) return null;
  const subcode = readSubcode(fault);
  const detail = child(child(fault, ns.soap, 'Detail'), ns.fault, 'WSManFault');
  const message = child(detail, ns.fault, 'Message');
  const code = readCode(detail?.attributes.get('Code')) ?? codeOfSubcode.get(subcode ?? '');
  return {
    code: code ?? null,
    machine: detail?.attributes.get('Machine') ?? null,
    message: (message && allText(message)) || readReason(fault),
    subcode,
    ...readProvider(message),
  };
}

function readSubcode(fault: XmlElement): string | null {
  const subcode = child(child(fault, ns.soap, 'Code'), ns.soap, 'Subcode');
  return childText(subcode, ns.soap, 'Value')?.split(':').at(-1) ?? null;
}

function readReason(fault: XmlElement): string {
  return childText(child(fault, ns.soap, 'Reason'), ns.soap, 'Text') ?? '';
}

function readProvider(message: XmlElement | undefined): {
  provider: string | null;
  providerPath: string | null;
  providerFault: string | null;
} {
  const element = child(message, ns.fault, 'ProviderFault');
  const provider = element?.attributes;
  return {
    provider: provider?.get('provider') ?? null,
    providerPath: provider?.get('path') ?? null,
    providerFault: (element && allText(element)) || null,
  };
}

function readCode(text: string | undefined): number | null {
  return text !== undefined && /^-?\d{1,10}$/.test(text) ? Number(text) >>> 0 : null;
}

function allText(element: XmlElement): string {
  const parts = [element.text, ...element.children.map(allText)];
  return parts
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .join(' ');
}

export interface FaultDescription {
  readonly code: number;
  readonly machine: string;
  readonly message: string;
  /** `Sender` or `Receiver`, and the subcode, as DSP0226 lists them. */
  readonly role: 'Sender' | 'Receiver';
  readonly subcode: string;
  /** Which specification the subcode is of: WS-Management, WS-Addressing, WS-Enumeration, WS-Eventing. @default w */
  readonly prefix?: 'w' | 'a' | 'n' | 'e';
  /** The provider behind the service, when the fault comes from there. */
  readonly provider?: ProviderDescription;
}

export interface ProviderDescription {
  readonly name: string;
  readonly path: string;
  /** XML of what it says of itself; may be empty. */
  readonly extendedError: string;
}

export function buildFaultBody(fault: FaultDescription): string {
  const { role, subcode, prefix = 'w', provider } = fault;
  const message = escapeXml(fault.message);
  const detail = provider === undefined ? message : providerFault(fault, provider);
  return (
    `<s:Fault><s:Code><s:Value>s:${role}</s:Value><s:Subcode><s:Value>${prefix}:${subcode}</s:Value></s:Subcode></s:Code>` +
    `<s:Reason><s:Text xml:lang="en-US">${message}</s:Text></s:Reason>` +
    `<s:Detail>${wsManFault(fault, detail)}</s:Detail></s:Fault>`
  );
}

function wsManFault({ code, machine }: FaultDescription, message: string): string {
  return (
    `<f:WSManFault xmlns:f="${ns.fault}" Code="${code}" Machine="${escapeXml(machine)}">` +
    `<f:Message>${message}</f:Message></f:WSManFault>`
  );
}

/** The service repeats the provider's fault inside its own. */
function providerFault(fault: FaultDescription, provider: ProviderDescription): string {
  const { name, path, extendedError } = provider;
  const extended =
    extendedError === '' ? '' : `<f:ExtendedError>${extendedError}</f:ExtendedError>`;
  return (
    `<f:ProviderFault provider="${escapeXml(name)}" path="${escapeXml(path)}">` +
    `${wsManFault(fault, escapeXml(fault.message))}${extended}</f:ProviderFault>`
  );
}
