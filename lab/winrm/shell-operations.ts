import { parseDuration } from '../../remote/winrm/wire/duration';
import { signalCodes } from '../../remote/winrm/wire/namespaces';
import { parseShellRequest } from '../../remote/winrm/wire/server-requests';
import type { ShellRequest } from '../../remote/winrm/wire/server-requests';
import {
  buildCommandResponse,
  buildCreateResponse,
  buildDeleteResponse,
  buildReceiveResponse,
  buildSendResponse,
  buildSignalResponse,
} from '../../remote/winrm/wire/server-responses';
import type { ReplyTo } from '../../remote/winrm/wire/server-responses';
import type { ShellCommand } from './command';
import { envelopeBytesOf, mayOperate, timeoutOf } from './exchange';
import type { Caller, Exchange, Outcome, Service } from './exchange';
import type { Refusal } from './refusals';
import type { LabShell } from './shells';

type Request<K extends ShellRequest['kind']> = Extract<ShellRequest, { kind: K }>;

/** The operations of a cmd shell ([MS-WSMV] 3.1.4.11 and following). */
export async function answerShell(exchange: Exchange): Promise<Outcome> {
  const { service, envelope, reply, caller } = exchange;
  const request = parseShellRequest(envelope);
  if (request.kind === 'create') return create(service, request, reply, caller);
  const shell = service.shells.find(caller.user, request.shellId);
  if (shell === 'no-such-shell') return shell;
  if (request.kind === 'command') {
    return mayOperate(exchange) ? run(service, shell, request, reply) : 'too-many-operations';
  }
  if (request.kind === 'delete') {
    service.shells.delete(shell);
    return buildDeleteResponse(reply);
  }
  const command = shell.commands.get(request.commandId.toUpperCase());
  if (command === undefined) return 'no-such-command';
  if (request.kind === 'receive') {
    return receive(exchange, command, request);
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
    caller,
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
  exchange: Exchange,
  command: ShellCommand,
  { commandId }: Request<'receive'>,
): Promise<Outcome> {
  const room = outputRoom(envelopeBytesOf(exchange));
  const fetched = await command.fetch(timeoutOf(exchange), room, exchange.caller);
  if (typeof fetched === 'string') return fetched;
  return buildReceiveResponse(exchange.reply, { commandId, ...fetched });
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
