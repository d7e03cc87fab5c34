import { createLedger, type Ledger } from '../../../lab/ledger';
import type { LabFaults, WindowsOptions } from '../../../lab/types';
import { createMachine, type WindowsMachine } from '../../../lab/windows/machine';
import { serveWinRm } from '../../../lab/winrm/server';
import type { WinRmServer, WinRmServerOptions } from '../../../lab/winrm/server';
import { parseFault } from '../../../remote/winrm/wire/fault';
import type { WsManFault } from '../../../remote/winrm/wire/fault';
import { ns } from '../../../remote/winrm/wire/namespaces';
import { child, childText, escapeXml, parseXml } from '../../../remote/winrm/wire/xml';
import type { XmlElement } from '../../../remote/winrm/wire/xml';
import { openTalk } from './talk';

export const operator = { username: 'CONTOSO\\operator', password: 'Correct-Horse-1' };

export interface Question {
  readonly uri: string;
  readonly action: string;
  readonly body: string;
  readonly selectors?: { readonly [name: string]: string };
  /** XML of further header blocks. */
  readonly header?: string;
  readonly timeout?: string;
  readonly maxEnvelopeBytes?: number;
}

export interface Told {
  readonly status: number;
  readonly text: string;
  readonly action: string | undefined;
  readonly body: XmlElement;
  /** What stands in the body. */
  readonly content: XmlElement | undefined;
  readonly fault: WsManFault | null;
}

/** An emulated host of Windows behind its WinRM, and messages written by hand. */
export interface ManagedHost {
  readonly machine: WindowsMachine;
  readonly ledger: Ledger;
  readonly server: WinRmServer;
  ask(question: Question): Promise<Told>;
  close(): Promise<void>;
}

export interface ManagedHostOptions {
  readonly windows?: WindowsOptions;
  readonly faults?: LabFaults;
  readonly limits?: WinRmServerOptions['limits'];
  readonly timeScale?: number;
}

export async function createManagedHost(options: ManagedHostOptions = {}): Promise<ManagedHost> {
  const ledger = createLedger(null, Date.now);
  const machine = createMachine(
    {
      id: 'ex01',
      transport: { kind: 'winrm', scheme: 'http' },
      credential: operator,
      ...(options.windows !== undefined && { windows: options.windows }),
      ...(options.faults !== undefined && { faults: options.faults }),
    },
    { ledger, timeScale: options.timeScale ?? 1000 },
  );
  const server = await serveWinRm(machine, {
    scheme: 'http',
    ...(options.limits !== undefined && { limits: options.limits }),
  });
  const talks: ReturnType<typeof openTalk>[] = [];
  const { username, password } = operator;
  const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
  return {
    machine,
    ledger,
    server,
    async ask(question) {
      const talk = openTalk(server.port);
      talks.push(talk);
      const reply = await talk.post(Buffer.from(envelopeOf(question)), { authorization });
      return readReply(reply.status, reply.body);
    },
    async close() {
      for (const talk of talks) talk.close();
      await server.close();
      machine.dispose();
    },
  };
}

/** Prefixes are not those of our own client, since none are prescribed. */
function envelopeOf(question: Question): string {
  const { uri, action, body, selectors, header = '', timeout = 'PT5S' } = question;
  const set = Object.entries(selectors ?? {}).map(
    ([name, value]) => `<m:Selector Name="${name}">${escapeXml(value)}</m:Selector>`,
  );
  return (
    `<env:Envelope xmlns:env="${ns.soap}" xmlns:adr="${ns.addressing}" xmlns:m="${ns.wsman}" xmlns:en="${ns.enumeration}" xmlns:ev="${ns.eventing}" xmlns:xsi="${ns.xsi}">` +
    `<env:Header><adr:To>http://host/wsman</adr:To><m:ResourceURI>${uri}</m:ResourceURI><adr:Action>${action}</adr:Action>` +
    `<adr:MessageID>uuid:0B6D0A8C-0001</adr:MessageID><m:MaxEnvelopeSize>${question.maxEnvelopeBytes ?? 512_000}</m:MaxEnvelopeSize>` +
    `<m:OperationTimeout>${timeout}</m:OperationTimeout>${set.length === 0 ? '' : `<m:SelectorSet>${set.join('')}</m:SelectorSet>`}${header}</env:Header>` +
    `<env:Body>${body}</env:Body></env:Envelope>`
  );
}

const roomy = { maxBytes: 4 * 1024 * 1024, maxDepth: 48, maxElements: 200_000 };

function readReply(status: number, bytes: Buffer): Told {
  const envelope = parseXml(bytes, roomy);
  const body = child(envelope, ns.soap, 'Body');
  if (body === undefined) throw new Error('the answer has no body');
  return {
    status,
    text: bytes.toString('utf8'),
    action: childText(child(envelope, ns.soap, 'Header'), ns.addressing, 'Action'),
    body,
    content: body.children[0],
    fault: parseFault(body),
  };
}

