import { buildResponse } from './envelope';
import { buildFaultBody } from './fault';
import type { FaultDescription } from './fault';
import { actions, cmdShellUri, commandStates, faultActions, ns } from './namespaces';
import { formatDuration } from './duration';
import { escapeXml } from './xml';

export interface ReplyTo {
  readonly messageId: string;
  readonly relatesTo: string | null;
}

export interface CreatedShell {
  readonly shellId: string;
  /** URL of the listener. */
  readonly address: string;
  /** WinRM 2.0 (2008 R2) says no more than the id; 3.0 describes the shell. */
  readonly stack: '2.0' | '3.0';
  readonly owner: string;
  readonly clientAddress: string;
  readonly idleTimeoutMs: number;
  /** How long it has been there, and how long nobody has asked it. @default 0 */
  readonly ageMs?: number;
  readonly idleMs?: number;
}

export function buildCreateResponse(reply: ReplyTo, shell: CreatedShell): Buffer {
  const id = escapeXml(shell.shellId);
  const created =
    `<x:ResourceCreated><a:Address>${escapeXml(shell.address)}</a:Address><a:ReferenceParameters>` +
    `<w:ResourceURI>${cmdShellUri}</w:ResourceURI><w:SelectorSet><w:Selector Name="ShellId">${id}</w:Selector></w:SelectorSet>` +
    '</a:ReferenceParameters></x:ResourceCreated>';
  return respond(
    reply,
    actions.create,
    shell.stack === '3.0' ? created + describeShell(shell) : created,
  );
}

/** XML of a shell as WinRM 3.0 describes it ([MS-WSMV], Shell complex type). */
export function describeShell(shell: CreatedShell): string {
  const id = escapeXml(shell.shellId);
  return (
    `<rsp:Shell xmlns:rsp="${ns.shell}"><rsp:ShellId>${id}</rsp:ShellId><rsp:ResourceUri>${cmdShellUri}</rsp:ResourceUri>` +
    `<rsp:Owner>${escapeXml(shell.owner)}</rsp:Owner><rsp:ClientIP>${escapeXml(shell.clientAddress)}</rsp:ClientIP>` +
    `<rsp:IdleTimeOut>${formatDuration(shell.idleTimeoutMs)}</rsp:IdleTimeOut><rsp:InputStreams>stdin</rsp:InputStreams>` +
    `<rsp:OutputStreams>stdout stderr</rsp:OutputStreams><rsp:ShellRunTime>${shellTime(shell.ageMs)}</rsp:ShellRunTime>` +
    `<rsp:ShellInactivity>${shellTime(shell.idleMs)}</rsp:ShellInactivity></rsp:Shell>`
  );
}

/** Days, hours, minutes and whole seconds, each of them always. */
function shellTime(ms = 0): string {
  const seconds = Math.floor(ms / 1000);
  const [minutes, hours] = [Math.floor(seconds / 60), Math.floor(seconds / 3600)];
  return `P${Math.floor(hours / 24)}DT${hours % 24}H${minutes % 60}M${seconds % 60}S`;
}

export function buildCommandResponse(reply: ReplyTo, commandId: string): Buffer {
  return respond(
    reply,
    actions.command,
    `<rsp:CommandResponse><rsp:CommandId>${escapeXml(commandId)}</rsp:CommandId></rsp:CommandResponse>`,
  );
}

export interface CommandOutput {
  readonly commandId: string;
  readonly output: readonly { readonly stream: 'stdout' | 'stderr'; readonly bytes: Uint8Array }[];
  /** Unsigned; null while the command runs. */
  readonly exitCode: number | null;
}

export function buildReceiveResponse(reply: ReplyTo, received: CommandOutput): Buffer {
  const id = escapeXml(received.commandId);
  const streams = received.output.map(
    ({ stream, bytes }) =>
      `<rsp:Stream Name="${stream}" CommandId="${id}">${Buffer.from(bytes).toString('base64')}</rsp:Stream>`,
  );
  const state =
    received.exitCode === null
      ? `<rsp:CommandState CommandId="${id}" State="${commandStates.running}"/>`
      : endOfStreams(id) +
        `<rsp:CommandState CommandId="${id}" State="${commandStates.done}"><rsp:ExitCode>${received.exitCode | 0}</rsp:ExitCode></rsp:CommandState>`;
  return respond(
    reply,
    actions.receive,
    `<rsp:ReceiveResponse>${streams.join('')}${state}</rsp:ReceiveResponse>`,
  );
}

function endOfStreams(id: string): string {
  return ['stdout', 'stderr']
    .map((name) => `<rsp:Stream Name="${name}" CommandId="${id}" End="true"/>`)
    .join('');
}

export function buildSendResponse(reply: ReplyTo): Buffer {
  return respond(reply, actions.send, '<rsp:SendResponse/>');
}

export function buildSignalResponse(reply: ReplyTo): Buffer {
  return respond(reply, actions.signal, '<rsp:SignalResponse/>');
}

export function buildDeleteResponse(reply: ReplyTo): Buffer {
  return respond(reply, actions.delete, '');
}

export function buildFault(reply: ReplyTo, fault: FaultDescription): Buffer {
  return buildResponse(
    { action: faultActions[fault.prefix ?? 'w'], ...reply },
    buildFaultBody(fault),
  );
}

/** DSP0226, Identify; who has not logged in is not told the `OS: …` by Windows. */
export function buildIdentifyResponse(productVersion: string): Buffer {
  return Buffer.from(
    `<s:Envelope xml:lang="en-US" xmlns:s="${ns.soap}"><s:Header/><s:Body><wsmid:IdentifyResponse xmlns:wsmid="${ns.identity}">` +
      '<wsmid:ProtocolVersion>http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd</wsmid:ProtocolVersion>' +
      `<wsmid:ProductVendor>Microsoft Corporation</wsmid:ProductVendor><wsmid:ProductVersion>${escapeXml(productVersion)}</wsmid:ProductVersion>` +
      '</wsmid:IdentifyResponse></s:Body></s:Envelope>',
  );
}

function respond(reply: ReplyTo, action: string, body: string): Buffer {
  return buildResponse({ action: `${action}Response`, ...reply }, body);
}
