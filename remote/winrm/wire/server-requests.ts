import { MessageRefused } from './envelope';
import type { Envelope, NamedValues } from './envelope';
import { actions, ns } from './namespaces';
import { child, childText, childrenNamed } from './xml';
import type { XmlElement } from './xml';

/** What a client may ask of the cmd shell: the server's half of shell-requests. */
export type ShellRequest =
  | {
      readonly kind: 'create';
      readonly codePage: number | null;
      readonly idleTimeout: string | null;
      readonly workingDirectory: string | null;
      readonly environment: NamedValues;
    }
  | { readonly kind: 'command'; readonly shellId: string; readonly commandLine: string }
  | { readonly kind: 'receive'; readonly shellId: string; readonly commandId: string }
  | {
      readonly kind: 'send';
      readonly shellId: string;
      readonly commandId: string;
      readonly bytes: Buffer;
      readonly end: boolean;
    }
  | {
      readonly kind: 'signal';
      readonly shellId: string;
      readonly commandId: string;
      readonly code: string;
    }
  | { readonly kind: 'delete'; readonly shellId: string };

export function isIdentify(body: XmlElement): boolean {
  return child(body, ns.identity, 'Identify') !== undefined;
}

/** @throws MessageRefused for an action that the shell does not know, or one that lacks what it needs. */
export function parseShellRequest(envelope: Envelope): ShellRequest {
  const parse = parsers.get(envelope.action ?? '');
  if (parse === undefined) {
    throw new MessageRefused(`the action ${envelope.action ?? '(none)'} is not supported`);
  }
  return parse(envelope);
}

const parsers: ReadonlyMap<string, (envelope: Envelope) => ShellRequest> = new Map([
  [actions.create, parseCreate],
  [actions.command, parseCommand],
  [actions.receive, parseReceive],
  [actions.send, parseSend],
  [actions.signal, parseSignal],
  [actions.delete, (envelope): ShellRequest => ({ kind: 'delete', shellId: shellOf(envelope) })],
]);

function parseCreate(envelope: Envelope): ShellRequest {
  const shell = need(child(envelope.body, ns.shell, 'Shell'), 'Shell');
  const codePage = Number(envelope.options.get('WINRS_CODEPAGE') ?? NaN);
  const variables = childrenNamed(child(shell, ns.shell, 'Environment'), ns.shell, 'Variable');
  return {
    kind: 'create',
    codePage: Number.isInteger(codePage) ? codePage : null,
    idleTimeout: childText(shell, ns.shell, 'IdleTimeOut') ?? null,
    workingDirectory: childText(shell, ns.shell, 'WorkingDirectory') ?? null,
    environment: Object.fromEntries(
      variables.map((variable) => [variable.attributes.get('Name') ?? '', variable.text]),
    ),
  };
}

function parseCommand(envelope: Envelope): ShellRequest {
  const line = need(child(envelope.body, ns.shell, 'CommandLine'), 'CommandLine');
  const command = need(child(line, ns.shell, 'Command'), 'Command').text;
  const words = childrenNamed(line, ns.shell, 'Arguments').map((element) => element.text);
  return {
    kind: 'command',
    shellId: shellOf(envelope),
    commandLine: [command, ...words].join(' '),
  };
}

function parseReceive(envelope: Envelope): ShellRequest {
  const receive = need(child(envelope.body, ns.shell, 'Receive'), 'Receive');
  const desired = need(child(receive, ns.shell, 'DesiredStream'), 'DesiredStream');
  return { kind: 'receive', shellId: shellOf(envelope), commandId: commandOf(desired) };
}

function parseSend(envelope: Envelope): ShellRequest {
  const send = need(child(envelope.body, ns.shell, 'Send'), 'Send');
  const stream = need(child(send, ns.shell, 'Stream'), 'Stream');
  return {
    kind: 'send',
    shellId: shellOf(envelope),
    commandId: commandOf(stream),
    bytes: Buffer.from(stream.text, 'base64'),
    end: /^(true|1)$/i.test(stream.attributes.get('End') ?? ''),
  };
}

function parseSignal(envelope: Envelope): ShellRequest {
  const signal = need(child(envelope.body, ns.shell, 'Signal'), 'Signal');
  return {
    kind: 'signal',
    shellId: shellOf(envelope),
    commandId: commandOf(signal),
    // [MS-WSMV] 2.2.4.38 writes `Terminate`, and some clients do; `terminate` is what Windows' own sends.
    code: (childText(signal, ns.shell, 'Code') ?? '').toLowerCase(),
  };
}

function need(element: XmlElement | undefined, name: string): XmlElement {
  if (element === undefined) throw new MessageRefused(`<${name}> is missing`);
  return element;
}

function shellOf(envelope: Envelope): string {
  const shellId = envelope.selectors.get('ShellId');
  if (shellId === undefined) throw new MessageRefused('the selector ShellId is missing');
  return shellId;
}

function commandOf(element: XmlElement): string {
  const commandId = element.attributes.get('CommandId');
  if (commandId === undefined) throw new MessageRefused('the attribute CommandId is missing');
  return commandId;
}
