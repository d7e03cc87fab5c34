import { randomUUID } from 'node:crypto';
import { parseDuration } from '../../remote/winrm/wire/duration';
import { MessageRefused, parseEnvelope } from '../../remote/winrm/wire/envelope';
import type { Envelope } from '../../remote/winrm/wire/envelope';
import { actions, cmdShellUri, signalCodes } from '../../remote/winrm/wire/namespaces';
import { isIdentify, parseShellRequest } from '../../remote/winrm/wire/server-requests';
import type { ShellRequest } from '../../remote/winrm/wire/server-requests';
import {
  buildCommandResponse,
  buildCreateResponse,
  buildDeleteResponse,
  buildFault,
  buildIdentifyResponse,
  buildReceiveResponse,
  buildSendResponse,
  buildSignalResponse,
} from '../../remote/winrm/wire/server-responses';
import type { ReplyTo } from '../../remote/winrm/wire/server-responses';
import { XmlRefused } from '../../remote/winrm/wire/xml';
import type { Machine } from '../machine';
import type { Gone, ShellCommand } from './command';
import type { WinRmLimits } from './limits';
import { describeRefusal } from './refusals';
import type { Refusal } from './refusals';
import type { LabShell, LabShells } from './shells';

/** Who asks, and over which connection. */
export interface Caller extends Gone {
  readonly user: string;
  readonly clientAddress: string;
  /** URL under which the listener was asked. */
  readonly url: string;
}

export interface Answer {
  readonly status: 200 | 500;
  readonly body: Buffer;
  /** Whether it was the deletion of a shell. */
  readonly endedSession: boolean;
}

export interface Service {
  readonly machine: Machine;
  readonly limits: WinRmLimits;
  readonly shells: LabShells;
}

type Request<K extends ShellRequest['kind']> = Extract<ShellRequest, { kind: K }>;

/** Answers one message; a fault is HTTP 500 (SOAP 1.2 part 2, 7.5.2.2). */
export async function dispatch(service: Service, message: Buffer, caller: Caller): Promise<Answer> {
  const reply: ReplyTo = { messageId: `uuid:${randomUUID().toUpperCase()}`, relatesTo: null };
  try {
    const envelope = parseEnvelope(message);
    if (isIdentify(envelope.body)) return ok(buildIdentifyResponse(productVersion(service)));
    const request = parseShellRequest(envelope);
    const related = { ...reply, relatesTo: envelope.messageId };
    if (envelope.resourceUri !== cmdShellUri) return fault(service, related, 'no-such-resource');
    const body = await answer(service, request, envelope, related, caller);
    if (typeof body === 'string') return fault(service, related, body);
    return { ...ok(body), endedSession: envelope.action === actions.delete };
  } catch (error) {
    if (error instanceof XmlRefused || error instanceof MessageRefused) {
      return fault(service, reply, 'invalid-message');
    }
    throw error;
  }
}

function ok(body: Buffer): Answer {
  return { status: 200, body, endedSession: false };
}

function fault({ machine }: Service, reply: ReplyTo, refusal: Refusal): Answer {
  const { windows, id } = machine.options;
  const name = windows?.computerName ?? id.toUpperCase();
  const body = buildFault(reply, describeRefusal(refusal, name));
  return { status: 500, body, endedSession: false };
}

function productVersion({ machine, limits }: Service): string {
  const edition = machine.options.windows?.edition ?? '2008r2-sp1';
  const versions = {
    '2008r2-sp1': '6.1.7601 SP: 1.0',
    '2008r2-rtm': '6.1.7600 SP: 0.0',
    '2012r2': '6.3.9600 SP: 0.0',
  };
  return `OS: ${versions[edition]} Stack: ${limits.stack}`;
}

async function answer(
  service: Service,
  request: ShellRequest,
  envelope: Envelope,
  reply: ReplyTo,
  caller: Caller,
): Promise<Buffer | Refusal> {
  if (request.kind === 'create') return create(service, request, reply, caller);
  const shell = service.shells.find(caller.user, request.shellId);
  if (shell === 'no-such-shell') return shell;
  if (request.kind === 'command') return run(service, shell, request, reply);
  if (request.kind === 'delete') {
    service.shells.delete(shell);
    return buildDeleteResponse(reply);
  }
  const command = shell.commands.get(request.commandId.toUpperCase());
  if (command === undefined) return 'no-such-command';
  if (request.kind === 'receive') {
    return receive(service, command, request, envelope, reply, caller);
  }
  if (request.kind === 'signal') return signal(service, shell, command, request, reply);
  if (!command.isRunning()) return 'aborted';
  command.send(request.bytes, request.end);
  return buildSendResponse(reply);
}

function create(
  { machine, limits, shells }: Service,
  request: Request<'create'>,
  reply: ReplyTo,
  caller: Caller,
): Buffer | Refusal {
  const shell = shells.create(
    caller.user,
    {
      codePage: request.codePage ?? machine.options.windows?.codePage ?? 437,
      environment: request.environment,
      ...(request.workingDirectory !== null && { workingDirectory: request.workingDirectory }),
    },
    request.idleTimeout === null ? null : parseDuration(request.idleTimeout),
  );
  if (typeof shell === 'string') return shell;
  return buildCreateResponse(reply, {
    shellId: shell.id,
    address: caller.url,
    stack: limits.stack,
    owner: caller.user,
    clientAddress: caller.clientAddress,
    idleTimeoutMs: shell.idleTimeoutMs,
  });
}

function run(
  { machine, shells }: Service,
  shell: LabShell,
  request: Request<'command'>,
  reply: ReplyTo,
): Buffer | Refusal {
  const started = shells.run(shell, () => machine.start(request.commandLine, shell.start));
  return typeof started === 'string' ? started : buildCommandResponse(reply, started.commandId);
}

/** Room that the envelope leaves for output: base64, and a kilobyte or two of SOAP. */
function outputRoom(maxEnvelopeBytes: number): number {
  return Math.max(1024, Math.floor(((maxEnvelopeBytes - 4096) * 3) / 4));
}

async function receive(
  { limits }: Service,
  command: ShellCommand,
  request: Request<'receive'>,
  envelope: Envelope,
  reply: ReplyTo,
  caller: Caller,
): Promise<Buffer | Refusal> {
  const timeoutMs = Math.min(
    envelope.operationTimeoutMs ?? limits.maxTimeoutMs,
    limits.maxTimeoutMs,
  );
  const envelopeBytes = Math.min(
    envelope.maxEnvelopeBytes ?? limits.maxEnvelopeBytes,
    limits.maxEnvelopeBytes,
  );
  const fetched = await command.fetch(timeoutMs, outputRoom(envelopeBytes), caller);
  if (typeof fetched === 'string') return fetched;
  return buildReceiveResponse(reply, { commandId: request.commandId, ...fetched });
}

/** WinRM 2.0 forgets a terminated command but keeps counting it, so it stays in the shell there. */
function signal(
  { limits }: Service,
  shell: LabShell,
  command: ShellCommand,
  request: Request<'signal'>,
  reply: ReplyTo,
): Buffer | Refusal {
  const known: readonly string[] = Object.values(signalCodes);
  if (!known.includes(request.code)) return 'invalid-message';
  command.terminate();
  if (!limits.keepsEndedCommands) shell.commands.delete(request.commandId.toUpperCase());
  return buildSignalResponse(reply);
}
