import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parseEnvelope } from '../../../remote/winrm/wire/envelope';
import { cmdShellUri } from '../../../remote/winrm/wire/namespaces';
import { isIdentify, parseShellRequest } from '../../../remote/winrm/wire/server-requests';
import type { ShellRequest } from '../../../remote/winrm/wire/server-requests';
import {
  buildCommandResponse,
  buildCreateResponse,
  buildDeleteResponse,
  buildFault,
  buildIdentifyResponse,
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

/**
 * A listener whose answers are those of the script, for everything that a lab host never does.
 *
 * @param identity product version that it gives to Identify; null: it is no WinRM at all
 */
export async function listenByScript(
  script: (exchange: Exchange) => void,
  identity: string | null = null,
): Promise<ScriptedListener> {
  const seen: ShellRequest['kind'][] = [];
  const requests: ShellRequest[] = [];
  const server = createServer((raw, response) => {
    const chunks: Buffer[] = [];
    raw.on('data', (chunk: Buffer) => chunks.push(chunk));
    raw.on('end', () => {
      const envelope = parseEnvelope(Buffer.concat(chunks));
      if (isIdentify(envelope.body)) {
        response.writeHead(identity === null ? 404 : 200, {
          'content-type': 'application/soap+xml',
        });
        response.end(identity === null ? '' : buildIdentifyResponse(identity));
        return;
      }
      if (envelope.resourceUri !== cmdShellUri) {
        // WMI and the like: this host has nothing but shells.
        const reply = { messageId: 'uuid:answer', relatesTo: envelope.messageId };
        response.writeHead(500, { 'content-type': 'application/soap+xml' });
        response.end(buildFault(reply, { ...strangeFault, code: 2150858752 }));
        return;
      }
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

const strangeFault = {
  machine: 'HOST',
  message: 'Text in a language that nobody reads',
  role: 'Receiver',
  subcode: 'InternalError',
} as const;

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
    fault: (code) => answer(500, buildFault(reply, { ...strangeFault, code })),
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
