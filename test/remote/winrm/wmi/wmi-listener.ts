import { createServer } from 'node:http';
import type { ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { openTunedWinRm } from '../../../../remote/winrm/client';
import type { WinRmTuning } from '../../../../remote/winrm/config';
import { parseEnvelope } from '../../../../remote/winrm/wire/envelope';
import type { Envelope } from '../../../../remote/winrm/wire/envelope';
import { parseXml } from '../../../../remote/winrm/wire/xml';
import type { XmlElement } from '../../../../remote/winrm/wire/xml';
import type { EventSubscriptions, Wmi } from '../../../../remote/wmi';
import { account } from '../../../lab/winrm/fake-machine';
import { connectionTo, quickTuning } from '../scene';

/** One request as the script sees it. */
export interface Asked {
  /** Last part of the action, e.g. `Pull`. */
  readonly action: string;
  readonly envelope: Envelope;
  /** Text of the first element with this name anywhere in the message; empty when there is none. */
  readonly text: (name: string) => string;
}

export type Told =
  | { readonly body: string }
  | { readonly fault: number; readonly subcode?: string; readonly provider?: string }
  | { readonly raw: Buffer | string }
  | 'silence'
  | 'hang up';

export interface WmiListener {
  readonly asked: Asked[];
  readonly wmi: Wmi;
  readonly events: EventSubscriptions;
  /** Settles when so many requests with this action have come. */
  readonly seen: (action: string, count?: number) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** A host whose answers are those of the script, in the forms that Windows was recorded to use, and a session with it. */
export async function listenForWmi(
  script: (asked: Asked, index: number) => Told,
  tuning: Partial<WinRmTuning> = {},
): Promise<WmiListener> {
  const asked: Asked[] = [];
  const waiting = new Set<() => void>();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const question = askedIn(Buffer.concat(chunks));
      asked.push(question);
      waiting.forEach((look) => look());
      tell(script(question, asked.length - 1), question.envelope.messageId, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const session = await openTunedWinRm(
    connectionTo(port),
    account,
    { shell: 'when-needed' },
    { ...quickTuning, ...tuning },
  );
  if (session.wmi === undefined || session.events === undefined) throw new Error('no WMI');
  return {
    asked,
    wmi: session.wmi,
    events: session.events,
    seen: (action, count = 1) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (asked.filter((one) => one.action === action).length < count) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      }),
    close: async () => {
      await session.close();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}

function askedIn(message: Buffer): Asked {
  const envelope = parseEnvelope(message);
  const root = parseXml(message);
  return {
    action: envelope.action?.split('/').at(-1) ?? '',
    envelope,
    text: (name) => textIn(root, name) ?? '',
  };
}

function textIn(element: XmlElement, name: string): string | undefined {
  if (element.name === name) return element.text.trim();
  for (const one of element.children) {
    const text = textIn(one, name);
    if (text !== undefined) return text;
  }
  return undefined;
}

function tell(told: Told, relatesTo: string | null, response: ServerResponse): void {
  if (told === 'silence') return;
  if (told === 'hang up') {
    response.destroy();
    return;
  }
  const isFault = 'fault' in told;
  response.writeHead(isFault ? 500 : 200, { 'content-type': 'application/soap+xml;charset=UTF-8' });
  if ('raw' in told) response.end(told.raw);
  else response.end(windowsEnvelope(isFault ? faultBody(told) : told.body, relatesTo ?? ''));
}

/** Namespaces and header as Windows answers with them. */
export const windowsEnvelope = (body: string, relatesTo: string): string =>
  '<s:Envelope xml:lang="en-US" xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing"' +
  ' xmlns:x="http://schemas.xmlsoap.org/ws/2004/09/transfer" xmlns:e="http://schemas.xmlsoap.org/ws/2004/08/eventing"' +
  ' xmlns:n="http://schemas.xmlsoap.org/ws/2004/09/enumeration" xmlns:w="http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd">' +
  '<s:Header><a:Action>http://schemas.xmlsoap.org/ws/2004/09/enumeration/PullResponse</a:Action><a:MessageID>uuid:1</a:MessageID>' +
  '<a:To>http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous</a:To>' +
  `<a:RelatesTo>${relatesTo}</a:RelatesTo></s:Header><s:Body>${body}</s:Body></s:Envelope>`;

/** As WMI's plug-in answers: its own fault within the message, and what WMI says of it. Texts are translated. */
function faultBody({
  fault,
  subcode = 'w:InternalError',
  provider,
}: {
  readonly fault: number;
  readonly subcode?: string;
  readonly provider?: string;
}): string {
  const open = `<f:WSManFault xmlns:f="http://schemas.microsoft.com/wbem/wsman/1/wsmanfault" Code="${fault}" Machine="10.0.0.1">`;
  const message =
    provider === undefined
      ? 'Der Dienst kann die Anforderung nicht verarbeiten.'
      : `<f:ProviderFault provider="WMI Provider" path="C:\\Windows\\system32\\WsmWmiPl.dll">${open}<f:Message>${provider}</f:Message></f:WSManFault></f:ProviderFault>`;
  return (
    `<s:Fault><s:Code><s:Value>s:Receiver</s:Value><s:Subcode><s:Value>${subcode}</s:Value></s:Subcode></s:Code>` +
    '<s:Reason><s:Text xml:lang="de-DE">Der Dienst kann die Anforderung nicht verarbeiten.</s:Text></s:Reason>' +
    `<s:Detail>${open}<f:Message>${message}</f:Message></f:WSManFault></s:Detail></s:Fault>`
  );
}

/** Answer to Enumerate: items of WS-Management, and with the last page an empty context. */
export const enumerateResponse = (items: string, context: string | null): Told => ({
  body:
    `<n:EnumerateResponse><n:EnumerationContext>${context ?? ''}</n:EnumerationContext><w:Items>${items}</w:Items>` +
    `${context === null ? '<w:EndOfSequence/>' : ''}</n:EnumerateResponse>`,
});

/** Answer to Pull: items of WS-Enumeration, and with the last page no context. */
export const pullResponse = (items: string, context: string | null): Told => ({
  body:
    `<n:PullResponse>${context === null ? '' : `<n:EnumerationContext>${context}</n:EnumerationContext>`}` +
    `<n:Items>${items}</n:Items>${context === null ? '<n:EndOfSequence/>' : ''}</n:PullResponse>`,
});

export const wmiNamespace = 'http://schemas.microsoft.com/wbem/wsman/1/wmi/root/cimv2';

/** An instance as `SELECT *` gives it. */
export const instance = (className: string, properties: string): string =>
  `<p:${className} xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:p="${wmiNamespace}/${className}"` +
  ` xmlns:cim="http://schemas.dmtf.org/wbem/wscim/1/common" xsi:type="p:${className}_Type">${properties}</p:${className}>`;

/** Some properties, as a query for them gives them. */
export const fragment = (properties: string): string =>
  '<w:XmlFragment xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:w="http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd">' +
  `${properties}</w:XmlFragment>`;