const wmi = 'http://schemas.microsoft.com/wbem/wsman/1/wmi/';

/** URI of a class, or of all of a namespace. */
export const wmiUri = (className = '*', namespace = 'root/cimv2'): string =>
  `${wmi}${namespace}/${className}`;

interface Enumerating {
  readonly uri?: string;
  /** Null leaves OptimizeEnumeration away. */
  readonly maxElements?: number | null;
  readonly dialect?: string;
  readonly mode?: string;
}

export function enumerate(wql: string | null, more: Enumerating = {}): Question {
  const { maxElements = 32_000, dialect = 'http://schemas.microsoft.com/wbem/wsman/1/WQL' } = more;
  const optimized =
    maxElements === null
      ? ''
      : `<m:OptimizeEnumeration/><m:MaxElements>${maxElements}</m:MaxElements>`;
  const filter = wql === null ? '' : `<m:Filter Dialect="${dialect}">${escapeXml(wql)}</m:Filter>`;
  const mode = more.mode === undefined ? '' : `<m:EnumerationMode>${more.mode}</m:EnumerationMode>`;
  return {
    uri: more.uri ?? wmiUri(),
    action: `${ns.enumeration}/Enumerate`,
    body: `<en:Enumerate>${optimized}${mode}${filter}</en:Enumerate>`,
  };
}

export function pull(
  context: string,
  maxElements: number | null = 32_000,
  uri = wmiUri(),
): Question {
  const most = maxElements === null ? '' : `<en:MaxElements>${maxElements}</en:MaxElements>`;
  return {
    uri,
    action: `${ns.enumeration}/Pull`,
    body: `<en:Pull><en:EnumerationContext>${context}</en:EnumerationContext>${most}</en:Pull>`,
  };
}

export function release(context: string, uri = wmiUri()): Question {
  return {
    uri,
    action: `${ns.enumeration}/Release`,
    body: `<en:Release><en:EnumerationContext>${context}</en:EnumerationContext></en:Release>`,
  };
}

export function get(uri: string, selectors: { readonly [name: string]: string } = {}): Question {
  return { uri, action: `${ns.transfer}/Get`, body: '', selectors };
}

export function invoke(
  uri: string,
  method: string,
  parameters: { readonly [name: string]: string | null } = {},
  selectors: { readonly [name: string]: string } = {},
): Question {
  const given = Object.entries(parameters).map(([name, value]) =>
    value === null ? `<q:${name} xsi:nil="true"/>` : `<q:${name}>${escapeXml(value)}</q:${name}>`,
  );
  return {
    uri,
    action: `${uri}/${method}`,
    body: `<q:${method}_INPUT xmlns:q="${uri}">${given.join('')}</q:${method}_INPUT>`,
    selectors,
  };
}

/** Context of an answer; empty when it has none or an empty one. */
export function contextOf({ content }: Told): string {
  return childText(content, ns.enumeration, 'EnumerationContext') ?? '';
}

/** Items of an answer, which are in another namespace in the first one than in the others. */
export function itemsOf({ content }: Told): readonly XmlElement[] {
  const items =
    content?.name === 'EnumerateResponse'
      ? child(content, ns.wsman, 'Items')
      : child(content, ns.enumeration, 'Items');
  return items?.children ?? [];
}

export function isAtEnd({ content }: Told): boolean {
  const uri = content?.name === 'EnumerateResponse' ? ns.wsman : ns.enumeration;
  return child(content, uri, 'EndOfSequence') !== undefined;
}

/** Properties of an instance or fragment by name: text, null for nil, a list when it is repeated. */
export function propertiesOf(item: XmlElement | undefined): {
  [name: string]: string | null | string[];
} {
  const read: { [name: string]: string | null | string[] } = {};
  for (const { name, attributes, text, children } of item?.children ?? []) {
    const value = attributes.get('nil') === 'true' ? null : (children[0]?.text ?? text);
    const known = read[name];
    if (known === undefined || known === null || value === null) read[name] = value;
    else read[name] = [known, value].flat();
  }
  return read;
}

/** All items of an enumeration, and how many came with each answer. */
export async function drain(
  host: ManagedHost,
  question: Question,
  maxElements: number | null = 32_000,
): Promise<{ readonly items: XmlElement[]; readonly pages: number[]; readonly replies: Told[] }> {
  const replies = [await host.ask(question)];
  for (let last = replies[0]; last !== undefined && !isAtEnd(last);) {
    if (last.fault !== null) throw new Error(`fault ${last.fault.code}: ${last.fault.message}`);
    last = await host.ask(pull(contextOf(last), maxElements, question.uri));
    replies.push(last);
  }
  const pages = replies.map((one) => itemsOf(one).length);
  return { items: replies.flatMap(itemsOf), pages, replies };
}
