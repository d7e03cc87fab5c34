import { randomUUID } from 'node:crypto';
import { MessageRefused, parseEnvelope } from '../../remote/winrm/wire/envelope';
import { actions, cmdShellUri, eventLogUri, ns } from '../../remote/winrm/wire/namespaces';
import { isIdentify } from '../../remote/winrm/wire/server-requests';
import { buildFault, buildIdentifyResponse } from '../../remote/winrm/wire/server-responses';
import type { ReplyTo } from '../../remote/winrm/wire/server-responses';
import { parseWmiUri } from '../../remote/winrm/wire/wmi-server-requests';
import { XmlRefused } from '../../remote/winrm/wire/xml';
import { answerConfig } from './config';
import { answerEvents } from './events';
import type { Caller, Exchange, Outcome, Service } from './exchange';
import { describeRefusal } from './refusals';
import type { ProviderRefusal, Refusal } from './refusals';
import { answerShellList } from './shell-list';
import { answerShell } from './shell-operations';
import { answerWmi } from './wmi';

export type { Caller, Service } from './exchange';

export interface Answer {
  readonly status: 200 | 500;
  readonly body: Buffer;
  /** Whether it was the deletion of a shell. */
  readonly endedSession: boolean;
}

/** Answers one message; a fault is HTTP 500 (SOAP 1.2 part 2, 7.5.2.2). */
export async function dispatch(service: Service, message: Buffer, caller: Caller): Promise<Answer> {
  const reply: ReplyTo = { messageId: `uuid:${randomUUID().toUpperCase()}`, relatesTo: null };
  try {
    const envelope = parseEnvelope(message);
    if (isIdentify(envelope.body)) return ok(buildIdentifyResponse(productVersion(service)));
    const related = { ...reply, relatesTo: envelope.messageId };
    const resourceUri = envelope.resourceUri ?? '';
    const outcome = await answer({ service, envelope, resourceUri, reply: related, caller });
    if (!Buffer.isBuffer(outcome)) return fault(service, related, outcome);
    return { ...ok(outcome), endedSession: envelope.action === actions.delete };
  } catch (error) {
    if (error instanceof XmlRefused || error instanceof MessageRefused) {
      return fault(service, reply, 'invalid-message');
    }
    throw error;
  }
}

/** Each resource has a plug-in of its own, as in WinRM. */
function answer(exchange: Exchange): Outcome | Promise<Outcome> {
  const { resourceUri } = exchange;
  const wmi = parseWmiUri(resourceUri);
  if (wmi !== null) return answerWmi(exchange, wmi);
  switch (resourceUri) {
    case cmdShellUri:
      return answerShell(exchange);
    case ns.shell:
      return answerShellList(exchange);
    case ns.config:
      return answerConfig(exchange);
    case eventLogUri:
      return answerEvents(exchange);
    default:
      return 'unknown-uri';
  }
}

function ok(body: Buffer): Answer {
  return { status: 200, body, endedSession: false };
}

function fault({ machine }: Service, reply: ReplyTo, refusal: Refusal | ProviderRefusal): Answer {
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
