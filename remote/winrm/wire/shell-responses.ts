import { MessageRefused, readSet } from './envelope';
import { commandStates, ns } from './namespaces';
import { child, childText, childrenNamed } from './xml';
import type { XmlElement } from './xml';

/**
 * Id of the shell that was made. WinRM 2.0 (2008 R2) answers with `x:ResourceCreated` alone, 3.0 adds `rsp:Shell`;
 * the selector of the first is in both ([MS-WSMV] 3.1.4.5.2).
 */
export function parseCreateResponse(body: XmlElement): string {
  const created = child(body, ns.transfer, 'ResourceCreated');
  const parameters = child(created, ns.addressing, 'ReferenceParameters');
  const shellId = readSet(parameters, 'SelectorSet', 'Selector').get('ShellId');
  if (shellId === undefined || shellId === '') {
    throw new MessageRefused('the answer to Create names no shell');
  }
  return shellId;
}

export function parseCommandResponse(body: XmlElement): string {
  const commandId = childText(child(body, ns.shell, 'CommandResponse'), ns.shell, 'CommandId');
  if (commandId === undefined || commandId === '') {
    throw new MessageRefused('the answer to Command names no command');
  }
  return commandId;
}

export interface Received {
  readonly output: readonly { readonly stream: 'stdout' | 'stderr'; readonly bytes: Buffer }[];
  readonly done: boolean;
  /** Unsigned; null while the command runs, or when a command that is done has none. */
  readonly exitCode: number | null;
}

/** [MS-WSMV] 3.1.4.14: the answer to Receive. */
export function parseReceiveResponse(body: XmlElement, commandId: string): Received {
  const response = child(body, ns.shell, 'ReceiveResponse');
  if (response === undefined) throw new MessageRefused('the answer to Receive holds no output');
  const output = childrenNamed(response, ns.shell, 'Stream')
    .filter((stream) => sameId(stream.attributes.get('CommandId') ?? commandId, commandId))
    .flatMap(readStream);
  const state = childrenNamed(response, ns.shell, 'CommandState').find((element) =>
    sameId(element.attributes.get('CommandId') ?? commandId, commandId),
  );
  const done = state?.attributes.get('State') === commandStates.done;
  const exitCode = childText(state, ns.shell, 'ExitCode');
  return {
    output,
    done,
    exitCode: done && exitCode !== undefined ? readExitCode(exitCode) : null,
  };
}

/** Ids are GUIDs: their case means nothing. */
function sameId(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

function readStream(stream: XmlElement): Received['output'] {
  const name = stream.attributes.get('Name');
  const bytes = Buffer.from(stream.text, 'base64');
  return (name === 'stdout' || name === 'stderr') && bytes.length > 0
    ? [{ stream: name, bytes }]
    : [];
}

/** xs:int on the wire; codes beyond 2^31, such as an HRESULT, come negative or unsigned. */
function readExitCode(text: string): number {
  if (!/^-?\d{1,10}$/.test(text))
    throw new MessageRefused(`"${text.slice(0, 20)}" is no exit code`);
  return Number(text) >>> 0;
}

export interface Identity {
  readonly protocolVersion: string;
  readonly productVendor: string;
  readonly productVersion: string;
}

export function parseIdentifyResponse(body: XmlElement): Identity {
  const answer = child(body, ns.identity, 'IdentifyResponse');
  if (answer === undefined) throw new MessageRefused('the answer to Identify names nobody');
  const read = (name: string): string => childText(answer, ns.identity, name) ?? '';
  return {
    protocolVersion: read('ProtocolVersion'),
    productVendor: read('ProductVendor'),
    productVersion: read('ProductVersion'),
  };
}
