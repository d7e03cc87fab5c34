import { Agent, request as httpRequest } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import { Agent as TlsAgent, request as httpsRequest } from 'node:https';
import type { AgentOptions } from 'node:https';

export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** Of the client's end: the same for all that went over one connection. */
  readonly localPort: number;
}

export interface Talk {
  post(body: Buffer, headers?: { [name: string]: string }, path?: string): Promise<Reply>;
  close(): void;
}

/** One connection at a time, kept alive, without anything of our own client. */
export function openTalk(port: number, tls: AgentOptions | null = null): Talk {
  const once = { keepAlive: true, maxSockets: 1 };
  const agent = tls === null ? new Agent(once) : new TlsAgent({ ...once, ...tls });
  const send = tls === null ? httpRequest : httpsRequest;
  return {
    close: () => agent.destroy(),
    post: (body, headers = {}, path = '/wsman') =>
      new Promise((resolve, reject) => {
        const request = send({
          host: '127.0.0.1',
          port,
          path,
          agent,
          method: 'POST',
          headers: { 'content-type': 'application/soap+xml;charset=UTF-8', ...headers },
        });
        request.on('error', reject);
        request.on('response', (response) => {
          const localPort = response.socket.localPort ?? 0;
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('error', reject);
          response.on('end', () => {
            const { statusCode: status = 0, headers: received } = response;
            resolve({ status, headers: received, body: Buffer.concat(chunks), localPort });
          });
        });
        request.end(body);
      }),
  };
}
