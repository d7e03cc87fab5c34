import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parseEnvelope } from '../../../remote/winrm/wire/envelope';
import { parseShellRequest } from '../../../remote/winrm/wire/server-requests';
import type { ShellRequest } from '../../../remote/winrm/wire/server-requests';
import {
  buildCommandResponse,
  buildCreateResponse,
  buildDeleteResponse,
  buildFault,
  buildReceiveResponse,
  buildSendResponse,
  buildSignalResponse,
} from '../../../remote/winrm/wire/server-responses';

/** One request as the script sees it. */
export interface Exchange {
  readonly kind: ShellRequest['kind'];
  readonly request: ShellRequest;
  readonly raw: IncomingMessage;
  readonly response: ServerResponse;
  readonly answer: (status: number, body?: Buffer | string, contentType?: string) => void;
  readonly fault: (code: number) => void;
  /** What a healthy host says: one shell `S`, one command `C` that prints "ok" and ends with 0. */
  readonly usual: () => void;
}

export interface ScriptedListener {
  readonly port: number;
  /** Kinds of requests so far. */
  readonly seen: ShellRequest['kind'][];
  readonly requests: ShellRequest[];
  close(): Promise<void>;
}

/** A listener whose answers are those of the script, for everything that a lab host never does. */
export async function listenByScript(
  script: (exchange: Exchange) => void,
): Promise<ScriptedListener> {
  const seen: ShellRequest['kind'][] = [];
  const requests: ShellRequest[] = [];
  const server = createServer((raw, response) => {
    const chunks: Buffer[] = [];
    raw.on('data', (chunk: Buffer) => chunks.push(chunk));
    raw.on('end', () => {
      const envelope = parseEnvelope(Buffer.concat(chunks));
      const request = parseShellRequest(envelope);
      seen.push(request.kind);
      requests.push(request);
      script(exchangeOf(request, envelope.messageId, raw, response));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    seen,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function exchangeOf(
  request: ShellRequest,
  relatesTo: string | null,
  raw: IncomingMessage,
  response: ServerResponse,
): Exchange {
  const reply = { messageId: 'uuid:answer', relatesTo };
  const answer: Exchange['answer'] = (status, body = '', contentType = 'application/soap+xml') => {
    response.writeHead(status, { 'content-type': contentType });
    response.end(body);
  };
  return {
    kind: request.kind,
    request,
    raw,
    response,
    answer,
    fault: (code) =>
      answer(
        500,
        buildFault(reply, {
          code,
          machine: 'HOST',
          message: 'Text in a language that nobody reads',
          role: 'Receiver',
          subcode: 'InternalError',
        }),
      ),
    usual: () => answer(200, usualAnswers[request.kind](reply)),
  };
}

type Reply = { readonly messageId: string; readonly relatesTo: string | null };

const usualAnswers: { readonly [kind in ShellRequest['kind']]: (reply: Reply) => Buffer } = {
  create: (reply) =>
    buildCreateResponse(reply, {
      shellId: 'S',
      address: 'http://host/wsman',
      stack: '2.0',
      owner: 'o',
      clientAddress: '',
      idleTimeoutMs: 1000,
    }),
  command: (reply) => buildCommandResponse(reply, 'C'),
  receive: (reply) =>
    buildReceiveResponse(reply, {
      commandId: 'C',
      output: [{ stream: 'stdout', bytes: Buffer.from('ok') }],
      exitCode: 0,
    }),
  send: buildSendResponse,
  signal: buildSignalResponse,
  delete: buildDeleteResponse,
};
