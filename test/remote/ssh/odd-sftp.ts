import type { AddressInfo } from 'node:net';
import { Server } from 'ssh2';
import type { ServerChannel } from 'ssh2';
import { hostKey } from './upload-scene';

/** Types of packets and status codes (draft-ietf-secsh-filexfer-02 sections 3 and 7). */
export const packet = {
  init: 1,
  version: 2,
  open: 3,
  close: 4,
  write: 6,
  remove: 13,
  realpath: 16,
  stat: 17,
  status: 101,
  handle: 102,
  name: 104,
  attrs: 105,
} as const;

export const uint32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value >>> 0);
  return bytes;
};
export const text = (value: string | Buffer): Buffer =>
  Buffer.concat([uint32(Buffer.byteLength(value)), Buffer.from(value)]);
export const framed = (type: number, ...parts: readonly Buffer[]): Buffer => {
  const body = Buffer.concat([Buffer.from([type]), ...parts]);
  return Buffer.concat([uint32(body.length), body]);
};
export const status = (id: number, code: number, message = ''): Buffer =>
  framed(packet.status, uint32(id), uint32(code), text(message), text(''));
const folderAttrs = Buffer.concat([uint32(5), uint32(0), uint32(0), uint32(0o040777)]);

export interface Request {
  readonly type: number;
  readonly id: number;
  readonly body: Buffer;
}

/** What is answered instead; undefined leaves it to the well-behaved server, null answers nothing. */
export type Oddity = (request: Request, channel: ServerChannel) => Buffer | null | undefined;

export interface OddServer {
  readonly port: number;
  readonly requests: Request[];
  close(): Promise<void>;
}

/** An SSH server whose SFTP is bytes of the test's own; it runs no commands. */
export async function serveOddSftp(oddity: Oddity): Promise<OddServer> {
  const requests: Request[] = [];
  const server = new Server({ hostKeys: [hostKey.privateKey] }, (connection) => {
    connection.on('error', () => undefined);
    connection.on('authentication', (context) => context.accept());
    connection.on('session', (accept) => {
      accept().on('subsystem', (acceptSubsystem) => {
        const channel = acceptSubsystem();
        serve(channel, (request) => {
          requests.push(request);
          const odd = oddity(request, channel);
          const answer = odd === undefined ? properAnswer(request) : odd;
          if (answer !== null && channel.writable) channel.write(answer);
        });
      });
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    requests,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

function serve(channel: ServerChannel, onRequest: (request: Request) => void): void {
  let rest: Buffer = Buffer.alloc(0);
  channel.on('error', () => undefined);
  channel.on('data', (bytes: Buffer) => {
    rest = Buffer.concat([rest, bytes]);
    while (rest.length >= 4 && rest.length >= 4 + rest.readUInt32BE(0)) {
      const body = rest.subarray(4, 4 + rest.readUInt32BE(0));
      rest = rest.subarray(4 + body.length);
      onRequest({ type: body[0] ?? 0, id: body.readUInt32BE(1), body: body.subarray(5) });
    }
  });
}

function properAnswer({ type, id, body }: Request): Buffer {
  const name = () => body.subarray(4, 4 + body.readUInt32BE(0)).toString();
  if (type === packet.init) return framed(packet.version, uint32(3));
  if (type === packet.realpath)
    return framed(packet.name, uint32(id), uint32(1), text('/C:/Users/x'), text(''), uint32(0));
  if (type === packet.stat)
    return name().endsWith('/') ? framed(packet.attrs, uint32(id), folderAttrs) : status(id, 2);
  return type === packet.open ? framed(packet.handle, uint32(id), text('h')) : status(id, 0);
}
