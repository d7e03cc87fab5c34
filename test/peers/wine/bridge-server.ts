import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { splitArguments } from './argument-list';

/** What somebody on the host asked a tool. */
export interface Asked {
  /** Name of the tool in lower case, without `.exe`. */
  readonly tool: string;
  /** Behind the name, quotes taken off. */
  readonly arguments: readonly string[];
  /** As typed, behind the name. */
  readonly tail: string;
  /** Working directory. */
  readonly folder: string;
}

/** What it is answered: text (or bytes) and an exit code, or a command line that is run in its place. */
export type Reply =
  | { readonly out?: string | Buffer; readonly error?: string; readonly exitCode: number }
  | { readonly instead: string };

export interface BridgeServer {
  readonly port: number;
  close(): Promise<void>;
}

/** Takes the calls of bridge.c. A stand-in that throws ends the tool with a code that nobody mistakes for a result. */
export async function startBridgeServer(
  answer: (asked: Asked) => Promise<Reply> | Reply,
): Promise<BridgeServer> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    // The tool was ended: nobody waits for the rest.
    socket.on('error', () => undefined);
    void hear(socket)
      .then(answer)
      .catch((error: unknown) => ({ error: `stand-in: ${String(error)}\r\n`, exitCode: 0xbad0 }))
      .then((reply: Reply) => socket.end(framesOf(reply)));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

function hear(socket: Socket): Promise<Asked> {
  return new Promise((resolve, reject) => {
    let bytes = Buffer.alloc(0);
    socket.once('close', () => reject(new Error('the tool went away')));
    socket.on('data', (part) => {
      bytes = Buffer.concat([bytes, part]);
      const texts = textsIn(bytes);
      if (texts !== null) resolve(askedIn(texts));
    });
  });
}

/** Null until all three are there. */
function textsIn(bytes: Buffer): [string, string, string] | null {
  const texts: string[] = [];
  let at = 0;
  while (texts.length < 3) {
    if (bytes.length < at + 4) return null;
    const end = at + 4 + bytes.readUInt32LE(at);
    if (bytes.length < end) return null;
    texts.push(bytes.toString('utf8', at + 4, end));
    at = end;
  }
  return texts as [string, string, string];
}

function askedIn([name, line, folder]: [string, string, string]): Asked {
  const tail = line.replace(/^(?:"[^"]*"|\S+)\s*/, '');
  return { tool: name.toLowerCase(), tail, arguments: splitArguments(tail), folder };
}

function framesOf(reply: Reply): Buffer {
  if ('instead' in reply) return frame('r', Buffer.from(reply.instead));
  const code = Buffer.alloc(4);
  code.writeUInt32LE(reply.exitCode >>> 0);
  return Buffer.concat([
    frame('1', Buffer.from(reply.out ?? '')),
    frame('2', Buffer.from(reply.error ?? '')),
    frame('x', code),
  ]);
}

function frame(kind: string, bytes: Buffer): Buffer {
  const head = Buffer.alloc(5);
  head.write(kind, 0, 'latin1');
  head.writeUInt32LE(bytes.length, 1);
  return Buffer.concat([head, bytes]);
}
